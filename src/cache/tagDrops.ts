import { randomUUID } from 'node:crypto';

/** A moment in the history of drops; an entry carries the moment at which its fill started. */
export interface DropStamp {
  /** Which process counted; another one cannot vouch for the drops that this one saw. */
  readonly epoch: string;
  readonly sequence: number;
}

const defaultMaxTags = 100_000;

/**
 * Remembers when each tag was last dropped, so that forgetting the entries of a tag costs one note instead of a search.
 * Bounded: when the notes are too many the oldest goes, and every tagged entry older than it counts as dropped.
 */
export class TagDrops {
  readonly #epoch = randomUUID();
  readonly #lastDrop = new Map<string, number>();
  #sequence = 0;
  #floor = 0;

  constructor(readonly maxTags = defaultMaxTags) {}

  now(): DropStamp {
    return { epoch: this.#epoch, sequence: this.#sequence };
  }

  drop(tags: readonly string[]): void {
    if (tags.length === 0) return;
    this.#sequence += 1;
    for (const tag of tags) {
      this.#lastDrop.delete(tag);
      this.#lastDrop.set(tag, this.#sequence);
    }
    this.#forgetOldest();
  }

  /** Whether any of the tags was dropped after the stamp, or may have been. Entries without tags are never dropped. */
  isDropped(tags: readonly string[] | undefined, stamp: DropStamp): boolean {
    if (tags === undefined || tags.length === 0) return false;
    if (stamp.epoch !== this.#epoch || stamp.sequence < this.#floor) return true;
    return tags.some((tag) => (this.#lastDrop.get(tag) ?? 0) > stamp.sequence);
  }

  #forgetOldest(): void {
    for (const [tag, sequence] of this.#lastDrop) {
      if (this.#lastDrop.size <= this.maxTags) return;
      this.#lastDrop.delete(tag);
      this.#floor = Math.max(this.#floor, sequence);
    }
  }
}
