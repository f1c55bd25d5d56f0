import { z } from 'zod';
import { type FeedState, initialFeedState } from '../changeStore.js';
import type { Change, ChangeTopic, EntityOf } from '../contract.js';
import type { Head } from '../head.js';
import { fromStoredEntry, toJson, toStoredEntry } from '../storedEntry.js';

/**
 * The texts that Redis keeps. A stamped record begins with the number of the write that made it, so that a script can
 * tell whether it is still the one that was read.
 */
export interface Stamped<T> {
  readonly stamp: string;
  readonly value: T;
}

/** Stamp of what is not there. */
export const noStamp = '';

const ticks = z.string().transform(BigInt);
const feedRecord = z.object({
  position: ticks.nullable(),
  start: ticks.nullable(),
  isFilled: z.boolean(),
  coveredFrom: ticks.nullable(),
  forgottenBefore: ticks,
  sweptAt: z.string().nullable(),
  isComplete: z.boolean(),
  marks: z.record(z.string(), z.string()),
});
const headRecord = z.object({
  version: ticks,
  observedAt: z.number(),
  trustedUntil: z.number(),
  entity: z.unknown(),
});
const headerRecord = z.object({ topic: z.string(), id: z.string().nullable(), kind: z.string(), meta: z.string() });

export function printFeed(feed: FeedState): string {
  return JSON.stringify(feed, ticksAsText);
}

export function parseFeed(record: string | null): Stamped<FeedState> {
  if (record === null) return { stamp: noStamp, value: initialFeedState };
  const { stamp, value } = cutStamp(record);
  return { stamp, value: Object.freeze(feedRecord.parse(JSON.parse(value))) };
}

export function printHead({ version, observedAt, trustedUntil, entity }: Head): string {
  const rest = JSON.stringify({ version, observedAt, trustedUntil }, ticksAsText);
  return `${rest.slice(0, -1)},"entity":${toJson(entity)}}`;
}

export function parseHead(topic: ChangeTopic, id: string, record: string): Stamped<Head> {
  const { stamp, value } = cutStamp(record);
  const head = headRecord.parse(JSON.parse(value));
  return { stamp, value: { topic, id, ...head, entity: head.entity as EntityOf<ChangeTopic> } };
}

/** An entry as three texts: what it is, the entity, what leads back to the state before; the last two empty for nothing. */
export type EntryTexts = readonly [header: string, entity: string, before: string];

export function printEntry(change: Change): EntryTexts {
  const { entity, before, ...header } = toStoredEntry(change);
  return [JSON.stringify(header), entity ?? '', before ?? ''];
}

export function parseEntry([header, entity, before]: EntryTexts, cursor: string): Change {
  const stored = { entity: entity || null, before: before || null, ...headerRecord.parse(JSON.parse(header)) };
  return fromStoredEntry(stored, cursor);
}

/** Versions may lie before 1970; moved up, they sort as text of equal length. */
const upwards = 10n ** 18n;
const versionDigits = 19;

/** Sorts by version, then id. */
export function toIndexMember(version: bigint, id: string): string {
  return `${toIndexBound(version)}:${id}`;
}

/** Sorts before every member of this version and behind every member of an older one. */
export function toIndexBound(version: bigint): string {
  return (version + upwards).toString().padStart(versionDigits, '0');
}

export function fromIndexMember(member: string): { readonly id: string; readonly version: bigint } {
  return { id: member.slice(versionDigits + 1), version: BigInt(member.slice(0, versionDigits)) - upwards };
}

function cutStamp(record: string): Stamped<string> {
  const at = record.indexOf(' ');
  return { stamp: record.slice(0, at), value: record.slice(at + 1) };
}

function ticksAsText(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
