import DataLoader from 'dataloader';
import type { Cache } from '../../cache/contract.js';
import { isOutage } from '../../cache/outage.js';
import type { Kept, KeptObjects } from '../../mirror/KeptObjects.js';
import type { CallScope, Upstream } from '../../upstream/contract.js';
import { tellMirrored } from '../paging/mirroredPage.js';
import { type EntityKey, keyTextsOf, readByKeyTexts, toKeyText } from './entityKeys.js';
import type { EntityKind } from './entityKinds.js';
import type { FoundEntities } from './readEntities.js';

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
    /** Those that mirrored rows name; absent where nothing is mirrored. */
    private readonly named?: KeptObjects<T>,
  ) {
    this.#loader = new DataLoader((keys) => this.#load(keys));
  }

  /** The entity, or null when the directory has none. A key that cannot exist is null without a call. */
  async find(key: EntityKey): Promise<T | null> {
    const text = toKeyText(this.kind, key);
    return text === undefined ? null : this.#loader.load(text);
  }

  async #load(keys: readonly string[]): Promise<(T | null | Error)[]> {
    const named = this.#recall(keys);
    const rest = keys.filter((key) => !named.has(key));
    const found = await this.cache.readMany<T>(this.kind.policy, rest, this.scope, (missing, scope) =>
      this.#fill(missing, scope),
    );
    const unread = rest.filter((key) => isOutage(found.get(key)));
    const lastKnown = this.#recall(unread, this.kind.policy.staleIfErrorMs);
    return keys.map((key) => {
      const answer = named.get(key) ?? lastKnown.get(key) ?? found.get(key);
      if (answer instanceof Error) return answer;
      const entity = answer?.value ?? null;
      if (entity !== null) this.#prime(entity);
      return entity;
    });
  }

  #recall(keys: readonly string[], staleMs?: number): Map<string, Kept<T>> {
    const found = new Map<string, Kept<T>>();
    for (const key of keys) {
      const kept = this.named?.recall(key, { ...this.scope, staleMs });
      if (kept === undefined) continue;
      found.set(key, kept);
      tellMirrored(this.scope, this.upstream.name, kept);
    }
    return found;
  }

  #prime(entity: T): void {
    for (const key of keyTextsOf(this.kind, entity)) this.#loader.prime(key, entity);
  }

  async #fill(missing: readonly string[], scope: CallScope): Promise<FoundEntities<T>> {
    const found = await readByKeyTexts(this.kind, missing, this.upstream, scope);
    this.named?.learn(found);
    await this.#shareOtherKeys(found, scope);
    return found;
  }

  /** Stores each entity under its other key too, so that who knew the id also knows the name, and the other way round. */
  async #shareOtherKeys(found: FoundEntities<T>, scope: CallScope): Promise<void> {
    const writes: Promise<void>[] = [];
    for (const filled of found.values()) {
      if (filled instanceof Error || filled.value === null) continue;
      for (const key of keyTextsOf(this.kind, filled.value)) {
        if (!found.has(key)) writes.push(this.cache.write(this.kind.policy, key, scope.accessScope, filled));
      }
    }
    await Promise.all(writes);
  }
}
