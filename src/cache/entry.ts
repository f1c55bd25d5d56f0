import { z } from 'zod';
import type { CachePolicy, Filled } from './contract.js';
import type { DropStamp } from './tagDrops.js';

/** What is stored under one key. Times are milliseconds of the injected clock. */
export interface Entry {
  readonly value: unknown;
  readonly asOf: string;
  readonly tags?: readonly string[] | undefined;
  readonly stamp: DropStamp;
  readonly freshUntil: number;
}

/**
 * `fresh` is answered; `revalidate` is answered and refreshed behind the answer; `fallback` is only for when the refill
 * fails; `dead` is as good as absent.
 */
export type EntryAge = 'fresh' | 'revalidate' | 'fallback' | 'dead';

export const entryShape = z.object({
  value: z.unknown(),
  asOf: z.string(),
  tags: z.array(z.string()).optional(),
  stamp: z.object({ epoch: z.string(), sequence: z.number() }),
  freshUntil: z.number(),
});

/** `undefined` when the store holds something that this gateway did not write. */
export function parseEntry(stored: unknown): Entry | undefined {
  const parsed = entryShape.safeParse(stored);
  return parsed.success ? parsed.data : undefined;
}

const largestJitter = 0.1;

/** `random` is in [0, 1): up to a tenth is taken off, so that entries filled together do not all end together. */
export function buildEntry(
  policy: CachePolicy,
  filled: Filled<unknown>,
  stamp: DropStamp,
  now: number,
  random: number,
): Entry {
  const ttlMs = filled.value === null ? policy.negativeTtlMs : policy.ttlMs;
  return {
    value: filled.value,
    asOf: filled.asOf,
    tags: filled.tags,
    stamp,
    freshUntil: now + ttlMs * (1 - largestJitter * random),
  };
}

export function ageOf(entry: Entry, policy: CachePolicy, now: number): EntryAge {
  if (now < entry.freshUntil) return 'fresh';
  if (entry.value === null) return 'dead';
  if (now < entry.freshUntil + policy.staleWhileRevalidateMs) return 'revalidate';
  return now < entry.freshUntil + policy.staleIfErrorMs ? 'fallback' : 'dead';
}

/** Milliseconds for which the entry is of any use; 0 or less means that storing it is pointless. */
export function lifetimeMs(entry: Entry, policy: CachePolicy, now: number): number {
  const afterMs = entry.value === null ? 0 : Math.max(policy.staleWhileRevalidateMs, policy.staleIfErrorMs);
  return Math.ceil(entry.freshUntil - now + afterMs);
}
