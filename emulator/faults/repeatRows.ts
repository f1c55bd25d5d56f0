import type { FaultInput } from './faultSchema.js';

/** The end of the page that a fault has changed last, by query without the place in its list. */
const endsOfPages = new WeakMap<FaultInput, Map<string, readonly unknown[]>>();

/** Rows twice, as lists repeat them: within the page, and at its begin those that ended the page before. */
export function repeatRows(rows: readonly unknown[], url: string, fault: FaultInput): unknown[] {
  const { searchParams, pathname } = new URL(url);
  const placed = [...searchParams].filter(([name]) => /^\$skip/i.test(name));
  for (const [name] of placed) searchParams.delete(name);
  const list = `${pathname}?${searchParams}`;
  const ends = endsOfPages.get(fault) ?? new Map<string, readonly unknown[]>();
  endsOfPages.set(fault, ends);
  const before = placed.length === 0 ? [] : (ends.get(list) ?? []);
  ends.set(list, rows.slice(-3));
  return [...before, ...rows, ...rows.slice(0, 3)];
}
