import { UserInputError } from '../../errors/GatewayError.js';
import { alertClassification, alertDetermination, alertSeverity } from '../../schema/enums/alert.enums.js';
import type { WireEnum } from '../../schema/enums/defineEnum.js';
import { incidentStatus } from '../../schema/enums/incident.enums.js';
import type { InstantFilter, ValueFilter } from '../../schema/inputs/filters.input.js';
import type { IncidentFilter } from '../../schema/inputs/incidentFilter.input.js';
import { fromTicks, toTicks } from '../../time/instant.js';
import { anyOf, maxValuesPerFilter, textLiteral } from '../odata/filterText.js';
import { checkSearchable } from '../odata/matchesSearch.js';

/** Conditions on incidents in the upstream's own terms. */
export interface CompiledIncidentFilter {
  /** OData terms, to be joined with `and`; none means every incident. */
  readonly terms: readonly string[];
  /** True when no row can match, so that no call is needed. */
  readonly matchesNothing: boolean;
}

const maxTextCharacters = 256;

const enums = {
  classification: alertClassification,
  determination: alertDetermination,
  severity: alertSeverity,
  status: incidentStatus,
} as const satisfies Partial<Record<keyof IncidentFilter, WireEnum>>;

/**
 * Compiles to the operators that Microsoft documents for incidents: eq, ne, ge and lt on seven properties.
 * @throws {UserInputError} when a member cannot be sent to the upstream.
 * @see https://learn.microsoft.com/en-us/graph/api/security-list-incidents
 */
export function compileIncidentFilter(filter: IncidentFilter | null | undefined): CompiledIncidentFilter {
  if (filter === null || filter === undefined) return { terms: [], matchesNothing: false };
  if (filter.search != null) checkSearchable('filter.search', filter.search);
  const values: [string, ValueFilter | null | undefined][] = [['assignedTo', filter.assignedTo]];
  for (const [name, wireEnum] of Object.entries(enums)) {
    values.push([name, toWords(name, filter[name as keyof typeof enums], wireEnum)]);
  }
  const terms = [
    ...values.flatMap(([name, condition]) => valueTerms(name, condition)),
    ...instantTerms('createdDateTime', filter.createdDateTime),
    ...instantTerms('lastUpdateDateTime', filter.lastUpdateDateTime),
  ];
  return { terms, matchesNothing: values.some(([, condition]) => condition?.in?.length === 0) };
}

/** An instant as an unquoted OData literal, in UTC. @throws {UserInputError} when the text is none. */
export function toInstantLiteral(instant: string): string {
  const ticks = toTicks(instant);
  if (ticks === undefined) throw new UserInputError('An instant is not RFC 3339 text.');
  return fromTicks(ticks);
}

function valueTerms(name: string, condition: ValueFilter | null | undefined): string[] {
  if (condition === null || condition === undefined) return [];
  checkSize(name, condition);
  return [
    ...(condition.in && condition.in.length > 0 ? [anyOf(name, condition.in)] : []),
    ...(condition.notIn ?? []).map((value) => `${name} ne ${textLiteral(value)}`),
    ...(typeof condition.isNull === 'boolean' ? [`${name} ${condition.isNull ? 'eq' : 'ne'} null`] : []),
  ];
}

function checkSize(name: string, condition: ValueFilter): void {
  const values = [...(condition.in ?? []), ...(condition.notIn ?? [])];
  if (values.length > maxValuesPerFilter) {
    throw refuse(name, `takes at most ${maxValuesPerFilter} values; got ${values.length}`);
  }
  if (values.some((value) => value.length > maxTextCharacters)) {
    throw refuse(name, `takes texts of at most ${maxTextCharacters} characters`);
  }
}

function instantTerms(name: string, condition: InstantFilter | null | undefined): string[] {
  return [
    ...(condition?.ge ? [`${name} ge ${toInstantLiteral(condition.ge)}`] : []),
    ...(condition?.lt ? [`${name} lt ${toInstantLiteral(condition.lt)}`] : []),
  ];
}

function toWords(name: string, condition: ValueFilter | null | undefined, wireEnum: WireEnum): ValueFilter | null {
  if (condition === null || condition === undefined) return null;
  const toWord = (member: string): string => {
    const word = wireEnum.toWire(member);
    if (word === undefined) throw refuse(name, `cannot ask for ${member}: the upstream does not take it`);
    return word;
  };
  return {
    in: condition.in?.map(toWord) ?? null,
    notIn: condition.notIn?.map(toWord) ?? null,
    isNull: condition.isNull ?? null,
  };
}

function refuse(name: string, why: string): UserInputError {
  return new UserInputError(`"filter.${name}" ${why}.`, { argument: `filter.${name}` });
}
