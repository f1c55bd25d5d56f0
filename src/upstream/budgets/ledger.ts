/** Units that come free at a time. */
export interface Release {
  readonly atMs: number;
  readonly units: number;
}

/** Units answered; they count for a window, but never beyond `untilMs`. */
interface Spent {
  readonly atMs: number;
  readonly units: number;
  readonly untilMs: number;
}

/**
 * What a sliding window holds: units in flight, and units answered less than a window ago. Counting from the answer,
 * not from the start, keeps us within the limit wherever in between the upstream counted the call.
 * Each ledger is read with one window length, which may change over time.
 */
export class WindowLedger {
  #inFlight = 0;
  #spentUnits = 0;
  #spent: Spent[] = [];

  get inFlight(): number {
    return this.#inFlight;
  }

  take(units: number): void {
    this.#inFlight += units;
  }

  /** Units that count from now on, without a call in flight; at longest until `untilMs`. */
  add(units: number, nowMs: number, untilMs = Number.POSITIVE_INFINITY): void {
    this.#spent.push({ atMs: nowMs, units, untilMs });
    this.#spentUnits += units;
  }

  /** Gives back units of a call that never reached the upstream. */
  giveBack(units: number): void {
    this.#inFlight -= units;
  }

  /** The attempt that took `taken` is over and cost `units`. */
  settle(taken: number, units: number, nowMs: number, untilMs?: number): void {
    this.#inFlight -= taken;
    this.add(units, nowMs, untilMs);
  }

  used(nowMs: number, windowMs: number): number {
    this.#forget(nowMs, windowMs);
    return this.#inFlight + this.#spentUnits;
  }

  /** Soonest first. What is in flight frees at the earliest one window from now. */
  releases(nowMs: number, windowMs: number): Release[] {
    this.#forget(nowMs, windowMs);
    const known = this.#spent.map((spent) => ({ atMs: endOf(spent, windowMs), units: spent.units }));
    known.sort((a, b) => a.atMs - b.atMs);
    return this.#inFlight > 0 ? [...known, { atMs: nowMs + windowMs, units: this.#inFlight }] : known;
  }

  /** When the next answered units free; undefined while only calls in flight hold any. */
  nextReleaseMs(nowMs: number, windowMs: number): number | undefined {
    this.#forget(nowMs, windowMs);
    return this.#spent.length === 0 ? undefined : Math.min(...this.#spent.map((spent) => endOf(spent, windowMs)));
  }

  #forget(nowMs: number, windowMs: number): void {
    if (!this.#spent.some((spent) => endOf(spent, windowMs) <= nowMs)) return;
    this.#spent = this.#spent.filter((spent) => endOf(spent, windowMs) > nowMs);
    this.#spentUnits = this.#spent.reduce((sum, { units }) => sum + units, 0);
  }
}

function endOf({ atMs, untilMs }: Spent, windowMs: number): number {
  return Math.min(atMs + windowMs, untilMs);
}

/**
 * The earliest time at which the last of `wants` could start, if they start in this order and are answered at once.
 * A lower bound: real answers take longer.
 */
export function earliestStartMs(
  wants: readonly number[],
  free: number,
  releases: readonly Release[],
  fromMs: number,
  windowMs: number,
): number {
  const upcoming = [...releases];
  let available = free;
  let atMs = fromMs;
  let next = 0;
  for (const units of wants) {
    while (available < units && next < upcoming.length) {
      const release = upcoming[next++] as Release;
      available += release.units;
      atMs = Math.max(atMs, release.atMs);
    }
    available -= units;
    upcoming.push({ atMs: atMs + windowMs, units });
  }
  return atMs;
}
