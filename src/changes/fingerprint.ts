import { hash } from 'node:crypto';
import type { Alert } from '../schema/types/alert.type.js';

/** GraphQL field name → short digest of its value. Fields that say nothing (null, empty) are left out. */
export type Fingerprint = Readonly<Record<string, string>>;

/** Constant, or moving without a change of content. */
const leftOut = new Set(['__typename', 'lastUpdateDateTime']);
const digestCharacters = 10;

/**
 * What an alert says, in a form that can be compared without keeping the alert. The order of keys and of arrays does not
 * count: no array of an alert carries meaning in its order (comments are dated), and the upstream does not promise one.
 */
export function fingerprintOf(alert: Alert): Fingerprint {
  const fields = Object.entries(alert).filter(([name, value]) => !leftOut.has(name) && !saysNothing(value));
  return Object.fromEntries(
    fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [name, digestOf(value)]),
  );
}

/** Names of the fields whose values differ, sorted. */
export function changedFieldsOf(before: Fingerprint, after: Fingerprint): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}

function saysNothing(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

function digestOf(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'base64url').slice(0, digestCharacters);
}

/** What lies deeper is not compared: open dictionaries may nest without limit, and one alert must not stop the feed. */
const maxDepth = 64;

function canonicalJson(value: unknown, depth = 0): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (depth === maxDepth) return '"…"';
  const inner = (member: unknown) => canonicalJson(member, depth + 1);
  if (Array.isArray(value)) return `[${value.map(inner).sort().join(',')}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const texts = members.map(([name, member]) => `${JSON.stringify(name)}:${inner(member)}`);
  return `{${texts.sort().join(',')}}`;
}
