import type { CallScope } from '../upstream/contract.js';
import { abortable } from './abortable.js';
import { toStoreKey } from './cacheKey.js';
import type { Cached, CachePolicy } from './contract.js';
import type { CacheParts } from './createCache.js';
import { type Flight, Flights, type Outcome } from './flights.js';
import { type FillMany, launchFill } from './launchFill.js';

/**
 * Reads past every entry, for a reader who insists on the upstream: the fetch is this reader's alone, whatever it brings
 * is stored for the others, and nothing old stands in when it fails. Fetches that began before are not stored over it.
 */
export async function readFresh<T>(
  parts: CacheParts,
  policy: CachePolicy,
  keys: readonly string[],
  scope: CallScope,
  fill: FillMany<T>,
): Promise<Map<string, Cached<T> | Error>> {
  const wanted = [...new Set(keys)];
  for (const key of wanted) supersede(parts, toStoreKey(policy, key, scope.accessScope));
  const own = [...launchFill({ ...parts, flights: new Flights() }, policy, wanted, scope, fill)];
  for (const [, flight] of own) flight.fill.hold();
  try {
    const outcomes = Promise.all(own.map(([key, flight]) => outcomeOf(key, flight)));
    const settled = await abortable(outcomes, scope.signal);
    return new Map(settled.map(([key, outcome]) => [key, conclude<T>(parts, policy, scope, outcome)]));
  } finally {
    for (const [, flight] of own) flight.fill.release();
  }
}

function supersede(parts: CacheParts, storeKey: string): void {
  const earlier = parts.flights.get(storeKey);
  if (earlier !== undefined) earlier.superseded = true;
}

async function outcomeOf(key: string, flight: Flight): Promise<readonly [string, Outcome]> {
  return [key, await flight.outcome];
}

function conclude<T>(parts: CacheParts, policy: CachePolicy, scope: CallScope, outcome: Outcome): Cached<T> | Error {
  if (!outcome.ok) return outcome.error;
  const { value, asOf } = outcome.filled;
  parts.count('miss', policy);
  scope.meter.dataAsOf(asOf);
  return { value: value as T | null, asOf, stale: false, source: 'UPSTREAM' };
}
