import type { UpstreamCall } from '../contract.js';

/** How an attempt failed, as far as repeating it is concerned. */
export type RetryCause =
  /** 401: the token was refused, so nothing was done. */
  | 'unauthorized'
  /** 429: the call was refused, so nothing was done. */
  | 'throttled'
  /** The connection never stood: no byte of the request was sent. */
  | 'not-sent'
  /** 5xx, lost connection or time-out: the upstream may or may not have acted. */
  | 'unclear';

/** Whether a repeat adds to the load of an upstream that may be in trouble. A refusal is repeated when the limit admits it. */
export function spendsRetry(cause: RetryCause): boolean {
  return cause === 'unclear' || cause === 'not-sent';
}

export interface Attempt {
  readonly cause: RetryCause;
  /** 1 for the first. */
  readonly number: number;
  readonly safeToRepeat: boolean;
  /** What the answer asked for. */
  readonly retryAfterMs?: number;
  /** Attempts of this call that were refused with 401, this one included. */
  readonly unauthorizedCount?: number;
}

export interface RetryPolicy {
  readonly maxAttempts: number;
  /** Ceiling of the first random wait; doubles with each attempt. */
  readonly baseDelayMs: number;
  /** Longest wait, asked for or random, that a call sits through. */
  readonly maxDelayMs: number;
  /** Shortest wait after a 429 that names none: the upstream's window, or a guess at it. */
  readonly throttledFloorMs: number;
  /** Longest such wait, after many refusals in a row. */
  readonly throttledCeilingMs: number;
}

export const retryPolicy: RetryPolicy = {
  maxAttempts: 4,
  baseDelayMs: 400,
  maxDelayMs: 60_000,
  throttledFloorMs: 500,
  throttledCeilingMs: 60_000,
};

/** Identity protection grants one request a second and never says how long to wait; a minute's silence would gain nothing. */
export const identityThrottled = { throttledFloorMs: 1_050, throttledCeilingMs: 8_000 } as const;

/**
 * Milliseconds before the next attempt; undefined means give up.
 * A refused call may always be repeated, an unclear one only if that does no harm, a refused token once.
 */
export function nextDelayMs(attempt: Attempt, policy: RetryPolicy, random: () => number): number | undefined {
  if (attempt.cause === 'unauthorized') return (attempt.unauthorizedCount ?? 1) === 1 ? 0 : undefined;
  if (attempt.number >= policy.maxAttempts) return undefined;
  if (attempt.cause === 'unclear' && !attempt.safeToRepeat) return undefined;
  const delayMs = attempt.retryAfterMs ?? backoffMs(attempt, policy, random);
  return delayMs <= policy.maxDelayMs ? delayMs : undefined;
}

/** Whether repeating a call after an unclear outcome does no harm. */
export function isSafeToRepeat({
  safeToRepeat,
  method,
}: Pick<UpstreamCall<unknown>, 'safeToRepeat' | 'method'>): boolean {
  return safeToRepeat ?? method === 'GET';
}

/** Exponential with full jitter; after a 429 above a floor, because earlier it would be refused again. */
export function backoffMs(
  attempt: Pick<Attempt, 'cause' | 'number'>,
  policy: RetryPolicy,
  random: () => number,
): number {
  const doubled = 2 ** (attempt.number - 1);
  if (attempt.cause === 'throttled') return throttledMs(doubled, policy, random);
  return Math.min(Math.ceil(policy.baseDelayMs * doubled * random()), policy.maxDelayMs);
}

/**
 * Hardly random at first, when the window of the limit is the best guess; wider with each refusal in a row, so that we do
 * not keep step with another application that calls at a fixed pace.
 */
function throttledMs(doubled: number, policy: RetryPolicy, random: () => number): number {
  const { throttledFloorMs: floorMs, throttledCeilingMs, maxDelayMs } = policy;
  return Math.min(Math.ceil(floorMs + floorMs * (doubled - 0.9) * random()), throttledCeilingMs, maxDelayMs);
}
