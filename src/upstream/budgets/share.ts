import type { LimitRow } from './contract.js';

/** However busy others are, a quarter of our part stays ours. */
export const smallestFactor = 1 / 4;
export const fullRecoveryMs = 600_000;

/** What one window holds for us. */
export interface EffectiveLimit {
  /** Whole units, at least 1. */
  readonly units: number;
  readonly windowMs: number;
}

/** Our part of a limit, as a whole number of units; below one unit the window is stretched instead. */
export function effectiveLimit(row: LimitRow, factor: number): EffectiveLimit {
  const exact = row.units * row.share * factor;
  return exact >= 1
    ? { units: Math.floor(exact), windowMs: row.windowMs }
    : { units: 1, windowMs: Math.ceil(row.windowMs / exact) };
}

/** Gives way to applications that we do not see: half on each refusal, back to all over ten minutes. */
export class GivingWay {
  #factor = 1;
  #since = 0;

  factor(nowMs: number): number {
    return Math.min(1, this.#factor + (nowMs - this.#since) / fullRecoveryMs);
  }

  halve(nowMs: number): void {
    this.#factor = Math.max(this.factor(nowMs) / 2, smallestFactor);
    this.#since = nowMs;
  }
}
