import type { FeedState } from '../changes/changeStore.js';

/**
 * Tells how old the last whole sweep is. The sweep is dated by the upstream's clock, which may differ from ours, so its
 * age is counted from when we first saw it. One that was there when we began to look, or came while nobody looked, may
 * be of any age: the next one counts.
 */
export class SweepWatch {
  #known: string | null | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #sweptAt: number | undefined;
  #intervalMs = 0;

  /** @param intervalOf Milliseconds between two sweeps, as the feed stands. */
  constructor(private readonly intervalOf: (feed: FeedState) => number) {}

  /**
   * @param now Our clock, milliseconds.
   * @returns whether there was a sweep since the last look.
   */
  look(feed: FeedState, now: number): boolean {
    const { sweptAt } = feed;
    this.#intervalMs = this.intervalOf(feed);
    const isNew = this.#known !== undefined && sweptAt !== this.#known;
    const lookedMeanwhile = now - this.#lookedAt <= 2 * this.#intervalMs;
    if (isNew) this.#sweptAt = sweptAt !== null && lookedMeanwhile ? now : undefined;
    this.#known = sweptAt;
    this.#lookedAt = now;
    return isNew;
  }

  forget(): void {
    this.#known = undefined;
    this.#sweptAt = undefined;
    this.#lookedAt = Number.NEGATIVE_INFINITY;
  }

  /** @param lateMs How much longer ago than two intervals the sweep may be. */
  isRecent(now: number, lateMs: number): boolean {
    return this.#sweptAt !== undefined && now - this.#sweptAt <= 2 * this.#intervalMs + lateMs;
  }
}
