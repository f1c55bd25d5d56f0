import type { Alert } from '../../../schema/types/alert.type.js';
import type { MutationError } from '../../../schema/types/mutationError.type.js';
import { stableJson } from '../../paging/cursor.js';
import type { AlertDialect, ValueField } from '../alertDialects.js';
import type { AlertEdit, AlertPatch } from './readAlertEdit.js';

/** A PATCH in the words of the dialect, and what an alert says once it is done. */
export interface PatchBody {
  readonly body: Readonly<Record<string, unknown>>;
  /** GraphQL fields with their new values, `raw…` twins included. */
  readonly fields: Partial<Alert>;
}

const wordFields = ['status', 'classification', 'determination'] as const;

/** What the dialect cannot write; empty when it can write all of it. */
export function unsupportedParts(dialect: AlertDialect, edit: AlertEdit): MutationError[] {
  if (dialect.name === 'v2') return [];
  const parts = [
    ...(edit.patch.determination === undefined ? [] : ['determination']),
    ...(edit.patch.customDetails === undefined ? [] : ['customDetails']),
    ...(edit.comment === undefined ? [] : ['comment']),
  ];
  return parts.map((part) => ({
    code: 'UNSUPPORTED_BY_DIALECT',
    message: `The legacy alert API cannot write "${part}".`,
    inputPath: [part],
  }));
}

/**
 * Only what changes is sent; the legacy API wants the vendor with it.
 * @param before The alert as it is; only the legacy dialect needs it.
 * @see https://learn.microsoft.com/en-us/graph/api/security-alert-update
 * @see https://learn.microsoft.com/en-us/graph/api/alert-update
 */
export function toPatchBody(dialect: AlertDialect, patch: AlertPatch, before: Alert | undefined): PatchBody {
  const words = wordFields.flatMap((field) => wordEntry(dialect, field, patch[field]));
  const plain = {
    ...(patch.assignedTo === undefined ? {} : { assignedTo: patch.assignedTo }),
    ...(patch.customDetails === undefined ? {} : { customDetails: patch.customDetails }),
  };
  const vendor = dialect.name === 'legacy' ? { vendorInformation: before?.vendorInformation ?? null } : {};
  return {
    body: { ...vendor, ...Object.fromEntries(words.map(({ property, word }) => [property, word])), ...plain },
    fields: { ...Object.assign({}, ...words.map(({ fields }) => fields)), ...plain },
  };
}

/** Whether the alert shows what the patch set. */
export function showsFields(alert: Alert, fields: Partial<Alert>): boolean {
  return Object.entries(fields)
    .filter(([name]) => !name.startsWith('raw'))
    .every(([name, value]) => isSame(alert[name as keyof Alert], value));
}

interface WordEntry {
  readonly property: string;
  readonly word: string;
  readonly fields: Partial<Alert>;
}

function wordEntry(dialect: AlertDialect, field: ValueField, member: string | undefined): WordEntry[] {
  const words = dialect.fields[field];
  const word = member === undefined ? undefined : words?.words(member)[0];
  if (words === undefined || word === undefined) return [];
  const raw = `raw${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  return [{ property: words.property, word, fields: { [field]: member, [raw]: word } }];
}

/** Names compare without case, because the upstream may write a user principal name in its own way. */
function isSame(shown: unknown, written: unknown): boolean {
  if (typeof shown === 'string' && typeof written === 'string') return shown.toLowerCase() === written.toLowerCase();
  return stableJson(shown ?? null) === stableJson(written ?? null);
}
