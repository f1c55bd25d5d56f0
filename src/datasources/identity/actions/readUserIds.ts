import type { RiskyUserActionInput } from '../../../schema/inputs/riskyUserActions.input.js';
import type { MutationError } from '../../../schema/types/mutationError.type.js';
import { lengthProblems, maxCharacters, nullProblems } from '../../mutations/inputChecks.js';
import { invalid } from '../../mutations/mutationErrors.js';

/** Five calls: with one a second for the whole tenant, more would not end before the deadline. */
export const maxUserIds = 300;

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** One wanted user. */
export interface WantedUser {
  readonly userId: string;
  /** Where the input names it first. */
  readonly position: number;
  readonly isGuid: boolean;
}

/** Every id once, in the order of the input; ids compare without case. */
export function readUserIds(userIds: readonly string[]): WantedUser[] {
  const wanted = new Map<string, WantedUser>();
  userIds.forEach((userId, position) => {
    const key = userId.toLowerCase();
    if (!wanted.has(key)) wanted.set(key, { userId, position, isGuid: guid.test(userId) });
  });
  return [...wanted.values()];
}

/** Problems of the request as a whole. */
export function requestProblems(input: RiskyUserActionInput): MutationError[] {
  const count = input.userIds.length;
  return [
    ...(count >= 1 && count <= maxUserIds ? [] : [invalid('userIds', `"userIds" wants 1 to ${maxUserIds} ids.`)]),
    ...nullProblems(input),
    ...lengthProblems('idempotencyKey', input.idempotencyKey, maxCharacters.key),
  ];
}
