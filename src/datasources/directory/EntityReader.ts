import DataLoader from 'dataloader';
import type { Cache } from '../../cache/contract.js';
import type { CallScope, Upstream } from '../../upstream/contract.js';
import { type EntityKind, isGuid, isOddId } from './entityKinds.js';
import { type FoundEntities, readByFilters, readByIds } from './readEntities.js';

/** What an entity is asked for by: its object id or its alternate property. */
export type EntityKey = { readonly id: string } | { readonly alternate: string };

/**
 * Finds users or devices of one operation. Everything wanted in one tick is one look into the cache and at most one
 * getByIds per 1,000 ids beside one `$batch` of filters, whatever the mix of keys; so the answers also arrive together,
 * and the joins behind them share a tick again.
 */
export class EntityReader<T extends { readonly id: string }> {
  readonly #loader: DataLoader<string, T | null>;

  constructor(
    private readonly kind: EntityKind<T>,
    private readonly upstream: Upstream,
    private readonly cache: Cache,
    private readonly scope: CallScope,
  ) {
    this.#loader = new DataLoader((keys) => this.#load(keys));
  }

  /** The entity, or null when the directory has none. A key that cannot exist is null without a call. */
  async find(key: EntityKey): Promise<T | null> {
    const text = this.#toText(key);
    return text === undefined ? null : this.#loader.load(text);
  }

  #toText(key: EntityKey): string | undefined {
    if ('id' in key) return isGuid(key.id) || isOddId(key.id) ? idKey(key.id) : undefined;
    return this.kind.isAlternate(key.alternate) ? alternateKey(key.alternate) : undefined;
  }

  async #load(keys: readonly string[]): Promise<(T | null | Error)[]> {
    const found = await this.cache.readMany<T>(this.kind.policy, keys, this.scope, (missing, scope) =>
      this.#fill(missing, scope),
    );
    return keys.map((key) => {
      const cached = found.get(key);
      if (cached instanceof Error) return cached;
      const entity = cached?.value ?? null;
      if (entity !== null) this.#prime(entity);
      return entity;
    });
  }

  #prime(entity: T): void {
    for (const key of this.#keysOf(entity)) this.#loader.prime(key, entity);
  }

  async #fill(missing: readonly string[], scope: CallScope): Promise<FoundEntities<T>> {
    const ids = valuesOf(missing, idKey);
    const values = { oddIds: ids.filter(isOddId), alternates: valuesOf(missing, alternateKey) };
    const [byId, { byOddId, byAlternate }] = await Promise.all([
      readByIds(this.kind, ids.filter(isGuid), this.upstream, scope),
      readByFilters(this.kind, values, this.upstream, scope),
    ]);
    const found: FoundEntities<T> = new Map([
      ...withPrefix(byId, idKey),
      ...withPrefix(byOddId, idKey),
      ...withPrefix(byAlternate, alternateKey),
    ]);
    await this.#shareOtherKeys(found, scope);
    return found;
  }

  /** Stores each entity under its other key too, so that who knew the id also knows the name, and the other way round. */
  async #shareOtherKeys(found: FoundEntities<T>, scope: CallScope): Promise<void> {
    const writes: Promise<void>[] = [];
    for (const filled of found.values()) {
      if (filled instanceof Error || filled.value === null) continue;
      for (const key of this.#keysOf(filled.value)) {
        if (!found.has(key)) writes.push(this.cache.write(this.kind.policy, key, scope.accessScope, filled));
      }
    }
    await Promise.all(writes);
  }

  #keysOf(entity: T): string[] {
    const alternate = this.kind.alternateOf(entity);
    return alternate === null ? [idKey(entity.id)] : [idKey(entity.id), alternateKey(alternate)];
  }
}

function idKey(id: string): string {
  return `id:${id.toLowerCase()}`;
}

function alternateKey(value: string): string {
  return `alt:${value.toLowerCase()}`;
}

function valuesOf(keys: readonly string[], toKey: (value: string) => string): string[] {
  const prefix = toKey('');
  return keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
}

function withPrefix<V>(found: ReadonlyMap<string, V>, toKey: (value: string) => string): [string, V][] {
  return [...found].map(([value, entity]) => [toKey(value), entity]);
}
