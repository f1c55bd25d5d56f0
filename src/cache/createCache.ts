import type Keyv from 'keyv';
import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';
import type { CallScope } from '../upstream/contract.js';
import { createBoundedStore } from './boundedStore.js';
import { CacheReader } from './CacheReader.js';
import { toStoreKey } from './cacheKey.js';
import type { Cache, Cached, CachePolicy, Filled } from './contract.js';
import { buildEntry, lifetimeMs } from './entry.js';
import { EntryStore } from './entryStore.js';
import { FillAbortedError } from './FillAbortedError.js';
import { Flights } from './flights.js';
import { readFresh } from './readFresh.js';
import { RefreshBackoff } from './refreshBackoff.js';
import type { SecondLayer } from './secondLayer.js';
import { TagDrops } from './tagDrops.js';

/**
 * How one key was answered: `hit` from the store within its lifetime, `revalidated` from the store with a refresh behind
 * it, `shared` by a fetch of someone else, `miss` by a fetch of its own, `stale` from the store because the fetch failed.
 */
export type CacheOutcome = 'hit' | 'revalidated' | 'shared' | 'miss' | 'stale';

export interface CacheDeps {
  /** Where entries live; its namespace is the caller's business. Default: memory, bounded. The cache closes it. */
  readonly store?: Keyv;
  /** What instances share, behind the store. Default: nothing. The cache closes it. */
  readonly secondLayer?: SecondLayer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1); spreads lifetimes. */
  readonly random?: () => number;
  /** Told once per key and answer; for counters. */
  readonly onOutcome?: (outcome: CacheOutcome, policy: CachePolicy) => void;
}

/** What the parts of a cache share. */
export interface CacheParts {
  readonly store: EntryStore;
  readonly flights: Flights;
  readonly drops: TagDrops;
  readonly backoff: RefreshBackoff;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly count: (outcome: CacheOutcome, policy: CachePolicy) => void;
}

/** The shared cache over Keyv. Close it last: it aborts the fetches that still run and disconnects the store. */
export function createCache(deps: CacheDeps): Cache {
  return new SharedCache({
    store: new EntryStore(deps.store ?? createBoundedStore(), deps.clock, deps.logger, deps.secondLayer),
    flights: new Flights(),
    drops: new TagDrops(),
    backoff: new RefreshBackoff(),
    clock: deps.clock,
    logger: deps.logger,
    random: deps.random ?? Math.random,
    count: deps.onOutcome ?? (() => undefined),
  });
}

class SharedCache implements Cache {
  constructor(readonly parts: CacheParts) {}

  async read<T>(
    policy: CachePolicy,
    key: string,
    scope: CallScope,
    fill: (scope: CallScope) => Promise<Filled<T>>,
  ): Promise<Cached<T>> {
    const answers = await this.readMany<T>(policy, [key], scope, async (_keys, fillScope) => {
      return new Map([[key, await fill(fillScope)]]);
    });
    const answer = answers.get(key);
    if (answer === undefined || answer instanceof Error) throw answer;
    return answer;
  }

  readMany<T>(
    policy: CachePolicy,
    keys: readonly string[],
    scope: CallScope,
    fill: (missing: readonly string[], scope: CallScope) => Promise<ReadonlyMap<string, Filled<T> | Error>>,
  ): Promise<ReadonlyMap<string, Cached<T> | Error>> {
    if (scope.reading === 'upstream') return readFresh<T>(this.parts, policy, keys, scope, fill);
    return new CacheReader<T>(this.parts, policy, scope, fill).read(keys);
  }

  async write<T>(policy: CachePolicy, key: string, accessScope: string, filled: Filled<T>): Promise<void> {
    const storeKey = toStoreKey(policy, key, accessScope);
    const flight = this.parts.flights.get(storeKey);
    if (flight !== undefined) flight.superseded = true;
    const now = this.parts.clock.now();
    const { store, drops, random } = this.parts;
    const entry = buildEntry(policy, filled, drops.now(), now, random());
    await store.set(storeKey, entry, lifetimeMs(entry, policy, now), store.secondLayer?.stamp());
  }

  async drop(tags: readonly string[]): Promise<void> {
    this.parts.drops.drop(tags);
    await this.parts.store.secondLayer?.drop(tags);
  }

  async close(): Promise<void> {
    await this.parts.flights.abortAll(new FillAbortedError('The cache is closing.'));
    await this.parts.store.close();
  }
}
