import type { Shown } from './views.js';

/** An entry of the journal of changes, read past the gateway. Only what the chaos compares is kept. */
export interface BookEntry {
  readonly epoch: string;
  readonly sequence: number;
  readonly topic: string;
  readonly id: string | null;
  readonly kind: string;
  readonly isSilent: boolean;
  readonly changedFields: readonly string[];
  readonly entity: Shown | null;
  readonly before: Shown | null;
  /** Of the stored entity. */
  readonly characters: number;
}

/** As both engines store it. */
export interface StoredTexts {
  readonly topic: string;
  readonly id: string | null;
  readonly kind: string;
  readonly meta: string;
  readonly entity: string | null;
  readonly before: string | null;
}

export interface Place {
  readonly epoch: string;
  readonly sequence: number;
}

/** A cursor is the epoch of a journal and a place in it. */
export function toPlace(cursor: string): Place {
  const at = cursor.lastIndexOf('.');
  return { epoch: cursor.slice(0, at), sequence: Number(cursor.slice(at + 1)) };
}

/** All that was ever seen of the journals of a run: each epoch with its entries in order. */
export class JournalBook {
  readonly #epochs = new Map<string, Map<number, BookEntry>>();
  readonly faults: string[] = [];

  /** Epochs in the order in which they were met. */
  get epochs(): readonly string[] {
    return [...this.#epochs.keys()];
  }

  add(epoch: string, sequence: number, stored: StoredTexts): void {
    const entries = this.#epochs.get(epoch) ?? new Map<number, BookEntry>();
    this.#epochs.set(epoch, entries);
    const entry = decode(epoch, sequence, stored);
    const known = entries.get(sequence);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(entry)) {
      this.faults.push(`entry ${epoch}.${sequence} was rewritten`);
    }
    entries.set(sequence, entry);
  }

  at({ epoch, sequence }: Place): BookEntry | undefined {
    return this.#epochs.get(epoch)?.get(sequence);
  }

  newest(epoch: string): number {
    return Math.max(0, ...(this.#epochs.get(epoch)?.keys() ?? []));
  }

  /** Entries of an epoch in order. */
  entries(epoch: string): readonly BookEntry[] {
    return [...(this.#epochs.get(epoch)?.values() ?? [])].sort((a, b) => a.sequence - b.sequence);
  }

  /** Places of an epoch that hold nothing, between the first and the last that do. */
  holes(epoch: string): readonly number[] {
    const sequences = this.entries(epoch).map(({ sequence }) => sequence);
    return sequences.flatMap((sequence, index) => {
      const before = sequences[index - 1];
      return before === undefined || before === sequence - 1 ? [] : [sequence - 1];
    });
  }
}

type Fields = Record<string, unknown>;

function decode(epoch: string, sequence: number, stored: StoredTexts): BookEntry {
  const { topic, id, kind } = stored;
  const { changedFields, isSilent } = JSON.parse(stored.meta) as { changedFields: string[]; isSilent: boolean };
  const entity = stored.entity ? (JSON.parse(stored.entity) as Fields) : null;
  const diff = stored.before ? (JSON.parse(stored.before) as { set: Fields; unset: string[] }) : null;
  const before = diff === null ? null : { ...entity, ...diff.set };
  return {
    epoch,
    sequence,
    topic,
    id,
    kind,
    isSilent,
    changedFields,
    entity: shownOf(entity),
    before: shownOf(before),
    characters: stored.entity?.length ?? 0,
  };
}

function shownOf(fields: Fields | null): Shown | null {
  if (fields === null) return null;
  const { assignedTo = null, status, severity, lastUpdateDateTime } = fields;
  return { assignedTo, status, severity, lastUpdateDateTime } as Shown;
}
