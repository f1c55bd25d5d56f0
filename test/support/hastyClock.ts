import type { Clock } from '../../src/time/clock.js';

/** A clock that runs faster than the wall, and can be moved ahead. */
export interface HastyClock extends Clock {
  /** Moves time ahead; whoever sleeps until before then wakes up. */
  advance(milliseconds: number): void;
}

interface Sleeper {
  readonly wakeAt: number;
  timer: NodeJS.Timeout | undefined;
  wake(): void;
}

/**
 * Budgets, retries and deadlines in a fraction of their time, while sockets and servers run in real time.
 * @param factor Seconds of this clock per second of the wall.
 */
export function buildHastyClock(factor: number): HastyClock {
  const startedAt = Date.now();
  const sleepers = new Set<Sleeper>();
  let aheadMs = 0;
  const now = () => startedAt + (Date.now() - startedAt) * factor + aheadMs;

  const arm = (sleeper: Sleeper) => {
    clearTimeout(sleeper.timer);
    const leftMs = Math.max(0, sleeper.wakeAt - now()) / factor;
    sleeper.timer = setTimeout(
      () => (now() >= sleeper.wakeAt ? sleeper.wake() : arm(sleeper)),
      Math.min(leftMs, 2 ** 31 - 1),
    ).unref();
  };

  return {
    now,
    sleep: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const leave = () => {
          clearTimeout(sleeper.timer);
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', onAbort);
        };
        const onAbort = () => {
          leave();
          reject(signal?.reason);
        };
        const wake = () => {
          leave();
          resolve();
        };
        const sleeper: Sleeper = { wakeAt: now() + delayMs, timer: undefined, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
        return arm(sleeper);
      }),
    advance(milliseconds) {
      aheadMs += milliseconds;
      for (const sleeper of [...sleepers]) arm(sleeper);
    },
  };
}
