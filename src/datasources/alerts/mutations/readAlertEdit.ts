import { UserInputError } from '../../../errors/GatewayError.js';
import type { WireEnum } from '../../../schema/enums/defineEnum.js';
import type { UpdateAlertInput } from '../../../schema/inputs/updateAlert.input.js';
import type { MutationError } from '../../../schema/types/mutationError.type.js';
import { alertEnums } from '../alertDialects.js';
import { isWireObject } from '../readers.js';

/** Fields to set, in GraphQL's words; absent ones stay as they are. */
export interface AlertPatch {
  readonly status?: string;
  readonly classification?: string;
  readonly determination?: string;
  readonly assignedTo?: string | null;
  readonly customDetails?: Readonly<Record<string, string>>;
}

/** A checked change to one alert. */
export interface AlertEdit {
  readonly id: string;
  readonly patch: AlertPatch;
  readonly comment?: string;
  readonly expectedLastUpdate?: string;
}

export type ReadAlertEdit =
  | { readonly ok: true; readonly edit: AlertEdit }
  | { readonly ok: false; readonly errors: readonly MutationError[] };

const maxIdCharacters = 512;
const maxNameCharacters = 512;
const maxCommentCharacters = 10_000;
const maxDetails = 100;
const maxKeyCharacters = 255;

/** Members that old alerts have but that the upstream does not accept any more. */
const notSettable: Readonly<Record<string, readonly string[]>> = {
  status: ['UNKNOWN'],
  determination: ['APT', 'SECURITY_PERSONNEL'],
};

/**
 * Checks an input as far as it can be checked without the alert.
 * @throws {UserInputError} for enum members that cannot be set: they are as wrong as members that do not exist.
 */
export function readAlertEdit(input: UpdateAlertInput): ReadAlertEdit {
  for (const field of ['status', 'classification', 'determination'] as const) {
    checkMember(field, alertEnums[field], input[field]);
  }
  const errors = [...memberProblems(input), ...textProblems(input), ...emptyProblems(input)];
  return errors.length > 0 ? { ok: false, errors } : { ok: true, edit: toEdit(input) };
}

/** A problem with one member of the input. */
export function invalid(member: string | null, message: string): MutationError {
  return { code: 'INVALID_INPUT', message, inputPath: member === null ? null : [member] };
}

function checkMember(field: string, codec: WireEnum, member: string | null | undefined): void {
  if (member === null || member === undefined) return;
  if (codec.toWire(member) !== undefined && !notSettable[field]?.includes(member)) return;
  throw new UserInputError(`"input.${field}" cannot be set to ${member}.`, { argument: `input.${field}` });
}

function memberProblems(input: UpdateAlertInput): MutationError[] {
  return Object.entries(input)
    .filter(([member, value]) => value === null && member !== 'assignedTo')
    .map(([member]) => invalid(member, `"${member}" cannot be null; leave it out to keep it.`));
}

function textProblems(input: UpdateAlertInput): MutationError[] {
  return [
    ...lengthProblems('id', input.id, maxIdCharacters),
    ...lengthProblems('assignedTo', input.assignedTo, maxNameCharacters),
    ...lengthProblems('comment', input.comment, maxCommentCharacters),
    ...lengthProblems('idempotencyKey', input.idempotencyKey, maxKeyCharacters),
    ...detailProblems(input.customDetails),
  ];
}

function lengthProblems(member: string, value: string | null | undefined, max: number): MutationError[] {
  if (value === null || value === undefined) return [];
  const isGood = value.trim() !== '' && value.length <= max;
  return isGood ? [] : [invalid(member, `"${member}" wants 1 to ${max} characters that are not all blank.`)];
}

function detailProblems(details: unknown): MutationError[] {
  if (details === null || details === undefined) return [];
  if (isDetails(details) && Object.keys(details).length <= maxDetails) return [];
  return [invalid('customDetails', `"customDetails" wants an object of at most ${maxDetails} texts.`)];
}

function isDetails(details: unknown): details is Readonly<Record<string, string>> {
  return isWireObject(details) && Object.values(details).every((value) => typeof value === 'string');
}

function emptyProblems(input: UpdateAlertInput): MutationError[] {
  const changes = [
    input.status,
    input.classification,
    input.determination,
    input.assignedTo,
    input.customDetails,
    input.comment,
  ];
  return changes.every((value) => value === undefined) ? [invalid(null, 'There is nothing to change.')] : [];
}

function toEdit(input: UpdateAlertInput): AlertEdit {
  const { status, classification, determination, assignedTo, customDetails, comment, expectedLastUpdate } = input;
  return {
    id: input.id,
    patch: {
      ...(status ? { status } : {}),
      ...(classification ? { classification } : {}),
      ...(determination ? { determination } : {}),
      ...(assignedTo === undefined ? {} : { assignedTo }),
      ...(isDetails(customDetails) ? { customDetails } : {}),
    },
    ...(comment ? { comment } : {}),
    ...(expectedLastUpdate ? { expectedLastUpdate } : {}),
  };
}
