import type { TailPage } from './changeStore.js';

/**
 * What one look at the journal brought: entries in order, silent ones too, and where the feeds stood at that moment. A batch
 * that ends before `newest` is only a part: its feeds are then further than the entries applied so far.
 */
export type JournalBatch = Pick<TailPage, 'entries' | 'feeds' | 'newest'>;

/**
 * What has to move with the journal before anybody hears of an entry: caches, the mirror. One call at a time, in journal
 * order; the next batch waits for it, and so do subscribers and the answers of mutations.
 */
export interface JournalApplier {
  /** Named in the log when it fails. */
  readonly name: string;
  /** The batch may hold no entries: then only feeds have moved. One that throws is told to `restart`. */
  apply(batch: JournalBatch): Promise<void> | void;
  /**
   * At the beginning, with another journal, and after entries were lost: forget, and load again from the store. Entries of
   * states that were loaded may come again afterwards. What takes long belongs in the background, because everybody waits.
   */
  restart(): Promise<void> | void;
}
