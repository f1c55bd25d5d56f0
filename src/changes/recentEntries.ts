import type { Change } from './contract.js';
import { toJson } from './storedEntry.js';

export interface RecentEntriesBound {
  readonly maxEntries: number;
  /** Of the JSON of the entities, in characters. */
  readonly maxBytes: number;
}

/**
 * The newest entries of the journal, so that who keeps up does not read the store. What is let go bounds how far a live
 * reader may fall behind.
 */
export class RecentEntries {
  readonly #entries = new Map<number, { readonly change: Change; readonly bytes: number }>();
  #oldest = 0;
  #bytes = 0;

  constructor(private readonly bound: RecentEntriesBound) {}

  /** Entries come in dense order; after a jump, `clear` goes first. */
  push(sequence: number, change: Change): void {
    if (this.#entries.size === 0) this.#oldest = sequence;
    const bytes = sizeOf(change);
    this.#entries.set(sequence, { change, bytes });
    this.#bytes += bytes;
    while (this.#isTooMuch()) this.#letGo();
  }

  get(sequence: number): Change | undefined {
    return this.#entries.get(sequence)?.change;
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  /** The newest entry always stays, however large, so that somebody who waits for it gets it. */
  #isTooMuch(): boolean {
    const { maxEntries, maxBytes } = this.bound;
    return this.#entries.size > 1 && (this.#entries.size > maxEntries || this.#bytes > maxBytes);
  }

  #letGo(): void {
    this.#bytes -= this.#entries.get(this.#oldest)?.bytes ?? 0;
    this.#entries.delete(this.#oldest);
    this.#oldest += 1;
  }
}

function sizeOf({ entity, before }: Change): number {
  return toJson(entity ?? before).length;
}
