import type { Changes } from '../../../changes/contract.js';
import type { Alert } from '../../../schema/types/alert.type.js';
import type { MutationError } from '../../../schema/types/mutationError.type.js';
import { problem } from '../../mutations/mutationErrors.js';
import type { EditRules, ObjectEdit } from '../../mutations/ObjectEditor.js';
import { joinPatch, type PatchBody, presentMembers, type WordEntry, wordEntry } from '../../mutations/patchFields.js';
import type { AlertDialect, ValueField } from '../alertDialects.js';
import type { AlertPatch } from './readAlertEdit.js';

const wordFields = ['status', 'classification', 'determination'] as const;

/** How alerts of a dialect are edited; every written alert goes to the journal of changes. */
export function buildAlertEditRules(dialect: AlertDialect, changes: Changes): EditRules<Alert, AlertPatch> {
  return {
    subject: 'The alert',
    needsFreshRead: dialect.name === 'legacy',
    unsupported: (edit) => unsupportedParts(dialect, edit),
    toPatchBody: (patch, before) => toPatchBody(dialect, patch, before),
    journal: (alert) => changes.record('alert', alert),
  };
}

function unsupportedParts(dialect: AlertDialect, edit: ObjectEdit<AlertPatch>): MutationError[] {
  if (dialect.name === 'v2') return [];
  const parts = [
    ...(edit.patch.determination === undefined ? [] : ['determination']),
    ...(edit.patch.customDetails === undefined ? [] : ['customDetails']),
    ...(edit.comment === undefined ? [] : ['comment']),
  ];
  return parts.map((part) => problem('UNSUPPORTED_BY_DIALECT', `The legacy alert API cannot write "${part}".`, part));
}

/**
 * Only what changes is sent; the legacy API wants the vendor with it.
 * @param before The alert as it is; only the legacy dialect needs it.
 * @see https://learn.microsoft.com/en-us/graph/api/security-alert-update
 * @see https://learn.microsoft.com/en-us/graph/api/alert-update
 */
function toPatchBody(dialect: AlertDialect, patch: AlertPatch, before: Alert | undefined): PatchBody<Alert> {
  const words = wordFields.flatMap((field) => alertWord(dialect, field, patch[field]));
  const { assignedTo, customDetails } = patch;
  const vendor = dialect.name === 'legacy' ? { vendorInformation: before?.vendorInformation ?? null } : {};
  return joinPatch<Alert>(words, presentMembers({ assignedTo, customDetails }), vendor);
}

function alertWord(dialect: AlertDialect, field: ValueField, member: string | undefined): WordEntry<Alert>[] {
  const words = dialect.fields[field];
  if (words === undefined) return [];
  return wordEntry<Alert>(field, member, { property: words.property, toWord: (value) => words.words(value)[0] });
}
