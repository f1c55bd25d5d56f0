import { UserInputError } from '../errors/GatewayError.js';

/** A place in the journal: after the entry of this sequence. */
export interface JournalPosition {
  /** Random per journal. */
  readonly epoch: string;
  /** Of an entry; 0 before the first. */
  readonly sequence: number;
}

const pattern = /^([\w-]{1,64})\.(0|[1-9]\d{0,15})$/;

export function printCursor({ epoch, sequence }: JournalPosition): string {
  return `${epoch}.${sequence}`;
}

/**
 * Reads a cursor that a client brought. Whether the journal still knows the place is another question.
 * @throws {UserInputError} `BAD_USER_INPUT` when the text was never a cursor.
 */
export function parseCursor(text: string): JournalPosition {
  const position = readCursor(text);
  if (position === undefined) {
    throw new UserInputError('The cursor in "after" is not one of this gateway\'s changes.', { argument: 'after' });
  }
  return position;
}

/** Sequence of an entry that a store has given its cursor. */
export function sequenceOf({ cursor }: { readonly cursor: string }): number {
  const position = readCursor(cursor);
  if (position === undefined) throw new Error('An entry of the journal has no readable cursor.');
  return position.sequence;
}

function readCursor(text: string): JournalPosition | undefined {
  const [, epoch, digits] = pattern.exec(text) ?? [];
  const sequence = Number(digits);
  if (epoch === undefined || !Number.isSafeInteger(sequence)) return undefined;
  return { epoch, sequence };
}
