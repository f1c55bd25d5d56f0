import type { MutationError, MutationErrorCode } from '../../schema/types/mutationError.type.js';

/** @param member The member of the input that is meant; absent when it is all of it. */
export function problem(code: MutationErrorCode, message: string, ...member: string[]): MutationError {
  return { code, message, inputPath: member.length === 0 ? null : member };
}

/** A problem with one member of the input, or with all of it. */
export function invalid(member: string | null, message: string): MutationError {
  return problem('INVALID_INPUT', message, ...(member === null ? [] : [member]));
}

/** Whoever had the key before died over the work. */
export const diedAtWork: MutationError = problem(
  'OUTCOME_UNKNOWN',
  'An earlier request with this idempotency key broke off, and whether it wrote could not be found out; it was not sent again.',
  'idempotencyKey',
);

/** The key stands for another input. */
export const keyReused: MutationError = problem(
  'IDEMPOTENCY_KEY_REUSED',
  'This idempotency key was used before with another input.',
  'idempotencyKey',
);
