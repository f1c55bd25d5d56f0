import type { EffectiveLimit } from './share.js';

/** What the pace depends on at one moment. */
export interface PaceState {
  readonly limit: EffectiveLimit;
  /** Units of the current window that are drawn, those in flight included. */
  readonly used: number;
  readonly inFlight: number;
  /** When the next unit that was drawn comes free; undefined while none will. */
  readonly nextReleaseMs: number | undefined;
  /** Whether the upstream refused a call lately. */
  readonly refusedLately: boolean;
}

/** What goes without a gap: the few calls of somebody who comes alone. */
export const freeShare = 1 / 8;

/**
 * How a limit is drawn that other applications use too: the more of our part is used, the longer the time between two
 * calls, so that a burst is not followed by a minute without any call, and calls that can carry many wants gather them.
 * Calls go one after the other: what others have taken shows only in an answer, and of several calls under way a used-up
 * limit would refuse all instead of one.
 */
export class Pace {
  #lastStart = Number.NEGATIVE_INFINITY;

  started(nowMs: number): void {
    this.#lastStart = nowMs;
  }

  /** The upstream refused the last call; the pause after it is gap enough. */
  refused(): void {
    this.#lastStart = Number.NEGATIVE_INFINITY;
  }

  /** When the next call may start: a time in whole milliseconds, which clocks keep, or undefined for when the one in flight has ended. */
  nextStartMs(state: PaceState): number | undefined {
    const { limit, used, inFlight, refusedLately } = state;
    if (inFlight > 0) return undefined;
    if (!refusedLately && used <= limit.units * freeShare) return Number.NEGATIVE_INFINITY;
    const rampMs = (limit.windowMs / limit.units) * Math.min(1, used / limit.units);
    if (!refusedLately && used * 2 < limit.units) return this.#lastStart + Math.ceil(rampMs);
    return this.#lastStart + Math.ceil(Math.max(rampMs, this.#spreadMs(state)));
  }

  /** What is left, spread over the time until more comes free. */
  #spreadMs({ limit, used, nextReleaseMs = this.#lastStart }: PaceState): number {
    const left = Math.max(0, limit.units - used);
    return left === 0 || this.#lastStart === Number.NEGATIVE_INFINITY
      ? 0
      : (nextReleaseMs - this.#lastStart) / (left + 1);
  }
}
