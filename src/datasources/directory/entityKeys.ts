import type { CallScope, Upstream } from '../../upstream/contract.js';
import { type EntityKind, isGuid, isOddId } from './entityKinds.js';
import { type FoundEntities, readByFilters, readByIds } from './readEntities.js';

/** What an entity is asked for by: its object id or its alternate property. */
export type EntityKey = { readonly id: string } | { readonly alternate: string };

/** The text under which an entity is kept; `undefined` when no entity can have such a key. */
export function toKeyText<T extends { readonly id: string }>(kind: EntityKind<T>, key: EntityKey): string | undefined {
  if ('id' in key) return isGuid(key.id) || isOddId(key.id) ? idKey(key.id) : undefined;
  return kind.isAlternate(key.alternate) ? alternateKey(key.alternate) : undefined;
}

/** Every text under which an entity is found. */
export function keyTextsOf<T extends { readonly id: string }>(kind: EntityKind<T>, entity: T): string[] {
  const alternate = kind.alternateOf(entity);
  return alternate === null ? [idKey(entity.id)] : [idKey(entity.id), alternateKey(alternate)];
}

/** Reads entities by the texts of their keys: one getByIds per 1,000 ids beside one `$batch` of filters. */
export async function readByKeyTexts<T extends { readonly id: string }>(
  kind: EntityKind<T>,
  texts: readonly string[],
  upstream: Upstream,
  scope: CallScope,
): Promise<FoundEntities<T>> {
  const ids = valuesOf(texts, idKey);
  const values = { oddIds: ids.filter(isOddId), alternates: valuesOf(texts, alternateKey) };
  const [byId, { byOddId, byAlternate }] = await Promise.all([
    readByIds(kind, ids.filter(isGuid), upstream, scope),
    readByFilters(kind, values, upstream, scope),
  ]);
  return new Map([...withPrefix(byId, idKey), ...withPrefix(byOddId, idKey), ...withPrefix(byAlternate, alternateKey)]);
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
