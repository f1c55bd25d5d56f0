import { randomUUID } from 'node:crypto';
import type { Answer } from './answerStream.js';

/** The part of a journal entry that transports need. */
interface Entry {
  readonly cursor: string;
  readonly change: string;
  readonly reason: string | null;
}

/**
 * What tells an event apart from every other of its subscription. A `RESYNC` carries the cursor of the entry behind which
 * it goes on, so the cursor alone does not. Events that are no journal entries are all different.
 */
export function eventKeyOf(event: unknown): string {
  return isEntry(event) ? JSON.stringify([event.cursor, event.change, event.reason]) : randomUUID();
}

const cursors = new WeakMap<Answer, string>();

/** Remembers which journal entry an answer is about, whatever fields the client selected. */
export function noteCursor(answer: Answer, event: unknown): Answer {
  if (isEntry(event)) cursors.set(answer, event.cursor);
  return answer;
}

/** Cursor of the journal entry that the answer is about; undefined for answers to anything else. */
export function cursorOf(answer: Answer): string | undefined {
  return cursors.get(answer);
}

/** Whether it is one of our changes, all others being events of subgraphs. */
export function isEntry(event: unknown): event is Entry {
  return typeof event === 'object' && event !== null && 'cursor' in event && typeof event.cursor === 'string';
}
