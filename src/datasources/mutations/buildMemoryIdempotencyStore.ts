import type { Clock } from '../../time/clock.js';
import type { Claim, IdempotencyStore } from './IdempotencyStore.js';

const keptMs = 24 * 60 * 60_000;
const maxOutcomes = 2_000;

interface Entry {
  readonly inputHash: string;
  readonly outcome: Promise<unknown>;
  done: boolean;
  /** Epoch milliseconds; only counts when done. */
  expiresAt: number;
}

/** Keeps outcomes in this process for a day, the newest 2,000 of them; pending claims are never evicted. */
export function buildMemoryIdempotencyStore(clock: Clock): IdempotencyStore {
  const entries = new Map<string, Entry>();

  function makeRoom(): void {
    for (const [key, entry] of entries) {
      const isOver = entry.done && (entry.expiresAt <= clock.now() || entries.size > maxOutcomes);
      if (isOver) entries.delete(key);
    }
  }

  function open<T>(key: string, inputHash: string): Claim<T> {
    let resolve: (outcome: unknown) => void = () => undefined;
    const outcome = new Promise<unknown>((settle) => {
      resolve = settle;
    });
    const entry: Entry = { inputHash, outcome, done: false, expiresAt: 0 };
    entries.set(key, entry);
    return {
      kind: 'claimed',
      finish: async (final) => {
        entry.done = true;
        entry.expiresAt = clock.now() + keptMs;
        resolve(final);
        makeRoom();
      },
      release: async () => {
        entries.delete(key);
        resolve(undefined);
      },
    };
  }

  return {
    claim: async <T>(key: string, inputHash: string): Promise<Claim<T>> => {
      const entry = entries.get(key);
      if (entry === undefined || (entry.done && entry.expiresAt <= clock.now())) return open<T>(key, inputHash);
      if (entry.inputHash !== inputHash) return { kind: 'reused' };
      if (entry.done) return { kind: 'done', outcome: (await entry.outcome) as T };
      return { kind: 'pending', outcome: entry.outcome as Promise<T | undefined> };
    },
  };
}
