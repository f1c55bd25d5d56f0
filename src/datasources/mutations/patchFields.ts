import type { WireEnum } from '../../schema/enums/defineEnum.js';
import { stableJson } from '../paging/cursor.js';

/** A PATCH in the upstream's words, and what the object says once it is done. */
export interface PatchBody<T> {
  readonly body: Readonly<Record<string, unknown>>;
  /** GraphQL fields with their new values, `raw…` twins included. */
  readonly fields: Partial<T>;
}

/** One word of a PATCH, and the two fields that show it. */
export interface WordEntry<T> {
  readonly property: string;
  readonly word: string;
  readonly fields: Partial<T>;
}

/** A member of an enum field as the upstream takes it; empty when there is none to set. */
export function wordEntry<T>(field: string, member: string | undefined, spell: WordSpelling): WordEntry<T>[] {
  const word = member === undefined ? undefined : spell.toWord(member);
  if (word === undefined) return [];
  const raw = `raw${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  return [{ property: spell.property, word, fields: { [field]: member, [raw]: word } as Partial<T> }];
}

export interface WordSpelling {
  /** Name of the property at the upstream. */
  readonly property: string;
  toWord(member: string): string | undefined;
}

/** The spelling of a property that has the same name on both sides. */
export function spelledBy(property: string, codec: WireEnum): WordSpelling {
  return { property, toWord: (member) => codec.toWire(member) };
}

/** Members that are there, null included. */
export function presentMembers<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Joins words and plain members to one PATCH. */
export function joinPatch<T>(words: readonly WordEntry<T>[], plain: Partial<T>, extra: object = {}): PatchBody<T> {
  return {
    body: { ...extra, ...Object.fromEntries(words.map(({ property, word }) => [property, word])), ...plain },
    fields: { ...Object.assign({}, ...words.map(({ fields }) => fields)), ...plain },
  };
}

/** Whether the object shows what the patch set. */
export function showsFields<T extends object>(object: T, fields: Partial<T>): boolean {
  return Object.entries(fields)
    .filter(([name]) => !name.startsWith('raw'))
    .every(([name, value]) => isSame(object[name as keyof T], value));
}

/** Names compare without case, because the upstream may write a user principal name in its own way; lists have no order. */
function isSame(shown: unknown, written: unknown): boolean {
  if (Array.isArray(shown) && Array.isArray(written)) return sameSet(shown, written);
  if (typeof shown === 'string' && typeof written === 'string') return shown.toLowerCase() === written.toLowerCase();
  return stableJson(shown ?? null) === stableJson(written ?? null);
}

function sameSet(shown: readonly unknown[], written: readonly unknown[]): boolean {
  return stableJson([...shown].sort()) === stableJson([...written].sort());
}
