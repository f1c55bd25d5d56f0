import { createHash } from 'node:crypto';
import { z } from 'zod';
import { UserInputError } from '../../errors/GatewayError.js';
import { isInstant } from '../../time/instant.js';

/** Position in a list ordered by a value and then by id. Says nothing of pages or URLs, so it survives both. */
export interface KeysetPosition {
  /** Value of the order field, as text (RFC 3339 for times). */
  readonly order: string;
  readonly id: string;
}

const maxCursorCharacters = 1_024;
const shape = z.strictObject({ v: z.literal(1), o: z.string(), i: z.string(), f: z.string() });

/** The opaque text of a position. `listKey` is {@link listKeyOf} of the list that it belongs to. */
export function encodeCursor(position: KeysetPosition, listKey: string): string {
  return Buffer.from(JSON.stringify({ v: 1, o: position.order, i: position.id, f: listKey })).toString('base64url');
}

/** @throws {UserInputError} `BAD_USER_INPUT` when the text is no cursor, is too long, or belongs to another filter or order. */
export function decodeCursor(text: string, listKey: string): KeysetPosition {
  if (text.length > maxCursorCharacters) throw badCursor(`is longer than ${maxCursorCharacters} characters`);
  const parsed = shape.safeParse(readJson(text));
  if (!parsed.success) throw badCursor('is not a cursor of this gateway');
  if (parsed.data.f !== listKey) throw badCursor('belongs to a list with another filter or order');
  return { order: parsed.data.o, id: parsed.data.i };
}

/**
 * The cursor of a list that is ordered by a time. Anybody can make a cursor, and the time becomes part of upstream
 * filters, so it has to be one (or empty, for rows without).
 * @throws {UserInputError} as {@link decodeCursor}, and when the position is no time.
 */
export function decodeTimeCursor(text: string, listKey: string): KeysetPosition {
  const position = decodeCursor(text, listKey);
  if (position.order !== '' && !isInstant(position.order)) throw badCursor('is not a cursor of this gateway');
  return position;
}

/** Short digest of everything that makes a list what it is: its name, filter and order. */
export function listKeyOf(list: string, definition: unknown): string {
  return createHash('sha256')
    .update(`${list}\n${stableJson(definition)}`)
    .digest('base64url')
    .slice(0, 16);
}

/** JSON with sorted keys; absent and undefined members are the same. */
export function stableJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, member: unknown) =>
      member !== null && typeof member === 'object' && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
        : member,
    ) ?? 'null'
  );
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function badCursor(why: string): UserInputError {
  return new UserInputError(`The cursor in "after" ${why}.`, { argument: 'after' });
}
