import { UserInputError } from '../../errors/GatewayError.js';
import type { AlertFilter } from '../../schema/inputs/alertFilter.input.js';
import type { InstantFilter, ValueFilter } from '../../schema/inputs/filters.input.js';
import { fromTicks, toTicks } from '../../time/instant.js';
import { anyOf, textLiteral } from '../odata/filterText.js';
import { checkSearchable } from '../odata/matchesSearch.js';
import { type AlertDialect, alertEnums, type FieldWords, type ValueField } from './alertDialects.js';

/** A filter in the upstream's terms. */
export interface CompiledAlertFilter {
  /** OData conditions that all have to hold; none means every alert. */
  readonly terms: readonly string[];
  /** True when no alert can match, so that no call is needed. */
  readonly matchesNothing: boolean;
}

type MaybeAlertFilter = AlertFilter | null | undefined;

const valueFields: readonly ValueField[] = [
  'assignedTo',
  'classification',
  'determination',
  'serviceSource',
  'severity',
  'status',
];
const maxValues = 50;
const maxTextCharacters = 512;

/**
 * Compiles a filter to the operators that Microsoft documents for alerts: eq, ne, ge, lt, `any`.
 * @throws {UserInputError} for values that cannot be sent, and for fields that the dialect does not have.
 * @see https://learn.microsoft.com/en-us/graph/api/security-list-alerts_v2
 */
export function toOData(filter: MaybeAlertFilter, dialect: AlertDialect): CompiledAlertFilter {
  if (filter === null || filter === undefined) return { terms: [], matchesNothing: false };
  for (const [field, text] of Object.entries(mirrorConditions(filter))) checkSearchable(`filter.${field}`, text);
  const values = valueFields.map((field) => compileValues(field, filter[field], dialect.fields[field]));
  const terms = [
    ...values.flatMap((value) => value.terms),
    ...instantTerms('createdDateTime', filter.createdDateTime),
    ...instantTerms(dialect.lastUpdateProperty, filter.lastUpdateDateTime),
    ...userTerms(filter.userPrincipalName, dialect),
  ];
  return { terms, matchesNothing: values.some((value) => value.matchesNothing) };
}

const mirrorFields = ['search', 'userId', 'deviceId', 'category', 'mitreTechnique', 'ipAddress', 'sha256'] as const;

/** The conditions that the upstream cannot filter by; none means that it can answer the whole filter. */
export function mirrorConditions(filter: MaybeAlertFilter): Readonly<Record<string, string>> {
  const given = mirrorFields.map((field) => [field, filter?.[field]] as const);
  return Object.fromEntries(given.filter((pair): pair is [(typeof mirrorFields)[number], string] => pair[1] != null));
}

/** An instant as an unquoted OData literal, in UTC with seven digits. */
export function instantLiteral(instant: string): string {
  const ticks = toTicks(instant);
  if (ticks === undefined) throw new UserInputError('An instant is not RFC 3339 text.');
  return fromTicks(ticks);
}

function compileValues(
  field: ValueField,
  condition: ValueFilter | null | undefined,
  words: FieldWords | undefined,
): CompiledAlertFilter {
  if (condition === null || condition === undefined) return { terms: [], matchesNothing: false };
  if (words === undefined) throw refused(field, 'does not exist in the legacy dialect');
  for (const value of [...(condition.in ?? []), ...(condition.notIn ?? [])]) checkValue(field, value);
  checkLength(field, condition);
  const included = condition.in?.flatMap(words.words);
  const excluded = (condition.notIn ?? []).flatMap(words.words);
  const terms = [
    ...(included && included.length > 0 ? [anyOf(words.property, included)] : []),
    ...excluded.map((value) => `${words.property} ne ${textLiteral(value)}`),
    ...nullTerms(words, condition.isNull),
  ];
  return { terms, matchesNothing: included?.length === 0 };
}

function nullTerms(words: FieldWords, isNull: boolean | null | undefined): string[] {
  if (typeof isNull !== 'boolean') return [];
  const { property, blank } = words;
  const operator = isNull ? 'eq' : 'ne';
  if (blank === undefined) return [`${property} ${operator} null`];
  const joint = isNull ? 'or' : 'and';
  return [`(${property} ${operator} null ${joint} ${property} ${operator} ${textLiteral(blank)})`];
}

function instantTerms(property: string, condition: InstantFilter | null | undefined): string[] {
  return [
    ...(condition?.ge ? [`${property} ge ${instantLiteral(condition.ge)}`] : []),
    ...(condition?.lt ? [`${property} lt ${instantLiteral(condition.lt)}`] : []),
  ];
}

function userTerms(upn: string | null | undefined, dialect: AlertDialect): string[] {
  if (upn === null || upn === undefined) return [];
  checkText('userPrincipalName', upn);
  return [dialect.userCondition(textLiteral(upn))];
}

function checkValue(field: ValueField, value: string): void {
  if (field === 'assignedTo') checkText(field, value);
  else if (alertEnums[field].toWire(value) === undefined) throw refused(field, `cannot ask for ${value}`);
}

function checkLength(field: ValueField, condition: ValueFilter): void {
  const count = Math.max(condition.in?.length ?? 0, condition.notIn?.length ?? 0);
  if (count > maxValues) throw refused(field, `takes at most ${maxValues} values`);
}

function checkText(field: string, value: string): void {
  if (value === '' || value.length > maxTextCharacters)
    throw refused(field, `wants 1 to ${maxTextCharacters} characters`);
}

function refused(field: string, why: string): UserInputError {
  return new UserInputError(`"filter.${field}" ${why}.`, { argument: `filter.${field}` });
}
