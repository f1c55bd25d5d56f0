import { createHash } from 'node:crypto';
import { stableJson } from '../paging/cursor.js';
import type { Claim, IdempotencyStore } from './IdempotencyStore.js';

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

export type IdempotentAnswer<T> = { readonly reused: false; readonly outcome: T } | { readonly reused: true };

/**
 * Runs the work once per key. A repeat with the same input answers the first outcome, one that comes while the first is
 * at work waits for it. Work that ends without having written anything gives the key back.
 */
export async function runIdempotent<T extends { readonly isFinal: boolean }>(
  store: IdempotencyStore,
  request: IdempotentRequest,
  work: () => Promise<T>,
): Promise<IdempotentAnswer<T>> {
  if (request.key === null || request.key === undefined) return { reused: false, outcome: await work() };
  const key = JSON.stringify([request.principal, request.mutation, request.key]);
  for (;;) {
    const claim = await store.claim<T>(key, hashOf(request.input));
    if (claim.kind === 'reused') return { reused: true };
    const outcome = claim.kind === 'claimed' ? await runClaimed(claim, work) : await claim.outcome;
    if (outcome !== undefined) return { reused: false, outcome };
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
