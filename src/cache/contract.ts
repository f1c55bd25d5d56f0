import type { CallScope, UpstreamName } from '../upstream/contract.js';

/** How long an entry lives. All times in milliseconds; jitter of up to 10 % is taken off `ttlMs` when it is stored. */
export interface CachePolicy {
  /** Resource word in keys and metrics, such as `user`; unique per stored shape. */
  readonly resource: string;
  readonly upstream: UpstreamName;
  readonly ttlMs: number;
  /** After `ttlMs`, answer the old value at once for this long and refresh it in the background. */
  readonly staleWhileRevalidateMs: number;
  /** After `ttlMs`, answer the old value marked stale for this long if the refill is throttled, times out or fails. */
  readonly staleIfErrorMs: number;
  /** Lifetime of "the upstream does not know this id". */
  readonly negativeTtlMs: number;
}

/** What a fill brings. `null` is a negative entry: the upstream answered that there is nothing. */
export interface Filled<T> {
  readonly value: T | null;
  /** When the upstream made the data (RFC 3339). */
  readonly asOf: string;
  /** Dropping any of these drops the entry, for example `alert:da123` or `alerts`. */
  readonly tags?: readonly string[];
}

export interface Cached<T> {
  readonly value: T | null;
  readonly asOf: string;
  readonly stale: boolean;
  readonly source: 'CACHE' | 'UPSTREAM';
}

/**
 * The shared cache in front of the upstreams. Keys are completed with access scope, upstream and resource, so callers
 * with different rights never share an entry. A fill that started before one of its tags was dropped is not stored. What a
 * scope's `reading` says is obeyed: `upstream` looks at no entry and shares no fill, but refreshes the entries.
 */
export interface Cache {
  /** One entry; concurrent readers of one key share one fill. A reader that aborts leaves the fill to the others. */
  read<T>(
    policy: CachePolicy,
    key: string,
    scope: CallScope,
    fill: (scope: CallScope) => Promise<Filled<T>>,
  ): Promise<Cached<T>>;
  /**
   * Many entries; `fill` is called at most once, with only the keys that nobody holds or fetches. Keys missing from its
   * answer are negative entries. A fill that fails for some keys puts an `Error` as their value and the others stay good.
   */
  readMany<T>(
    policy: CachePolicy,
    keys: readonly string[],
    scope: CallScope,
    fill: (missing: readonly string[], scope: CallScope) => Promise<ReadonlyMap<string, Filled<T> | Error>>,
  ): Promise<ReadonlyMap<string, Cached<T> | Error>>;
  /** Stores a value that came from elsewhere (a mutation's answer, the change feed). */
  write<T>(policy: CachePolicy, key: string, accessScope: string, filled: Filled<T>): Promise<void>;
  /** Forgets every entry that carries one of the tags. */
  drop(tags: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
