/** Units that come free at a time. */
export interface Release {
  readonly atMs: number;
  readonly units: number;
}

/**
 * What a sliding window holds: units in flight, and units answered less than a window ago. Counting from the answer,
 * not from the start, keeps us within the limit wherever in between the upstream counted the call.
 * Each ledger is read with one window length, which may change over time.
 */
export class WindowLedger {
  #inFlight = 0;
  #spentUnits = 0;
  readonly #spent: { readonly atMs: number; readonly units: number }[] = [];

  take(units: number): void {
    this.#inFlight += units;
  }

  /** Units that count from now on, without a call in flight. */
  add(units: number, nowMs: number): void {
    this.#spent.push({ atMs: nowMs, units });
    this.#spentUnits += units;
  }

  /** Gives back units of a call that never reached the upstream. */
  giveBack(units: number): void {
    this.#inFlight -= units;
  }

  /** The attempt that took `taken` is over and cost `units`. */
  settle(taken: number, units: number, nowMs: number): void {
    this.#inFlight -= taken;
    this.add(units, nowMs);
  }

  used(nowMs: number, windowMs: number): number {
    this.#forget(nowMs, windowMs);
    return this.#inFlight + this.#spentUnits;
  }

  /** Soonest first. What is in flight frees at the earliest one window from now. */
  releases(nowMs: number, windowMs: number): Release[] {
    this.#forget(nowMs, windowMs);
    const known = this.#spent.map(({ atMs, units }) => ({ atMs: atMs + windowMs, units }));
    return this.#inFlight > 0 ? [...known, { atMs: nowMs + windowMs, units: this.#inFlight }] : known;
  }

  /** When the next answered units free; undefined while only calls in flight hold any. */
  nextReleaseMs(nowMs: number, windowMs: number): number | undefined {
    this.#forget(nowMs, windowMs);
    const first = this.#spent[0];
    return first === undefined ? undefined : first.atMs + windowMs;
  }

  #forget(nowMs: number, windowMs: number): void {
    let gone = 0;
    for (const entry of this.#spent) {
      if (entry.atMs + windowMs > nowMs) break;
      this.#spentUnits -= entry.units;
      gone++;
    }
    if (gone > 0) this.#spent.splice(0, gone);
  }
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
