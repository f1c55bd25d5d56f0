import type { Clock } from '../time/clock.js';

/**
 * While a route has no room left, hears some of those who still come, and has the rest cut before their request costs
 * anything: whoever brings a connection for each request is slowed by nothing else. Those who are heard keep a genuine
 * sender from being shut out.
 */
export class CrowdGuard {
  #heardAt: number;
  #allowance: number;

  /**
   * @param isFull Whether what is heard now would have to be cut, unless it is genuine.
   * @param perSecond Requests heard a second meanwhile.
   */
  constructor(
    private readonly isFull: () => boolean,
    private readonly perSecond: number,
    private readonly clock: Clock,
  ) {
    this.#heardAt = clock.now();
    this.#allowance = perSecond;
  }

  /** Whether to cut the request that came now. */
  cuts(): boolean {
    if (!this.isFull()) return false;
    const now = this.clock.now();
    const gained = ((now - this.#heardAt) * this.perSecond) / 1_000;
    this.#allowance = Math.min(this.perSecond, this.#allowance + gained);
    this.#heardAt = now;
    if (this.#allowance < 1) return true;
    this.#allowance -= 1;
    return false;
  }
}
