import type { FilterModel } from '../odata/filterModel.js';
import { findProperty } from '../odata/filterModel.js';
import { instantKey } from '../odata/instant.js';
import type { OrderKey } from '../odata/parseOrderBy.js';
import { readPath } from '../odata/readPath.js';
import type { Row } from '../tenant/Tenant.js';

type Key = string | number | null;

/** A row with what it is ordered by. */
export interface Keyed {
  readonly row: Row;
  readonly id: string;
  readonly keys: readonly Key[];
}

/** Rows in the order asked for; equal ones by id, so that pages neither repeat nor lose a row. */
export function sortRows(rows: Iterable<Row>, order: readonly OrderKey[], model: FilterModel): Keyed[] {
  const readers = order.map((key) => buildReader(key, model));
  const keyed: Keyed[] = [];
  for (const row of rows) keyed.push({ row, id: String(row.id), keys: readers.map((read) => read(row)) });
  return keyed.sort((a, b) => compareKeyed(a, b, order));
}

/** Negative when `a` comes first. */
export function compareKeyed(
  a: Pick<Keyed, 'id' | 'keys'>,
  b: Pick<Keyed, 'id' | 'keys'>,
  order: readonly OrderKey[],
): number {
  for (const [index, { descending }] of order.entries()) {
    const difference = compareKeys(a.keys[index] ?? null, b.keys[index] ?? null);
    if (difference !== 0) return descending ? -difference : difference;
  }
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function buildReader({ property }: OrderKey, model: FilterModel): (row: Row) => Key {
  const segments = property.split('/');
  const isInstant = findProperty(model, segments)?.type === 'instant';
  return (row) => {
    const value = readPath(row, segments);
    if (typeof value === 'number') return value;
    if (typeof value !== 'string') return null;
    return isInstant ? (instantKey(value) ?? null) : value.toLowerCase();
  };
}

/** Null comes before everything. */
function compareKeys(a: Key, b: Key): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}
