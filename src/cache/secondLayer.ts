import type { Entry } from './entry.js';
import type { DropStamp } from './tagDrops.js';

/** An entry as instances hand it to each other; its stamp is a moment in the drops of all of them. */
export interface SharedEntry extends Entry {
  /** Epoch milliseconds from which it is of no use to anybody. */
  readonly expiresAt: number;
}

/**
 * Entries that instances share, behind the memory of each. One that is away holds nothing: nothing here rejects, and
 * nothing waits long.
 *
 * No entry comes back after a drop of any of its tags. Drops of all instances count in one sequence; an entry carries the
 * place in it that was known before its fill began, and is handed out only if none of its tags was dropped after it. Who
 * drops is never handed what it dropped, even while the others cannot be told. Entries without tags are never dropped.
 */
export interface SecondLayer {
  /** In the order of the keys. */
  getMany(keys: readonly string[]): Promise<(SharedEntry | undefined)[]>;
  /** Keeps the entry unless its stamp is undefined: then nobody could tell later what was dropped since. */
  set(key: string, entry: SharedEntry, stamp: DropStamp | undefined): Promise<void>;
  /** A moment that lies surely before now; undefined while none is known. */
  stamp(): DropStamp | undefined;
  drop(tags: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
