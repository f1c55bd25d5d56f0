import type { InstantFilter } from '../schema/inputs/filters.input.js';
import { toTicks } from '../time/instant.js';
import type { Proof } from './contract.js';
import { type MirrorOrder, type MirrorRow, type MirrorRows, noTime } from './MirrorTable.js';
import type { Direction, OrderPosition } from './OrderIndex.js';

/** A list as the mirror is asked for it. */
export interface MirrorQuestion<E> {
  readonly order: MirrorOrder;
  readonly direction: Direction;
  /** The filter with the meaning that it has at the upstream, without what it says of the times in `spans`. */
  readonly matches: (entity: E) => boolean;
  /** What the filter says of the times. */
  readonly spans: Readonly<Record<MirrorOrder, InstantFilter | null | undefined>>;
  /** A key that every matching row carries. */
  readonly key?: string | undefined;
  /** Exclusive. */
  readonly after?: OrderPosition | undefined;
  readonly first: number;
  readonly withTotal: boolean;
  /** True when every row that the upstream has is known to be mirrored. */
  readonly isWhole?: boolean;
  /** True when nobody else could answer, so that rows in doubt have to do. */
  readonly takesDoubtful?: boolean;
}

export interface MirrorPage<E> {
  readonly rows: readonly E[];
  readonly hasNextPage: boolean;
  /** Rows of the whole list; `undefined` when not asked for, or when the list reaches beyond the window. */
  readonly total: number | undefined;
}

/**
 * One page, if the mirror can prove it complete: the filter keeps to the window, or the list runs from the newest back
 * and the page ends, with the row that proves the next page, before the window does. `undefined` otherwise, and when a
 * row of the page is in doubt.
 */
export function readMirrorPage<E>(proof: Proof<E>, question: MirrorQuestion<E>): MirrorPage<E> | undefined {
  const list = compile(question);
  const isBounded = question.isWhole === true || isInsideWindow(proof.coveredFrom, list.spans);
  if (!isBounded && question.direction === 'asc') return undefined;
  const end = isBounded ? noTime : proof.coveredFrom;
  const found: E[] = [];
  for (const row of inOrder(proof.rows, list)) {
    if (row[question.order] < end || isPastSpan(row, list)) break;
    if (!isMeant(row, list)) continue;
    if (question.takesDoubtful !== true && proof.isInDoubt(row.keys)) return undefined;
    found.push(row.entity);
    if (found.length > question.first) break;
  }
  const hasNextPage = found.length > question.first;
  if (!isBounded && !hasNextPage) return undefined;
  const total = isBounded && question.withTotal ? countAll(proof.rows, list) : undefined;
  return { rows: found.slice(0, question.first), hasNextPage, total };
}

/** Rows whose time is at or after an instant in 100 ns ticks, earliest first. */
export function rowsSince<E>(rows: MirrorRows<E>, order: MirrorOrder, ticks: bigint): Iterable<MirrorRow<E>> {
  return rows.scan(order, 'asc', { ticks: ticks - 1n, id: lastId });
}

/** A half-open span of time in 100 ns ticks. */
interface TickSpan {
  readonly from: bigint | undefined;
  readonly to: bigint | undefined;
}

type Spans = Readonly<Record<MirrorOrder, TickSpan>>;
type List<E> = Omit<MirrorQuestion<E>, 'spans'> & { readonly spans: Spans };

function compile<E>(question: MirrorQuestion<E>): List<E> {
  const { created, updated } = question.spans;
  return { ...question, spans: { created: toTickSpan(created), updated: toTickSpan(updated) } };
}

function toTickSpan(span: InstantFilter | null | undefined): TickSpan {
  return { from: span?.ge ? toTicks(span.ge) : undefined, to: span?.lt ? toTicks(span.lt) : undefined };
}

/** Whether every row that the filter can match was created or updated inside the window. */
function isInsideWindow(coveredFrom: bigint, { created, updated }: Spans): boolean {
  return [created, updated].some(({ from }) => from !== undefined && from >= coveredFrom);
}

function isMeant<E>(row: MirrorRow<E>, { spans, matches }: List<E>): boolean {
  return isInSpan(row.created, spans.created) && isInSpan(row.updated, spans.updated) && matches(row.entity);
}

/** What has no time is in no span. */
function isInSpan(ticks: bigint, { from, to }: TickSpan): boolean {
  if (from === undefined && to === undefined) return true;
  return ticks !== noTime && (from === undefined || ticks >= from) && (to === undefined || ticks < to);
}

/** Rows that carry the key, or all, in the order of the list and from behind its cursor on. */
function inOrder<E>(rows: MirrorRows<E>, list: List<E>): Iterable<MirrorRow<E>> {
  const { order, direction, key } = list;
  const after = startBehind(list);
  return key === undefined ? rows.scan(order, direction, after) : sortKeyed(rows.keyed(key), list, after);
}

function sortKeyed<E>(
  rows: Iterable<MirrorRow<E>>,
  { order, direction }: List<E>,
  after: OrderPosition | undefined,
): MirrorRow<E>[] {
  const compare = (a: OrderPosition, b: OrderPosition): number => {
    if (a.ticks !== b.ticks) return a.ticks < b.ticks === (direction === 'asc') ? -1 : 1;
    return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
  };
  const positionOf = (row: MirrorRow<E>): OrderPosition => ({ ticks: row[order], id: row.id });
  return [...rows]
    .filter((row) => after === undefined || compare(positionOf(row), after) > 0)
    .sort((a, b) => compare(positionOf(a), positionOf(b)));
}

/** The cursor, or else where the filter's span of the order's time lets the first row be. */
function startBehind<E>({ after, order, direction, spans }: List<E>): OrderPosition | undefined {
  if (after !== undefined) return after;
  const { from, to } = spans[order];
  if (direction === 'desc') return to === undefined ? undefined : { ticks: to, id: lastId };
  return from === undefined ? undefined : { ticks: from - 1n, id: lastId };
}

/** Behind every id. */
const lastId = '\uffff\uffff';

function isPastSpan<E>(row: MirrorRow<E>, { order, direction, spans }: List<E>): boolean {
  const { from, to } = spans[order];
  return direction === 'desc' ? from !== undefined && row[order] < from : to !== undefined && row[order] >= to;
}

function countAll<E>(rows: MirrorRows<E>, list: List<E>): number {
  const order = list.spans.created.from === undefined ? 'updated' : 'created';
  const whole: List<E> = { ...list, order, direction: 'asc', after: undefined };
  let count = 0;
  for (const row of inOrder(rows, whole)) {
    if (isPastSpan(row, whole)) break;
    if (isMeant(row, whole)) count += 1;
  }
  return count;
}
