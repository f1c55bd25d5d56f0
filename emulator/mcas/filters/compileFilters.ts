import type { Row } from '../../tenant/Tenant.js';
import { DAY_MS } from '../../tenant/timestamps.js';
import type { EntityKey, FilterDefinition, FilterTable, Operator, ValueKind } from './FilterDefinition.js';
import { isRow } from './FilterDefinition.js';

/** A filter object that the list cannot follow. */
export class FilterProblem extends Error {
  constructor(
    /** Name of the filter or operator, or the value. */
    readonly value: unknown,
  ) {
    super(`${JSON.stringify(value)} is not valid`);
    this.name = 'FilterProblem';
  }
}

type Test = (values: readonly unknown[]) => boolean;
type Compile = (argument: unknown, kind: ValueKind, nowMs: number) => Test;

/**
 * Compiles a filter object into one test: every field and every operator of a field must hold, a list of values is
 * met by any of them (for the negated operators by none).
 * @param nowMs what the operators in days count from.
 * @throws {FilterProblem} for an unknown filter or operator and for a value of the wrong form.
 */
export function compileFilters(filters: Row, table: FilterTable, nowMs: number): (row: Row) => boolean {
  const tests = Object.entries(filters).map(([name, conditions]) => compileField(name, conditions, table, nowMs));
  return (row) => tests.every((test) => test(row));
}

function compileField(name: string, conditions: unknown, table: FilterTable, nowMs: number): (row: Row) => boolean {
  const definition = Object.hasOwn(table, name) ? table[name] : undefined;
  if (definition === undefined || !isRow(conditions))
    throw new FilterProblem(definition === undefined ? name : conditions);
  const tests = Object.entries(conditions).map(([word, argument]) =>
    compileOperator(word, argument, definition, nowMs),
  );
  return (row) => {
    const values = definition.values(row);
    return tests.every((test) => test(values));
  };
}

function compileOperator(word: string, argument: unknown, definition: FilterDefinition, nowMs: number): Test {
  const operator = definition.operators.find((known) => known === word);
  if (operator === undefined) throw new FilterProblem(word);
  return compilers[operator](argument, definition.kind, nowMs);
}

const compilers: Readonly<Record<Operator, Compile>> = {
  eq: (argument, kind) => anyOf(argument, kind),
  neq: (argument, kind) => not(anyOf(argument, kind)),
  deq: (argument, kind) => {
    const same = readList(argument, kind).map((wanted) => sameAs(wanted, kind));
    return (values) => values.some((value) => !same.some((test) => test(value)));
  },
  contains: (argument) => textTest(argument, (value, part) => value.includes(part)),
  ncontains: (argument) => not(textTest(argument, (value, part) => value.includes(part))),
  startswith: (argument) => textTest(argument, (value, part) => value.startsWith(part)),
  doesnotstartwith: (argument) => not(textTest(argument, (value, part) => value.startsWith(part))),
  startswithsingle: (argument) => textTest(single(argument), (value, part) => value.startsWith(part)),
  endswith: (argument) => textTest(argument, (value, part) => value.endsWith(part)),
  text: (argument) => textTest(single(argument), (value, part) => value.includes(part)),
  gt: (argument) => compare(argument, (value, bound) => value > bound),
  gte: (argument) => compare(argument, (value, bound) => value >= bound),
  lt: (argument) => compare(argument, (value, bound) => value < bound),
  lte: (argument) => compare(argument, (value, bound) => value <= bound),
  gte_ndays: (argument, _kind, nowMs) =>
    compare(nowMs - readNumber(argument) * DAY_MS, (value, bound) => value >= bound),
  lte_ndays: (argument, _kind, nowMs) =>
    compare(nowMs - readNumber(argument) * DAY_MS, (value, bound) => value <= bound),
  range: (argument) => ranges(argument),
  isset: (argument) => (readFlag(argument) ? (values) => values.length > 0 : (values) => values.length === 0),
  isnotset: (argument) => (readFlag(argument) ? (values) => values.length === 0 : (values) => values.length > 0),
  descendantof: (argument, kind) => anyOf(argument, kind),
  ndescendantof: (argument, kind) => not(anyOf(argument, kind)),
  cabinetmatchedrulesequals: (argument, kind) => anyOf(argument, kind),
};

function not(test: Test): Test {
  return (values) => !test(values);
}

/** A null among the wanted values stands for rows without a value. */
function anyOf(argument: unknown, kind: ValueKind): Test {
  const wanted = readList(argument, kind);
  const wantsNone = wanted.includes(null);
  if (kind === 'text' || kind === 'number') {
    const keys = new Set(wanted.filter((value) => value !== null).map(keyOf));
    return (values) => (values.length === 0 ? wantsNone : values.some((value) => keys.has(keyOf(value))));
  }
  const tests = wanted.filter((value) => value !== null).map((value) => sameAs(value, kind));
  return (values) => (values.length === 0 ? wantsNone : values.some((value) => tests.some((test) => test(value))));
}

function keyOf(value: unknown): string {
  return String(value).toLowerCase();
}

function sameAs(wanted: unknown, kind: ValueKind): (value: unknown) => boolean {
  if (kind === 'entity') return (value) => sameEntity(wanted as EntityKey, value as Row);
  if (kind === 'flag') return (value) => value === wanted;
  return (value) => keyOf(value) === keyOf(wanted);
}

function sameEntity(wanted: EntityKey, value: Row): boolean {
  return (
    wanted.id.toLowerCase() === String(value.id).toLowerCase() &&
    (wanted.saas === undefined || wanted.saas === Number(value.saas)) &&
    (wanted.inst === undefined || wanted.inst === Number(value.inst))
  );
}

function textTest(argument: unknown, test: (value: string, part: string) => boolean): Test {
  const parts = readList(argument, 'text').map(keyOf);
  return (values) => values.some((value) => parts.some((part) => test(keyOf(value), part)));
}

function single(argument: unknown): unknown {
  const list = Array.isArray(argument) ? argument : [argument];
  if (list.length !== 1) throw new FilterProblem(argument);
  return list[0];
}

function compare(argument: unknown, test: (value: number, bound: number) => boolean): Test {
  const bound = readNumber(single(argument));
  return (values) => values.some((value) => test(Number(value), bound));
}

function ranges(argument: unknown): Test {
  const list = Array.isArray(argument) ? argument : [argument];
  const bounds = list.map((range) => {
    if (!isRow(range)) throw new FilterProblem(range);
    return {
      start: range.start === undefined || range.start === null ? Number.NEGATIVE_INFINITY : readNumber(range.start),
      end: range.end === undefined || range.end === null ? Number.POSITIVE_INFINITY : readNumber(range.end),
    };
  });
  return (values) =>
    values.some((value) => bounds.some(({ start, end }) => Number(value) >= start && Number(value) <= end));
}

/** One value or a list of them. */
function readList(argument: unknown, kind: ValueKind): unknown[] {
  const list = Array.isArray(argument) ? argument : [argument];
  if (list.length === 0) throw new FilterProblem(argument);
  return list.filter((value) => !isGroupOption(value)).map((value) => (value === null ? null : readValue(value, kind)));
}

/** Filters by group may begin with an object that says whose group is meant; it is no value. */
function isGroupOption(value: unknown): boolean {
  return isRow(value) && 'adv' in value;
}

function readValue(value: unknown, kind: ValueKind): unknown {
  switch (kind) {
    case 'number':
    case 'time':
      return readNumber(value);
    case 'flag':
      return readFlag(value);
    case 'entity':
      return readEntity(value);
    case 'objectId':
      if (typeof value !== 'string' || !/^[0-9a-f]{24}$/i.test(value)) throw new FilterProblem(value);
      return value;
    case 'text':
      if (typeof value === 'object' || value === undefined) throw new FilterProblem(value);
      return String(value);
  }
}

function readNumber(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw new FilterProblem(value);
  return number;
}

function readFlag(value: unknown): boolean {
  const flag = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (flag === true || flag === 'true') return true;
  if (flag === false || flag === 'false') return false;
  throw new FilterProblem(value);
}

function readEntity(value: unknown): EntityKey {
  if (!isRow(value) || (typeof value.id !== 'string' && typeof value.id !== 'number')) throw new FilterProblem(value);
  return {
    id: String(value.id),
    ...(value.saas === undefined ? {} : { saas: readNumber(value.saas) }),
    ...(value.inst === undefined ? {} : { inst: readNumber(value.inst) }),
  };
}
