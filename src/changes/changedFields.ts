import type { ChangeTopic, EntityOf } from './contract.js';
import { maxDepth, toJson } from './storedEntry.js';
import { fieldsLeftOut } from './topics.js';

/**
 * Names of the fields whose content differs, sorted; what only moves with the version is left out. A field that is null or
 * empty says the same as one that is absent. The order of keys and of arrays does not count: no array of these entities
 * carries meaning in its order (comments are dated), and the upstream does not promise one.
 */
export function changedFieldsOf<T extends ChangeTopic>(topic: T, before: EntityOf<T>, after: EntityOf<T>): string[] {
  const leftOut = fieldsLeftOut(topic);
  const old: Fields = { ...before };
  const now: Fields = { ...after };
  const names = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...names].filter((name) => !leftOut.includes(name) && !saysTheSame(old[name], now[name])).sort();
}

type Fields = Readonly<Record<string, unknown>>;

/** Nearly always equal fields are equal to the letter, which is quick to see. */
function saysTheSame(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  if (saysNothing(before) || saysNothing(after)) return saysNothing(before) && saysNothing(after);
  return toJson(before) === toJson(after) || canonicalJson(before) === canonicalJson(after);
}

function saysNothing(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

/** What lies deeper than is kept is not compared either. */
function canonicalJson(value: unknown, depth = 1): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (depth === maxDepth) return '"…"';
  const inner = (member: unknown) => canonicalJson(member, depth + 1);
  if (Array.isArray(value)) return `[${value.map(inner).sort().join(',')}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const texts = members.map(([name, member]) => `${JSON.stringify(name)}:${inner(member)}`);
  return `{${texts.sort().join(',')}}`;
}
