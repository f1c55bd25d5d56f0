import type { Clock } from './clock.js';

/** Timers hold at most 2^31 − 1 ms, so long sleeps are cut into pieces. */
const longestTimerMs = 2 ** 31 - 1;

/** Resolves when the clock shows `instantMs` (epoch milliseconds); rejects with the signal's reason when aborted first. */
export async function sleepUntil(instantMs: number, signal: AbortSignal, clock: Clock): Promise<void> {
  for (let leftMs = instantMs - clock.now(); leftMs > 0; leftMs = instantMs - clock.now()) {
    await clock.sleep(Math.min(leftMs, longestTimerMs), signal);
  }
}
