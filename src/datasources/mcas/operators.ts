import { UserInputError } from '../../errors/GatewayError.js';
import type { CodedEnum } from '../../schema/enums/defineCodedEnum.js';
import type { WireEnum } from '../../schema/enums/defineEnum.js';
import type { InstantFilter, ValueFilter } from '../../schema/inputs/filters.input.js';
import type { IntFilter } from '../../schema/inputs/mcasActivityFilter.input.js';
import { ceilToEpochMs } from './time.js';

/** Cloud Apps filters: field → operator → value; all of them have to hold, a list means any of its values. */
export type McasFilters = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Whole epoch milliseconds, both ends inclusive; absent is open. */
export interface EpochSpan {
  readonly gte?: number;
  readonly lte?: number;
}

export interface CompiledFilter {
  /** Every condition but the one on `date`, which a walk moves. */
  readonly filters: McasFilters;
  readonly date: EpochSpan;
  readonly matchesNothing: boolean;
}

/** Every row. */
export const nothingAsked: CompiledFilter = { filters: {}, date: {}, matchesNothing: false };

/** No limit is documented; this many values are common practice. */
export const maxFilterValues = 100;

/** Instants as whole milliseconds: the upstream stores no finer times. */
export function toEpochSpan(span: InstantFilter | null | undefined): EpochSpan {
  return {
    ...(span?.ge ? { gte: ceilToEpochMs(span.ge) } : {}),
    ...(span?.lt ? { lte: ceilToEpochMs(span.lt) - 1 } : {}),
  };
}

/** Conditions with the one on `date` among them: a field may stand in a filter once only. */
export function withDate(filters: McasFilters, date: EpochSpan, field = 'date'): McasFilters {
  return date.gte === undefined && date.lte === undefined ? filters : { ...filters, [field]: { ...date } };
}

type Values = {
  readonly in?: readonly unknown[] | null;
  readonly notIn?: readonly unknown[] | null;
  readonly isNull?: boolean | null;
};

/** The operators of conditions on one field. @throws {UserInputError} when the upstream cannot ask for them. */
export function valueOperators(
  name: string,
  condition: Values | IntFilter | null | undefined,
  canBeUnset: boolean,
): Record<string, unknown> {
  if (condition === null || condition === undefined) return {};
  const isNull = 'isNull' in condition ? condition.isNull : undefined;
  if (typeof isNull === 'boolean' && !canBeUnset)
    throw refuse(name, 'cannot ask for null: the upstream does not take it');
  return {
    ...(condition.in ? { eq: limited(name, condition.in) } : {}),
    ...(condition.notIn && condition.notIn.length > 0 ? { neq: limited(name, condition.notIn) } : {}),
    ...(typeof isNull === 'boolean' ? { [isNull ? 'isnotset' : 'isset']: true } : {}),
  };
}

/** The operators of conditions on words. @throws {UserInputError} when the upstream cannot ask for them. */
export function enumOperators(
  name: string,
  condition: ValueFilter | null | undefined,
  wireEnum: WireEnum,
): Record<string, unknown> {
  if (condition === null || condition === undefined) return {};
  const toWord = (member: string): string => {
    const word = wireEnum.toWire(member);
    if (word === undefined) throw refuse(name, `cannot ask for ${member}: the upstream does not take it`);
    return word;
  };
  const words: Values = {
    in: condition.in?.map(toWord) ?? null,
    notIn: condition.notIn?.map(toWord) ?? null,
    isNull: condition.isNull ?? null,
  };
  return valueOperators(name, words, false);
}

/** The operators of conditions on words that the upstream has as numbers. @throws {UserInputError} as {@link enumOperators}. */
export function codeOperators(
  name: string,
  condition: ValueFilter | null | undefined,
  codedEnum: CodedEnum,
): Record<string, unknown> {
  if (condition === null || condition === undefined) return {};
  const toCode = (member: string): number => {
    const code = codedEnum.toCode(member);
    if (code === undefined) throw refuse(name, `cannot ask for ${member}: the upstream does not take it`);
    return code;
  };
  const codes: Values = {
    in: condition.in?.map(toCode) ?? null,
    notIn: condition.notIn?.map(toCode) ?? null,
    isNull: condition.isNull ?? null,
  };
  return valueOperators(name, codes, false);
}

/** The operators of a condition on a flag. */
export function flagOperators(flag: boolean | null | undefined): Record<string, unknown> {
  return typeof flag === 'boolean' ? { eq: flag } : {};
}

/** The conditions that say anything. */
export function toFilters(
  conditions: readonly (readonly [field: string, operators: Record<string, unknown>])[],
): McasFilters {
  return Object.fromEntries(conditions.filter(([, operators]) => Object.keys(operators).length > 0));
}

/** @throws {UserInputError} when a list of values is longer than the upstream is asked for. */
export function limited(name: string, values: readonly unknown[]): readonly unknown[] {
  if (values.length > maxFilterValues)
    throw refuse(name, `takes at most ${maxFilterValues} values; got ${values.length}`);
  return values;
}

/** Whether a condition asks for one of no values. */
export function hasEmptyList(filter: object): boolean {
  return Object.values(filter).some((condition: unknown) => {
    const values = typeof condition === 'object' && condition !== null && 'in' in condition ? condition.in : undefined;
    return Array.isArray(values) && values.length === 0;
  });
}

/** The error of a condition that cannot be asked for. */
export function refuse(name: string, why: string): UserInputError {
  return new UserInputError(`"filter.${name}" ${why}.`, { argument: `filter.${name}` });
}
