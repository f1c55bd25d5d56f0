import type { EmulatorContext } from '../context.js';
import type { Row } from '../tenant/Tenant.js';
import { type ListAnswer, type ListDefinition, selectRows } from './answerList.js';
import type { ListInput } from './readInput.js';

/** Rows of a scan page: what is asked is taken between these bounds. */
const scanLimits = { least: 500, most: 5000 } as const;

/**
 * Answers one page of a scan: many rows at once, and the filters that the next call has to send. Pages end between
 * two milliseconds, so that no row comes twice.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-activities-investigate-script
 */
export function answerScan(
  rows: Iterable<Row>,
  input: ListInput,
  list: ListDefinition,
  context: EmulatorContext,
): ListAnswer {
  const { switches } = context;
  const asked = Math.min(Math.max(input.limit ?? scanLimits.least, scanLimits.least), scanLimits.most);
  const limit = Math.min(asked, switches.mcasScanCap);
  const ascending = (input.sortDirection ?? switches.mcasDefaultSortDirection) === 'asc';
  const found = selectRows(rows, { ...input, sortField: 'date' }, list, context);
  const envelope = { total: found.length, max: limit, moreThanTotal: false };
  if (found.length <= limit) return { data: found, hasNext: false, ...envelope };
  const end = pageEnd(found, Math.max(1, limit - switches.mcasScanWithheldRows), switches.mcasScanStall);
  const next = found[end];
  if (next === undefined) return { data: found, hasNext: false, ...envelope };
  const nextQueryFilters = { ...input.filters, date: nextDate(input.filters.date, timeOf(next), ascending) };
  return { data: found.slice(0, end), hasNext: true, ...envelope, nextQueryFilters };
}

/**
 * Index of the first row that the page leaves to the next one. A page inside one millisecond is stretched to its end,
 * or stalls: then the next page begins at its own first row again.
 */
function pageEnd(found: readonly Row[], wanted: number, stalls: boolean): number {
  const boundary = timeOf(found[wanted] as Row);
  let end = wanted;
  while (end > 0 && timeOf(found[end - 1] as Row) === boundary) end -= 1;
  if (end > 0 || stalls) return end > 0 ? end : wanted;
  end = wanted;
  while (end < found.length && timeOf(found[end] as Row) === boundary) end += 1;
  return end;
}

function timeOf(row: Row): number {
  return Number(row.timestamp);
}

/** The caller's own date condition, moved to where the page ended. */
function nextDate(date: unknown, boundaryMs: number, ascending: boolean): Row {
  const given = (date ?? {}) as Row;
  if (ascending) return { ...given, gte: boundaryMs };
  const { lte: _lte, range: _range, ...rest } = given;
  const [first] = Array.isArray(given.range) ? (given.range as Row[]) : [];
  return { ...rest, range: [{ start: first?.start ?? given.gte ?? 0, end: boundaryMs }] };
}
