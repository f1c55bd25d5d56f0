import type { Clock } from '../../../time/clock.js';

/** One grant of this instance, as long as its units may count. */
interface OwnGrant {
  readonly id: string;
  readonly units: number;
  readonly startedAt: number;
  /** Set when the call is over. */
  readonly answeredAt?: number;
  /** 0 when nothing reached the upstream. */
  readonly cost?: number;
}

/** One grant as the shared ledger is told of it. */
export interface ReportedUnits {
  readonly id: string;
  readonly units: number;
  /** When the call is over: milliseconds since, and what it cost; 0 when nothing reached the upstream. */
  readonly agoMs?: number;
  readonly cost?: number;
  /** In flight: milliseconds after which nobody answers any more. */
  readonly leftMs?: number;
}

/** What this instance has drawn itself, so that the shared ledger can be told of it after Redis was away or lost its data. */
export class OwnUnits {
  readonly #grants = new Map<string, OwnGrant>();

  constructor(
    readonly clock: Clock,
    readonly flightMs: number,
    /** The longest that units may count after the response. */
    readonly windowMs: number,
  ) {}

  /** Units of our own calls that are under way. */
  get inFlight(): number {
    let units = 0;
    for (const grant of this.#grants.values()) if (grant.answeredAt === undefined) units += grant.units;
    return units;
  }

  start(id: string, units: number): void {
    this.#forgetFreed();
    this.#grants.set(id, { id, units, startedAt: this.clock.now() });
  }

  answer(id: string, cost: number): void {
    const grant = this.#grants.get(id);
    this.#grants.delete(id);
    // Last in the map, which thereby stays in the order of answers.
    if (grant !== undefined) this.#grants.set(id, { ...grant, answeredAt: this.clock.now(), cost });
  }

  report(): ReportedUnits[] {
    const now = this.clock.now();
    return [...this.#grants.values()].map(({ id, units, startedAt, answeredAt, cost = units }) =>
      answeredAt === undefined
        ? { id, units, leftMs: Math.max(0, startedAt + this.flightMs - now) }
        : { id, units, agoMs: now - answeredAt, cost },
    );
  }

  #forgetFreed(): void {
    const freedAt = this.clock.now() - this.windowMs;
    for (const { id, answeredAt } of this.#grants.values()) {
      if (answeredAt === undefined) continue;
      if (answeredAt > freedAt) return;
      this.#grants.delete(id);
    }
  }
}
