import { GatewayError, UpstreamError } from '../../errors/GatewayError.js';

const longestWaitMs = 300_000;

/**
 * Milliseconds until a feed that failed is tried again: doubles from the interval (a minute at most) up to five minutes,
 * of which the upper half is random. A Retry-After is obeyed up to the same limit.
 * @param failures In a row, at least 1.
 * @param random In [0, 1).
 */
export function nextWaitMs(intervalMs: number, failures: number, error: unknown, random: number): number {
  const firstMs = Math.min(intervalMs, 60_000);
  const ceilingMs = Math.min(firstMs * 2 ** Math.min(failures - 1, 30), longestWaitMs);
  const retryAfterMs = error instanceof UpstreamError ? (error.details.retryAfterMs ?? 0) : 0;
  return Math.max(Math.round(ceilingMs * (0.5 + random / 2)), Math.min(retryAfterMs, longestWaitMs));
}

/** For the status of a feed: the code of our own errors, the name of others. */
export function codeOf(error: unknown): string {
  if (error instanceof GatewayError) return error.code;
  return error instanceof Error ? error.name : 'UNKNOWN';
}
