/** The first sweep that is seen afterwards may have begun before; the second has not. */
const sweepsThatSettle = 2;
/** More are not made between two sweeps, because each is a write within a budget. */
const capacity = 10_000;

/**
 * Keys of rows that a write to something else may have changed at the upstream, as an incident's alerts may be resolved
 * with it: until the feed has surely read them again, the mirror does not speak for them.
 */
export class Doubts {
  /** Key → sweeps that had been seen when the doubt arose. */
  readonly #doubts = new Map<string, number>();
  #sweeps = 0;

  add(key: string): void {
    this.#doubts.delete(key);
    this.#doubts.set(key, this.#sweeps);
    const [oldest] = this.#doubts.keys();
    if (this.#doubts.size > capacity && oldest !== undefined) this.#doubts.delete(oldest);
  }

  noteSweep(): void {
    this.#sweeps += 1;
    for (const [key, since] of this.#doubts) {
      if (this.#sweeps - since >= sweepsThatSettle) this.#doubts.delete(key);
    }
  }

  concern(keys: readonly string[]): boolean {
    return this.#doubts.size > 0 && keys.some((key) => this.#doubts.has(key));
  }
}
