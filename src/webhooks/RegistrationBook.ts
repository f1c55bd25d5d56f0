import { codeOf } from '../changes/feeds/nextWaitMs.js';
import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';
import type { Registration, RegistrationStore } from './contract.js';

export interface RegistrationBookDeps {
  readonly store: RegistrationStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Whoever sends ids that nobody knows must not make us read the store for each. */
const shortestLookMs = 1_000;

/** The registrations as this instance knows them, in memory: the intake answers without asking anybody. */
export class RegistrationBook {
  #known: ReadonlyMap<string, Registration> = new Map();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #look: Promise<void> | undefined;
  /** News came while the store was read. */
  #isBehind = false;
  #leave: () => void = () => undefined;

  constructor(private readonly deps: RegistrationBookDeps) {}

  start(): void {
    this.#leave = this.deps.store.onNews(() => void this.#lookNow());
    void this.#lookNow();
  }

  async stop(): Promise<void> {
    this.#leave();
    await this.#look;
  }

  current(): ReadonlyMap<string, Registration> {
    return this.#known;
  }

  /** Reads the store, unless that was done within the last second. Never throws: what is known stays. */
  async lookAgain(): Promise<void> {
    if (this.deps.clock.now() - this.#lookedAt >= shortestLookMs) await this.#lookNow();
    else await this.#look;
  }

  #lookNow(): Promise<void> {
    this.#isBehind = this.#look !== undefined;
    this.#look ??= this.#readAll().finally(() => {
      this.#look = undefined;
    });
    return this.#look;
  }

  async #readAll(): Promise<void> {
    do {
      this.#isBehind = false;
      this.#lookedAt = this.deps.clock.now();
      try {
        const { registrations } = await this.deps.store.read();
        this.#known = new Map(registrations.map((registration) => [registration.id, registration]));
      } catch (error) {
        this.deps.logger.warn({ code: codeOf(error) }, 'registrations of change notifications cannot be read');
      }
    } while (this.#isBehind);
  }
}
