import { UserInputError } from '../../errors/GatewayError.js';
import type { WireEnum } from '../../schema/enums/defineEnum.js';
import type { InstantFilter, ValueFilter } from '../../schema/inputs/filters.input.js';
import { compareInstants } from '../../time/instant.js';
import { odataDate } from '../../upstream/odata.js';
import { anyOf, encodedLength, maxValuesPerFilter } from '../odata/filterText.js';

/**
 * Filters of Identity Protection. Its documented operators are few (`eq` on some properties, `ge` on times), so the
 * upstream gets what it can take to make its answer small, and every row is then checked here against everything.
 */
export interface CompiledFilter<T> {
  /** OData terms, to be joined with `and`. They never say more than `matches`. */
  readonly terms: readonly string[];
  readonly matches: (row: T) => boolean;
  /** No row can match, so that no call is needed. */
  readonly matchesNothing: boolean;
}

/** How one condition of a filter input reads rows and, where that is documented, becomes an OData term. */
export interface ValueProperty<T> {
  readonly name: string;
  readonly condition: ValueFilter | null | undefined;
  readonly valueOf: (row: T) => string | null;
  readonly wireEnum?: WireEnum;
  /** Whether the upstream documents `eq` on it. */
  readonly sendable: boolean;
  /** The upstream's spelling of a value; default: as it is. */
  readonly spell?: (value: string) => string;
}

export interface InstantProperty<T> {
  readonly name: string;
  readonly condition: InstantFilter | null | undefined;
  readonly valueOf: (row: T) => string | null;
}

/** Encoded characters of all terms together; beyond it a term is only checked here. */
const maxTermCharacters = 1_600;

/** @throws {UserInputError} when an enum member cannot be asked for. */
export function compileConditions<T>(
  values: readonly ValueProperty<T>[],
  instants: readonly InstantProperty<T>[],
): CompiledFilter<T> {
  for (const property of values) refuseUnsendable(property);
  const checks = [...values.flatMap(valueCheck), ...instants.flatMap(instantCheck)];
  return {
    terms: fitting([...instants.flatMap(instantTerm), ...values.flatMap(valueTerm)]),
    matches: (row) => checks.every((check) => check(row)),
    matchesNothing: values.some(({ condition }) => condition?.in?.length === 0),
  };
}

function refuseUnsendable<T>({ name, condition, wireEnum }: ValueProperty<T>): void {
  if (wireEnum === undefined) return;
  for (const member of [...(condition?.in ?? []), ...(condition?.notIn ?? [])]) {
    if (wireEnum.toWire(member) !== undefined) continue;
    throw new UserInputError(`"filter.${name}" cannot ask for ${member}: it is no word of the upstream.`, {
      argument: `filter.${name}`,
    });
  }
}

function valueTerm<T>({ name, condition, wireEnum, sendable, spell }: ValueProperty<T>): string[] {
  const wanted = condition?.in ?? [];
  if (!sendable || wanted.length === 0 || wanted.length > maxValuesPerFilter) return [];
  return [
    anyOf(
      name,
      wanted.map((value) => wireEnum?.toWire(value) ?? spell?.(value) ?? value),
    ),
  ];
}

function instantTerm<T>({ name, condition }: InstantProperty<T>): string[] {
  return condition?.ge ? [`${name} ge ${odataDate(condition.ge)}`] : [];
}

function valueCheck<T>({ condition, valueOf, wireEnum }: ValueProperty<T>): ((row: T) => boolean)[] {
  if (condition === null || condition === undefined) return [];
  const fold = (value: string) => (wireEnum === undefined ? value.toLowerCase() : value);
  const among = condition.in ? new Set(condition.in.map(fold)) : undefined;
  const notAmong = new Set((condition.notIn ?? []).map(fold));
  const isNull = condition.isNull ?? undefined;
  return [
    (row) => {
      const value = valueOf(row);
      const folded = value === null ? undefined : fold(value);
      const accepted = among === undefined || (folded !== undefined && among.has(folded));
      const refused = folded !== undefined && notAmong.has(folded);
      return accepted && !refused && (isNull === undefined || isNull === (value === null));
    },
  ];
}

function instantCheck<T>({ condition, valueOf }: InstantProperty<T>): ((row: T) => boolean)[] {
  const { ge, lt } = condition ?? {};
  const checks: ((row: T) => boolean)[] = [];
  if (ge) checks.push((row) => holds(valueOf(row), (value) => compareInstants(value, ge) >= 0));
  if (lt) checks.push((row) => holds(valueOf(row), (value) => compareInstants(value, lt) < 0));
  return checks;
}

function holds(value: string | null, test: (value: string) => boolean): boolean {
  return value !== null && test(value);
}

function fitting(terms: readonly string[]): string[] {
  let used = 0;
  return terms.filter((term) => {
    const length = encodedLength(` and ${term}`);
    if (used + length > maxTermCharacters) return false;
    used += length;
    return true;
  });
}
