import type { Limit, LimitVerdict } from '../context.js';

export interface SlidingWindowOptions {
  /** Name of the limit, as a refusal states it. */
  readonly name: string;
  /** Units allowed within the window. Read at each call, because some limits depend on the tenant's size. */
  readonly capacity: () => number;
  readonly windowMs: number;
  /** Refused calls count against the window as well, so that hammering prolongs the refusal. */
  readonly countRefused: boolean;
  readonly enabled: boolean;
  /** Milliseconds that only grow. */
  readonly elapsedMs: () => number;
}

interface Use {
  readonly atMs: number;
  readonly units: number;
}

/** At most `capacity` units within any span of `windowMs`, for each key. */
export function createSlidingWindow(options: SlidingWindowOptions): Limit {
  const usesByKey = new Map<string, Use[]>();

  function current(key: string): Use[] {
    const startMs = options.elapsedMs() - options.windowMs;
    const uses = (usesByKey.get(key) ?? []).filter((use) => use.atMs > startMs);
    usesByKey.set(key, uses);
    return uses;
  }

  function add(uses: Use[], units: number): void {
    uses.push({ atMs: options.elapsedMs(), units });
  }

  function take(key: string, units = 1): LimitVerdict {
    const capacity = options.capacity();
    if (!options.enabled) return { allowed: true, usedFraction: 0 };
    const uses = current(key);
    const used = sum(uses);
    const allowed = used + units <= capacity;
    if (allowed || options.countRefused) add(uses, units);
    const usedFraction = (used + units) / capacity;
    if (allowed) return { allowed, usedFraction };
    return { allowed, usedFraction, retryAfterSeconds: waitMs(uses, units, capacity) / 1000, limit: options.name };
  }

  /** Until so many of the oldest uses have left the window that `units` fit. */
  function waitMs(uses: readonly Use[], units: number, capacity: number): number {
    let left = sum(uses);
    for (const use of uses) {
      left -= use.units;
      if (left + units <= capacity) return Math.max(1, use.atMs + options.windowMs - options.elapsedMs());
    }
    return options.windowMs;
  }

  return {
    take,
    consume: (key, units) => add(current(key), units),
    reset: () => usesByKey.clear(),
  };
}

function sum(uses: readonly Use[]): number {
  return uses.reduce((total, use) => total + use.units, 0);
}
