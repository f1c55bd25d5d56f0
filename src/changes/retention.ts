/** How much of the journal is kept. What is older can be read again from its source, so a late reader gets a `RESYNC`. */
export interface JournalRetention {
  /** By our clock, since the entry was committed. */
  readonly maxAgeMs: number;
  readonly maxEntries: number;
}

/** A week, so that a client may be away over a weekend; the count bounds the disk in a storm. */
export const defaultRetention: JournalRetention = { maxAgeMs: 7 * 24 * 3_600_000, maxEntries: 200_000 };
