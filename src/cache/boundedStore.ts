import Keyv from 'keyv';
import { LRUCache } from 'lru-cache';

export interface BoundedStoreOptions {
  /** Most entries kept; the least recently used goes first. Default 50,000. */
  readonly maxEntries?: number;
  /** Most characters of JSON kept, all entries together. Default 128 Mi. */
  readonly maxCharacters?: number;
}

const namespace = 'gateway';

/**
 * A Keyv in memory that cannot grow without limit. What is stored is a frozen copy that went through JSON once, so a hit
 * costs no parsing, later writes to the caller's object do not reach it, and a store on the network would hold the same.
 */
export function createBoundedStore(options: BoundedStoreOptions = {}): Keyv {
  const store = new Keyv({ store: new LruAdapter(options), namespace });
  // Keyv types its codecs as text in and out, but hands on whatever they return.
  store.serialize = keepAsIs as unknown as NonNullable<typeof store.serialize>;
  store.deserialize = keepAsIs as unknown as NonNullable<typeof store.deserialize>;
  return store;
}

/** The storage interface of Keyv over an LRU cache that is bounded by entries and by their size. */
class LruAdapter {
  readonly #entries: LRUCache<string, object>;

  constructor({ maxEntries = 50_000, maxCharacters = 128 * 1024 * 1024 }: BoundedStoreOptions) {
    this.#entries = new LRUCache({ max: maxEntries, maxSize: maxCharacters });
  }

  get(key: string): object | undefined {
    return this.#entries.get(key);
  }

  getMany(keys: readonly string[]): (object | undefined)[] {
    return keys.map((key) => this.#entries.get(key));
  }

  set(key: string, value: object): void {
    const json = JSON.stringify(value);
    this.#entries.set(key, freezeDeep(JSON.parse(json)), { size: key.length + json.length });
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  disconnect(): void {
    this.#entries.clear();
  }
}

/** Values that readers share must not be written to. */
export function freezeDeep<T>(value: T): T {
  if (value !== null && typeof value === 'object') {
    for (const member of Object.values(value)) freezeDeep(member);
    Object.freeze(value);
  }
  return value;
}

const keepAsIs = <T>(data: T): T => data;
