import type { UpdateAlertInput } from '../../../schema/inputs/updateAlert.input.js';
import type { MutationError } from '../../../schema/types/mutationError.type.js';
import {
  checkMember,
  emptyProblems,
  lengthProblems,
  maxCharacters,
  nullProblems,
} from '../../mutations/inputChecks.js';
import { invalid } from '../../mutations/mutationErrors.js';
import type { ObjectEdit, ReadEdit } from '../../mutations/ObjectEditor.js';
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

const maxDetails = 100;

/** Members that old alerts have but that the upstream does not accept any more. */
const notSettable: Readonly<Record<string, readonly string[]>> = {
  status: ['UNKNOWN'],
  determination: ['APT', 'SECURITY_PERSONNEL'],
};

/**
 * Checks an input as far as it can be checked without the alert.
 * @throws {UserInputError} for enum members that cannot be set: they are as wrong as members that do not exist.
 */
export function readAlertEdit(input: UpdateAlertInput): ReadEdit<AlertPatch> {
  for (const field of ['status', 'classification', 'determination'] as const) {
    checkMember(field, alertEnums[field], input[field], notSettable[field]);
  }
  const { status, classification, determination, assignedTo, customDetails, comment } = input;
  const errors = [
    ...nullProblems(input, ['assignedTo']),
    ...textProblems(input),
    ...emptyProblems([status, classification, determination, assignedTo, customDetails, comment]),
  ];
  return errors.length > 0 ? { ok: false, errors } : { ok: true, edit: toEdit(input) };
}

function textProblems(input: UpdateAlertInput): MutationError[] {
  return [
    ...lengthProblems('id', input.id, maxCharacters.id),
    ...lengthProblems('assignedTo', input.assignedTo, maxCharacters.name),
    ...lengthProblems('comment', input.comment, maxCharacters.comment),
    ...lengthProblems('idempotencyKey', input.idempotencyKey, maxCharacters.key),
    ...detailProblems(input.customDetails),
  ];
}

function detailProblems(details: unknown): MutationError[] {
  if (details === null || details === undefined) return [];
  if (isDetails(details) && Object.keys(details).length <= maxDetails) return [];
  return [invalid('customDetails', `"customDetails" wants an object of at most ${maxDetails} texts.`)];
}

function isDetails(details: unknown): details is Readonly<Record<string, string>> {
  return isWireObject(details) && Object.values(details).every((value) => typeof value === 'string');
}

function toEdit(input: UpdateAlertInput): ObjectEdit<AlertPatch> {
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
