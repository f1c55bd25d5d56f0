import type { EmulatorContext } from '../context.js';
import type { Row } from '../tenant/Tenant.js';
import { compileFilters, FilterProblem } from './filters/compileFilters.js';
import type { FilterTable } from './filters/FilterDefinition.js';
import { badFilter, badRequest, notFound } from './McasError.js';
import type { ListInput } from './readInput.js';

/** One list of the service. */
export interface ListDefinition {
  readonly filters: FilterTable;
  /** What rows are ordered by, by the names that callers send; the first is the default. */
  readonly sortFields: Readonly<Record<string, (row: Row) => number | string>>;
  /** Whether `total` is an estimate. */
  readonly approximateTotal?: boolean;
  /** Largest `skip + limit` that is served. */
  readonly reach?: number;
}

/** The envelope of every list. */
export interface ListAnswer {
  readonly data: readonly Row[];
  readonly hasNext: boolean;
  readonly total: number;
  readonly max: number;
  readonly moreThanTotal: boolean;
  /** In scan mode only, while there is more: the filters of the next call. */
  readonly nextQueryFilters?: Row;
}

/**
 * Answers one page of a list by offset.
 * @throws {McasError} 400 for filters, sort fields or offsets that the list does not take.
 */
export function answerList(
  rows: Iterable<Row>,
  input: ListInput,
  list: ListDefinition,
  context: EmulatorContext,
): ListAnswer {
  const max = context.switches.mcasPageCap;
  const limit = Math.min(input.limit || max, max);
  const beyond = list.reach !== undefined && input.skip + limit > list.reach;
  if (beyond && context.switches.mcasBeyondReach === 'error') throw badRequest(`skip and limit exceed ${list.reach}`);
  const found = selectRows(rows, input, list, context);
  const data = beyond ? [] : found.slice(input.skip, input.skip + limit);
  const total = list.approximateTotal === true ? approximate(found.length, context) : found.length;
  return { data, hasNext: !beyond && input.skip + data.length < found.length, total, max, moreThanTotal: false };
}

/** The rows that the filters let through, in the order asked for. */
export function selectRows(
  rows: Iterable<Row>,
  input: ListInput,
  list: ListDefinition,
  context: EmulatorContext,
): Row[] {
  const test = compileOrRefuse(input.filters, list.filters, context);
  const names = Object.keys(list.sortFields);
  const name = input.sortField ?? names[0] ?? '';
  const keyOf = Object.hasOwn(list.sortFields, name) ? list.sortFields[name] : undefined;
  if (keyOf === undefined) throw badRequest(`sortField ${name} is not valid`);
  const found: Row[] = [];
  for (const row of rows) if (test(row)) found.push(row);
  const sign = (input.sortDirection ?? context.switches.mcasDefaultSortDirection) === 'asc' ? 1 : -1;
  return found.sort((left, right) => sign * compareKeys(keyOf(left), keyOf(right)));
}

/** @throws {McasError} with the service's body for bad filters. */
export function compileOrRefuse(filters: Row, table: FilterTable, context: EmulatorContext): (row: Row) => boolean {
  try {
    return compileFilters(filters, table, context.clock.now());
  } catch (error) {
    if (error instanceof FilterProblem) throw badFilter(context.switches.mcasBadFilterStatus, error.value);
    throw error;
  }
}

function compareKeys(left: number | string, right: number | string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function approximate(total: number, context: EmulatorContext): number {
  const { mcasTotalNoise } = context.switches;
  if (mcasTotalNoise === 0) return total;
  return Math.max(0, Math.round(total * (1 + (context.random() * 2 - 1) * mcasTotalNoise)));
}

/** Picks one row by its id. @throws {McasError} 404. */
export function requireRow(rows: ReadonlyMap<string, Row>, id: string): Row {
  const row = rows.get(id);
  if (row === undefined) throw notFound();
  return row;
}
