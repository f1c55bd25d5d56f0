import { randomUUID } from 'node:crypto';
import type Keyv from 'keyv';
import type { CachePolicy, Filled } from '../../../src/cache/contract.js';
import { type CacheOutcome, createCache } from '../../../src/cache/createCache.js';
import { UpstreamError, type UpstreamErrorCode } from '../../../src/errors/GatewayError.js';
import { type Logger, silentLogger } from '../../../src/observability/logger.js';
import type { CallMeter, CallScope } from '../../../src/upstream/contract.js';
import { createManualClock } from './manualClock.js';

export const policy: CachePolicy = {
  resource: 'user',
  upstream: 'GRAPH_DIRECTORY',
  ttlMs: 1_000,
  staleWhileRevalidateMs: 500,
  staleIfErrorMs: 5_000,
  negativeTtlMs: 200,
};

export const asOf = '2026-11-21T08:00:00.0000000Z';

export function filled<T>(value: T | null, tags?: readonly string[]): Filled<T> {
  return tags === undefined ? { value, asOf } : { value, asOf, tags };
}

export interface RecordedMeter extends CallMeter {
  readonly hits: string[];
  readonly stales: string[];
}

export function recordMeter(): RecordedMeter {
  const hits: string[] = [];
  const stales: string[] = [];
  return {
    hits,
    stales,
    upstreamCall: () => undefined,
    subgraphRequest: () => undefined,
    cacheHit: (upstream) => void hits.push(upstream),
    mirrorHit: () => undefined,
    waited: () => undefined,
    stale: (at) => void stales.push(at),
    dataAsOf: () => undefined,
    warning: () => undefined,
  };
}

export interface TestScope extends CallScope {
  readonly meter: RecordedMeter;
  abort(): void;
}

export function setUp(options: { store?: Keyv; random?: () => number; logger?: Logger } = {}) {
  const clock = createManualClock();
  const outcomes: CacheOutcome[] = [];
  const cache = createCache({
    clock,
    logger: silentLogger,
    random: () => 0,
    onOutcome: (outcome) => void outcomes.push(outcome),
    ...options,
  });
  const scope = (change: Partial<CallScope> = {}): TestScope => {
    const controller = new AbortController();
    return {
      purpose: 'interactive',
      requestId: randomUUID(),
      signal: controller.signal,
      deadlineAt: clock.now() + 15_000,
      accessScope: 'tenant-a',
      ...change,
      meter: recordMeter(),
      abort: () => controller.abort(new Error('client went away')),
    };
  };
  return { cache, clock, scope, outcomes };
}

/** A fill that waits to be told how it ends. */
export function gatedFill<T>() {
  const calls: {
    keys: readonly string[];
    scope: CallScope;
    finish: (value: T) => void;
    fail: (error: Error) => void;
  }[] = [];
  const next = (keys: readonly string[], scope: CallScope) =>
    new Promise<T>((finish, fail) => void calls.push({ keys, scope, finish, fail }));
  return { calls, one: (scope: CallScope) => next([], scope), many: next };
}

export function upstreamError(code: UpstreamErrorCode, retryAfterMs?: number): UpstreamError {
  const details = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new UpstreamError(code, 'The upstream did not answer.', { upstream: 'GRAPH_DIRECTORY', ...details });
}
