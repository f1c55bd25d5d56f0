import type { Clock } from '../../time/clock.js';

/** Repeats earned by each call that is sent for the first time. */
const perCall = 0.2;
/** Repeats that come with time alone, so that a quiet upstream may be tried again too. */
const perMinute = 10;
const most = 10;

/**
 * Bounds repeats of failed calls of one upstream to a fifth of its calls, and some: when everything fails, calls fail
 * after one attempt instead of multiplying the load of an upstream that is in trouble. Repeats after a 429 do not count,
 * because the limit itself admits them.
 */
export interface RetryBudget {
  /** A call is sent for the first time. */
  called(): void;
  /** Takes one repeat if there is one left. */
  take(): boolean;
}

export function createRetryBudget(clock: Clock): RetryBudget {
  let left = most;
  let since = clock.now();
  const earn = (repeats: number) => {
    const now = clock.now();
    left = Math.min(most, left + repeats + ((now - since) / 60_000) * perMinute);
    since = now;
  };
  return {
    called: () => earn(perCall),
    take: () => {
      earn(0);
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
