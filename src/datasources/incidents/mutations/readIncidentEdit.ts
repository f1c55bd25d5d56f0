import { alertClassification, alertDetermination, alertSeverity } from '../../../schema/enums/alert.enums.js';
import type { WireEnum } from '../../../schema/enums/defineEnum.js';
import { incidentStatus } from '../../../schema/enums/incident.enums.js';
import type { UpdateIncidentInput } from '../../../schema/inputs/updateIncident.input.js';
import type { MutationError } from '../../../schema/types/mutationError.type.js';
import {
  checkMember,
  emptyProblems,
  lengthProblems,
  maxCharacters,
  nullProblems,
} from '../../mutations/inputChecks.js';
import { invalid } from '../../mutations/mutationErrors.js';
import type { ReadEdit } from '../../mutations/ObjectEditor.js';
import { presentMembers } from '../../mutations/patchFields.js';

/** Fields to set, in GraphQL's words; absent ones stay as they are. */
export interface IncidentPatch {
  readonly assignedTo?: string | null;
  readonly classification?: string;
  readonly customTags?: readonly string[];
  readonly description?: string;
  readonly determination?: string;
  readonly displayName?: string;
  readonly resolvingComment?: string;
  readonly severity?: string;
  readonly status?: string;
  readonly summary?: string;
}

const maxTags = 100;
const maxTextCharacters = 10_000;

/** The words of an incident that can be set, with the members that the upstream shows but does not take. */
export const incidentWords = {
  classification: { codec: alertClassification, refused: [] },
  determination: { codec: alertDetermination, refused: ['APT', 'SECURITY_PERSONNEL'] },
  severity: { codec: alertSeverity, refused: ['UNKNOWN'] },
  status: { codec: incidentStatus, refused: ['REDIRECTED', 'AWAITING_ACTION'] },
} as const satisfies Partial<Record<keyof IncidentPatch, { codec: WireEnum; refused: readonly string[] }>>;
export type IncidentWord = keyof typeof incidentWords;

/**
 * Checks an input as far as it can be checked without the incident.
 * @throws {UserInputError} for enum members that cannot be set: they are as wrong as members that do not exist.
 */
export function readIncidentEdit(input: UpdateIncidentInput): ReadEdit<IncidentPatch> {
  for (const field of Object.keys(incidentWords) as IncidentWord[]) {
    const { codec, refused } = incidentWords[field];
    checkMember(field, codec, input[field], refused);
  }
  const { id, comment, expectedLastUpdate, idempotencyKey: _, ...patch } = input;
  const errors = [
    ...nullProblems(input, ['assignedTo']),
    ...textProblems(input),
    ...emptyProblems([...Object.values(patch), comment]),
  ];
  if (errors.length > 0) return { ok: false, errors };
  return {
    ok: true,
    edit: {
      id,
      patch: presentMembers(patch) as IncidentPatch,
      ...(comment ? { comment } : {}),
      ...(expectedLastUpdate ? { expectedLastUpdate } : {}),
    },
  };
}

function textProblems(input: UpdateIncidentInput): MutationError[] {
  return [
    ...lengthProblems('id', input.id, maxCharacters.id),
    ...lengthProblems('assignedTo', input.assignedTo, maxCharacters.name),
    ...lengthProblems('displayName', input.displayName, maxCharacters.name),
    ...lengthProblems('description', input.description, maxTextCharacters),
    ...lengthProblems('resolvingComment', input.resolvingComment, maxTextCharacters),
    ...lengthProblems('summary', input.summary, maxTextCharacters),
    ...lengthProblems('comment', input.comment, maxCharacters.comment),
    ...lengthProblems('idempotencyKey', input.idempotencyKey, maxCharacters.key),
    ...tagProblems(input.customTags),
  ];
}

function tagProblems(tags: readonly string[] | null | undefined): MutationError[] {
  if (tags === null || tags === undefined) return [];
  const areGood =
    tags.length <= maxTags && tags.every((tag) => lengthProblems('tag', tag, maxCharacters.name).length === 0);
  return areGood ? [] : [invalid('customTags', `"customTags" wants at most ${maxTags} texts that are not blank.`)];
}
