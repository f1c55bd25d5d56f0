import { createHash } from 'node:crypto';
import type { MutationError } from '../../schema/types/mutationError.type.js';
import { stableJson } from '../paging/cursor.js';
import type { Claim, IdempotencyStore } from './IdempotencyStore.js';
import { diedAtWork, keyReused } from './mutationErrors.js';

/** One request that may be a repeat. */
export interface IdempotentRequest {
  /** Identity of the caller; keys of different callers never meet. */
  readonly principal: string;
  readonly mutation: string;
  /** The caller's key; `undefined` runs the work without remembering it. */
  readonly key: string | null | undefined;
  /** The input; `idempotencyKey` at its top does not count. */
  readonly input: object;
}

/** The outcome of the work, or why it was not run. */
export type IdempotentAnswer<T> = { readonly problem: null; readonly outcome: T } | { readonly problem: MutationError };

/**
 * Runs the work once per key. A repeat with the same input answers the first outcome, one that comes while the first is
 * at work waits for it. Work that ends without having written anything gives the key back.
 * @param recover Finishes work over which another instance died, `claimedAt` being when it began (epoch milliseconds of
 * Redis), without doing twice what must not be done twice. Absent: nobody can say what became of it.
 */
export async function runIdempotent<T extends { readonly isFinal: boolean }>(
  store: IdempotencyStore,
  request: IdempotentRequest,
  work: () => Promise<T>,
  recover?: (claimedAt: number) => Promise<T>,
): Promise<IdempotentAnswer<T>> {
  if (request.key === null || request.key === undefined) return { problem: null, outcome: await work() };
  const key = JSON.stringify([request.principal, request.mutation, request.key]);
  for (;;) {
    const claim = await store.claim<T>(key, hashOf(request.input));
    if (claim.kind === 'reused') return { problem: keyReused };
    if (claim.kind === 'abandoned') return runAbandoned(claim, recover);
    const outcome = claim.kind === 'claimed' ? await runClaimed(claim, work) : await claim.outcome;
    if (outcome !== undefined) return { problem: null, outcome };
  }
}

async function runAbandoned<T extends { readonly isFinal: boolean }>(
  claim: Extract<Claim<T>, { kind: 'abandoned' }>,
  recover: ((claimedAt: number) => Promise<T>) | undefined,
): Promise<IdempotentAnswer<T>> {
  let outcome: T | undefined;
  try {
    outcome = await recover?.(claim.claimedAt);
    return outcome === undefined ? { problem: diedAtWork } : { problem: null, outcome };
  } finally {
    if (outcome?.isFinal) await claim.finish(outcome);
    else await claim.leave();
  }
}

async function runClaimed<T extends { readonly isFinal: boolean }>(
  claim: Extract<Claim<T>, { kind: 'claimed' }>,
  work: () => Promise<T>,
): Promise<T> {
  let outcome: T | undefined;
  try {
    outcome = await work();
    return outcome;
  } finally {
    if (outcome?.isFinal) await claim.finish(outcome);
    else await claim.release();
  }
}

function hashOf(input: object): string {
  const { idempotencyKey: _, ...rest } = input as { readonly idempotencyKey?: unknown };
  return createHash('sha256').update(stableJson(rest)).digest('base64url');
}
