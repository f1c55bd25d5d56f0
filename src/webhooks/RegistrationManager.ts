import { codeOf, nextWaitMs } from '../changes/feeds/nextWaitMs.js';
import type { Leadership } from '../changes/leadership.js';
import { GatewayError } from '../errors/GatewayError.js';
import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';
import type { RegistrationStore, WantedRegistration } from './contract.js';
import type { Registrar } from './Registrar.js';

export interface RegistrationManagerDeps {
  readonly registrar: Registrar;
  readonly store: Pick<RegistrationStore, 'onNews'>;
  readonly leadership: Leadership;
  /** Remove the registrations at the end. False where other instances go on. */
  readonly removeAtStop: boolean;
  readonly clock: Clock;
  /** In [0, 1); spreads the waits after failures. */
  readonly random: () => number;
  readonly logger: Logger;
}

/** Two rounds begin at least so far apart, however many lifecycle events come. */
const shortestWaitMs = 1_000;
/** Registrations may vanish without a word, so what stands upstream is looked at again after this. */
const compareEveryMs = 6 * 3_600_000;
const firstRetryMs = 15_000;
/** Removing at the end is a courtesy that must not hold up the shutdown. */
const removalMs = 3_000;

/** Keeps the registrations at Microsoft Graph alive while this instance leads. */
export class RegistrationManager {
  readonly #stopping = new AbortController();
  readonly #exits: (() => void)[] = [];
  #loop: Promise<void> | undefined;
  /** Aborted to end what the loop waits for. */
  #waiting = new AbortController();
  /** Aborted when the lease is over. */
  #leading = new AbortController();
  /** When what stands upstream was compared under this lease. */
  #comparedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;

  constructor(private readonly deps: RegistrationManagerDeps) {}

  /** The route has to answer by now: Microsoft Graph asks it for an echo. */
  start(): void {
    if (this.#loop !== undefined) return;
    const { leadership, store } = this.deps;
    this.#exits.push(
      leadership.onChange(() => this.#leadershipChanged()),
      store.onNews(() => this.#wake()),
    );
    this.#loop = this.#run();
  }

  /** Resolves when the round that runs has ended and, where wanted, the registrations are removed. */
  async stop(): Promise<void> {
    for (const exit of this.#exits.splice(0)) exit();
    this.#stopping.abort();
    await this.#loop;
    if (this.#loop !== undefined && this.deps.removeAtStop && this.deps.leadership.isLeader()) await this.#removeAll();
  }

  async #run(): Promise<void> {
    const { clock, leadership } = this.deps;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#waiting = new AbortController();
      if (!leadership.isLeader()) {
        await untilAborted(AbortSignal.any([this.#waiting.signal, signal]));
        continue;
      }
      const waitMs = await this.#round();
      await clock.sleep(Math.min(waitMs, shortestWaitMs), signal).catch(() => undefined);
      const restMs = waitMs - shortestWaitMs;
      if (restMs > 0) await clock.sleep(restMs, AbortSignal.any([this.#waiting.signal, signal])).catch(() => undefined);
    }
  }

  /** @returns milliseconds until the next is due. */
  async #round(): Promise<number> {
    const { logger, random } = this.deps;
    const signal = AbortSignal.any([this.#stopping.signal, this.#leading.signal]);
    try {
      const waitMs = await this.#bringInLine(signal);
      this.#failures = 0;
      return waitMs;
    } catch (error) {
      if (signal.aborted) return 0;
      this.#failures += 1;
      const waitMs = nextWaitMs(firstRetryMs, this.#failures, error, random());
      const fields = error instanceof GatewayError ? error.logFields : { err: error };
      const what = { code: codeOf(error), failures: this.#failures, waitMs };
      logger.warn({ ...fields, ...what }, 'change notifications cannot be registered');
      return waitMs;
    }
  }

  async #bringInLine(signal: AbortSignal): Promise<number> {
    const { registrar, clock } = this.deps;
    await registrar.serveRequests(signal);
    await registrar.renewDue(signal);
    const isCompared = clock.now() - this.#comparedAt < compareEveryMs;
    if (!isCompared || (await registrar.missing()).length > 0) {
      await registrar.compareWithUpstream(signal);
      this.#comparedAt = clock.now();
    }
    await this.#createAll(await registrar.missing(), signal);
    const dueAt = (await registrar.nextRenewalAt()) ?? Number.POSITIVE_INFINITY;
    return Math.max(Math.min(dueAt, this.#comparedAt + compareEveryMs) - clock.now(), shortestWaitMs);
  }

  /** One that is refused (a permission may be missing) does not keep the others from being made. */
  async #createAll(missing: readonly WantedRegistration[], signal: AbortSignal): Promise<void> {
    const failures: unknown[] = [];
    for (const wanted of missing) {
      await this.deps.registrar.create(wanted, signal).catch((error: unknown) => failures.push(error));
      signal.throwIfAborted();
    }
    if (failures.length > 0) throw failures[0];
  }

  async #removeAll(): Promise<void> {
    const done = new AbortController();
    const tooLong = new AbortController();
    this.deps.clock.sleep(removalMs, done.signal).then(
      () => tooLong.abort(),
      () => undefined,
    );
    await this.deps.registrar.removeAll(tooLong.signal).catch((error: unknown) => {
      this.deps.logger.warn({ code: codeOf(error) }, 'registrations of change notifications were left behind');
    });
    done.abort();
  }

  #leadershipChanged(): void {
    this.#leading.abort();
    this.#leading = new AbortController();
    this.#comparedAt = Number.NEGATIVE_INFINITY;
    this.#waiting.abort();
  }

  /** Does not shorten the wait after a failure. */
  #wake(): void {
    if (this.#failures === 0) this.#waiting.abort();
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
