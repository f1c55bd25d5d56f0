import type { Clock } from '../../../src/time/clock.js';

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** A clock that stands still until told to move. */
export interface ManualClock extends Clock {
  /** Moves the time and wakes who is due, earliest first. */
  advance(milliseconds: number): Promise<void>;
  /** Milliseconds that each present sleeper still sleeps, shortest first. */
  sleepers(): number[];
}

export function createManualClock(start = Date.parse('2026-11-21T08:00:00Z')): ManualClock {
  let now = start;
  const sleeping = new Set<Sleeper>();
  return {
    now: () => now,
    sleep: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const onAbort = () => {
          sleeping.delete(sleeper);
          reject(signal?.reason);
        };
        const wake = () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        };
        const sleeper = { wakeAt: now + delayMs, wake };
        sleeping.add(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    advance: async (milliseconds) => {
      now += milliseconds;
      for (const sleeper of [...sleeping].sort((a, b) => a.wakeAt - b.wakeAt)) {
        if (sleeper.wakeAt > now) continue;
        sleeping.delete(sleeper);
        sleeper.wake();
      }
      await settle();
    },
    sleepers: () => [...sleeping].map(({ wakeAt }) => wakeAt - now).sort((a, b) => a - b),
  };
}

/** Lets everything that is ready run: promises and what they queue, without waiting for time. */
export async function settle(turns = 5): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
