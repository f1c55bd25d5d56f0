import { Gap } from './Gap.js';
import { responseKeys } from './selected.js';
import type { SupergraphFacts } from './supergraphFacts.js';

/** What the subgraphs answered, put together by response keys. */
export type Joined = JoinedObject | Joined[] | Gap | string | number | boolean | bigint | null;

/** Has no prototype: clients choose the keys. */
export interface JoinedObject {
  [key: string]: Joined | undefined;
}

export function emptyObject(): JoinedObject {
  // The one way to an object without prototype; its type is `any`.
  return Object.create(null) as JoinedObject;
}

export function isJoinedObject(value: unknown): value is JoinedObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Gap);
}

export function typeNameOf(object: JoinedObject): string | undefined {
  return typeof object.__typename === 'string' ? object.__typename : undefined;
}

/** A copy that nobody else holds: answers of subgraphs may be shared by several operations. */
export function copyOf(value: unknown): Joined {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isJoinedObject(value)) return value === undefined ? null : (value as Joined);
  const copy = emptyObject();
  for (const key of Object.keys(value)) copy[key] = copyOf(value[key]);
  return copy;
}

/**
 * Joins two answers for the same place. Objects are joined key by key and lists element by element; otherwise a value
 * goes before null, null before a gap, and the new before the old. The result does not depend on the order in which
 * subgraphs answer.
 * @param target Is written into, and handed back unless something takes its place.
 * @param source Is copied where it is used.
 */
export function join(target: Joined | undefined, source: unknown, facts: SupergraphFacts): Joined {
  if (target === undefined || target === null) return source instanceof Gap && target === null ? null : copyOf(source);
  if (source === undefined) return target;
  if (source instanceof Gap) return fillGaps(target, source, facts);
  if (target instanceof Gap) return source === null ? null : fillGaps(copyOf(source), target, facts);
  if (source === null) return target;
  if (Array.isArray(target) && Array.isArray(source)) return joinLists(target, source, facts);
  if (isJoinedObject(target) && isJoinedObject(source)) return joinObjects(target, source, facts);
  return copyOf(source);
}

function joinLists(target: Joined[], source: readonly unknown[], facts: SupergraphFacts): Joined[] {
  for (const [index, element] of target.entries()) {
    if (index < source.length) target[index] = join(element, source[index], facts);
  }
  return target;
}

function joinObjects(target: JoinedObject, source: JoinedObject, facts: SupergraphFacts): JoinedObject {
  for (const key of Object.keys(source)) {
    if (key === '__typename' && knowsItsType(target, facts)) continue;
    target[key] = join(target[key], source[key], facts);
  }
  return target;
}

/** A subgraph with an interface object calls every object by the name of the interface; another one may know better. */
function knowsItsType(object: JoinedObject, facts: SupergraphFacts): boolean {
  const typeName = typeNameOf(object);
  return typeName !== undefined && facts.isObjectType(typeName);
}

/** Puts the gap into every place that its subgraph was asked for and that nobody has filled. Writes into the target. */
export function fillGaps(target: Joined, gap: Gap, facts: SupergraphFacts): Joined {
  if (target instanceof Gap) return target.isQuiet && !gap.isQuiet ? gap : target;
  if (gap.selected === undefined) return target;
  if (Array.isArray(target)) {
    for (const [index, element] of target.entries())
      target[index] = fillGaps(element, gap.at(index, gap.selected), facts);
  } else if (isJoinedObject(target)) {
    fillObject(target, gap, facts);
  }
  return target;
}

function fillObject(target: JoinedObject, gap: Gap, facts: SupergraphFacts): void {
  if (gap.selected === undefined) return;
  for (const [key, selected] of responseKeys(gap.selected, typeNameOf(target), facts)) {
    const value = target[key];
    const missing = value === undefined || (key === '__typename' && !knowsItsType(target, facts));
    const part = gap.at(key, selected);
    target[key] = missing ? part : fillGaps(value, part, facts);
  }
}
