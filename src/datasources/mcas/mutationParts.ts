import { UpstreamError } from '../../errors/GatewayError.js';
import type { MutationError } from '../../schema/types/mutationError.type.js';
import type { IdempotencyStore } from '../mutations/IdempotencyStore.js';
import { lengthProblems, maxCharacters } from '../mutations/inputChecks.js';
import { runIdempotent } from '../mutations/runIdempotent.js';

/** On whose behalf mutations of Cloud Apps run, and what remembers their outcomes. */
export interface McasCaller {
  /** Tenant and id of the caller; idempotency keys and uploads belong to it. */
  readonly principal: string;
  readonly idempotency: IdempotencyStore;
}

interface Input {
  readonly idempotencyKey?: string | null;
}

/**
 * Checks a mutation, and runs it once for its key. `fail` makes the answer of a request that wrote nothing.
 * @param problems What is wrong with the input beside its key.
 * @param recover Finds out what became of work over which another instance died; absent: nobody can.
 */
export async function runMutation<T extends { readonly isFinal: boolean }>(
  caller: McasCaller,
  mutation: string,
  input: Input,
  problems: readonly MutationError[],
  fail: (errors: readonly MutationError[]) => T,
  work: () => Promise<T>,
  recover?: () => Promise<T>,
): Promise<T> {
  const errors = [...problems, ...lengthProblems('idempotencyKey', input.idempotencyKey, maxCharacters.key)];
  if (errors.length > 0) return fail(errors);
  const { principal, idempotency } = caller;
  const request = { principal, mutation, key: input.idempotencyKey, input };
  const answer = await runIdempotent(idempotency, request, work, recover);
  return answer.problem ? fail([answer.problem]) : answer.outcome;
}

/** Whether the upstream understood the request and found the values wrong. */
export function isRefusal(error: unknown): boolean {
  return error instanceof UpstreamError && error.logFields.status === 400;
}
