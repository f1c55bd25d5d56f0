import type { Ledger, LedgerEntry } from './context.js';

/** Entries kept; the oldest go first, so that an emulator left running for days stays small. */
const capacity = 100_000;

/** An in-memory ledger of the calls that were answered, oldest first. */
export function createLedger(): Ledger {
  let entries: LedgerEntry[] = [];
  return {
    add(entry) {
      entries.push(entry);
      if (entries.length > capacity * 1.1) entries = entries.slice(-capacity);
    },
    entries: () => entries,
    clear() {
      entries = [];
    },
  };
}
