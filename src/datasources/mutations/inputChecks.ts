import { UserInputError } from '../../errors/GatewayError.js';
import type { WireEnum } from '../../schema/enums/defineEnum.js';
import type { MutationError } from '../../schema/types/mutationError.type.js';
import { invalid } from './mutationErrors.js';

/** Longest texts that a mutation takes; the upstreams state no limits of their own. */
export const maxCharacters = { id: 512, name: 512, comment: 10_000, key: 255 } as const;

/**
 * @param refused Members that old objects have but that the upstream does not accept any more.
 * @throws {UserInputError} for enum members that cannot be set: they are as wrong as members that do not exist.
 */
export function checkMember(
  field: string,
  codec: WireEnum,
  member: string | null | undefined,
  refused: readonly string[] = [],
): void {
  if (member === null || member === undefined) return;
  if (codec.toWire(member) !== undefined && !refused.includes(member)) return;
  throw new UserInputError(`"input.${field}" cannot be set to ${member}.`, { argument: `input.${field}` });
}

/** Members that are null although null means nothing for them. */
export function nullProblems(input: object, nullable: readonly string[] = []): MutationError[] {
  return Object.entries(input)
    .filter(([member, value]) => value === null && !nullable.includes(member))
    .map(([member]) => invalid(member, `"${member}" cannot be null; leave it out to keep it.`));
}

/** A text that is there has to say something, and not too much. */
export function lengthProblems(member: string, value: string | null | undefined, max: number): MutationError[] {
  if (value === null || value === undefined) return [];
  const isGood = value.trim() !== '' && value.length <= max;
  return isGood ? [] : [invalid(member, `"${member}" wants 1 to ${max} characters that are not all blank.`)];
}

/** An input of which no member asks for a change. */
export function emptyProblems(changes: readonly unknown[]): MutationError[] {
  return changes.every((value) => value === undefined) ? [invalid(null, 'There is nothing to change.')] : [];
}
