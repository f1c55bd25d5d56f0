import type { Limit } from '../context.js';
import type { SlidingWindowOptions } from './slidingWindow.js';

interface Span {
  readonly startMs: number;
  used: number;
}

/** At most `capacity` units in a window that opens with the first call after the last one closed, for each key. */
export function createFixedWindow(options: SlidingWindowOptions): Limit {
  const spans = new Map<string, Span>();

  function current(key: string): Span {
    const found = spans.get(key);
    if (found !== undefined && options.elapsedMs() < found.startMs + options.windowMs) return found;
    const opened = { startMs: options.elapsedMs(), used: 0 };
    spans.set(key, opened);
    return opened;
  }

  return {
    take(key, units = 1) {
      const capacity = options.capacity();
      if (!options.enabled) return { allowed: true, usedFraction: 0 };
      const span = current(key);
      const allowed = span.used + units <= capacity;
      const usedFraction = (span.used + units) / capacity;
      if (allowed || options.countRefused) span.used += units;
      if (allowed) return { allowed, usedFraction };
      const retryAfterSeconds = (span.startMs + options.windowMs - options.elapsedMs()) / 1000;
      return { allowed, usedFraction, retryAfterSeconds, limit: options.name };
    },
    consume(key, units) {
      current(key).used += units;
    },
    reset: () => spans.clear(),
  };
}
