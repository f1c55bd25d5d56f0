import type { CallScope } from '../upstream/contract.js';
import { abortable } from './abortable.js';
import { toStoreKey } from './cacheKey.js';
import type { CachePolicy, Filled } from './contract.js';
import type { CacheParts } from './createCache.js';
import { buildEntry, lifetimeMs } from './entry.js';
import { Fill, type Flight, type Outcome } from './flights.js';
import { tooSlow } from './outage.js';

/** Fetches many keys in one call; what it leaves out does not exist. */
export type FillMany<T> = (
  missing: readonly string[],
  scope: CallScope,
) => Promise<ReadonlyMap<string, Filled<T> | Error>>;

/** Starts one call for keys that nobody fetches, and returns the flight of each key. */
export function launchFill(
  parts: CacheParts,
  policy: CachePolicy,
  keys: readonly string[],
  scope: CallScope,
  fillMany: FillMany<unknown>,
): Map<string, Flight> {
  const flights = new Map<string, Flight>();
  if (keys.length === 0) return flights;
  const fill = new Fill(scope, parts.drops.now(), parts.store.secondLayer?.stamp(), (abandoned) =>
    parts.flights.forget(abandoned),
  );
  for (const key of keys) flights.set(key, parts.flights.start(toStoreKey(policy, key, scope.accessScope), fill));
  void run(parts, policy, flights, fill, fillMany);
  return flights;
}

async function run(
  parts: CacheParts,
  policy: CachePolicy,
  flights: ReadonlyMap<string, Flight>,
  fill: Fill,
  fillMany: FillMany<unknown>,
): Promise<void> {
  const done = new AbortController();
  if (fill.scope.purpose === 'background') abortAtDeadline(parts, policy, fill, done.signal);
  const outcomeOf = await askUpstream(parts, [...flights.keys()], fill, fillMany);
  done.abort();
  fill.finish();
  await Promise.all(
    [...flights].map(async ([key, flight]) => {
      const storeKey = toStoreKey(policy, key, fill.scope.accessScope);
      const outcome = outcomeOf(key);
      if (outcome.ok) await keep(parts, policy, storeKey, flight, outcome.filled);
      parts.flights.land(storeKey, flight, outcome);
    }),
  );
}

/** Never throws: a call that fails as a whole fails every key. */
async function askUpstream(
  parts: CacheParts,
  keys: readonly string[],
  fill: Fill,
  fillMany: FillMany<unknown>,
): Promise<(key: string) => Outcome> {
  try {
    const call = Promise.resolve().then(() => fillMany(keys, fill.scope));
    const found = await abortable(call, fill.scope.signal);
    const absent: Filled<unknown> = { value: null, asOf: new Date(parts.clock.now()).toISOString() };
    return (key) => toOutcome(found.get(key) ?? absent);
  } catch (error) {
    return () => ({
      ok: false,
      error: error instanceof Error ? error : new Error('The fill failed.', { cause: error }),
    });
  }
}

function toOutcome(answer: Filled<unknown> | Error): Outcome {
  return answer instanceof Error ? { ok: false, error: answer } : { ok: true, filled: answer };
}

/** Stores a value unless something newer was written, or a tag of it was dropped, since the call began. */
async function keep(
  parts: CacheParts,
  policy: CachePolicy,
  storeKey: string,
  flight: Flight,
  filled: Filled<unknown>,
): Promise<void> {
  const { stamp, sharedStamp } = flight.fill;
  if (flight.superseded || parts.drops.isDropped(filled.tags, stamp)) return;
  const now = parts.clock.now();
  const entry = buildEntry(policy, filled, stamp, now, parts.random());
  await parts.store.set(storeKey, entry, lifetimeMs(entry, policy, now), sharedStamp);
}

/** Readers give up by themselves; a refresh has none, so the clock does it. */
function abortAtDeadline(parts: CacheParts, policy: CachePolicy, fill: Fill, done: AbortSignal): void {
  const untilMs = fill.scope.deadlineAt - parts.clock.now();
  parts.clock.sleep(untilMs, done).then(
    () => fill.abort(tooSlow(policy.upstream, fill.scope)),
    () => undefined,
  );
}
