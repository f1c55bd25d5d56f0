import type { MirrorOrder } from '../../mirror/MirrorTable.js';
import type { AlertOrder } from '../../schema/inputs/alertFilter.input.js';
import type { Alert } from '../../schema/types/alert.type.js';
import { compareInstants } from '../../time/instant.js';
import type { CallScope, Page, Upstream, UpstreamAnswer, UpstreamCall } from '../../upstream/contract.js';
import type { WalkableList, WalkRead, WalkRows } from '../paging/keysetWalk.js';
import { listCall } from './alertCalls.js';
import type { AlertDialect } from './alertDialects.js';
import { instantLiteral } from './alertFilter.js';

/** Above 1,000 the upstream cuts silently; an offset above 500 is refused. */
const maxTop = 1_000;
const maxSkip = 500;
const maxCalls = 24;
/** Rows beyond the page, so that a few equal times at its edge cost no second call. */
const spareRows = 5;

type Direction = 'asc' | 'desc';

interface ListOrder {
  readonly field: 'createdDateTime' | 'lastUpdateDateTime';
  readonly direction: Direction;
}

const orders: Readonly<Record<AlertOrder, ListOrder>> = {
  CREATED_DESC: { field: 'createdDateTime', direction: 'desc' },
  CREATED_ASC: { field: 'createdDateTime', direction: 'asc' },
  LAST_UPDATE_DESC: { field: 'lastUpdateDateTime', direction: 'desc' },
  LAST_UPDATE_ASC: { field: 'lastUpdateDateTime', direction: 'asc' },
};

/** The same order in the terms of the mirror. */
export function mirrorOrderOf(orderBy: AlertOrder): { readonly order: MirrorOrder; readonly direction: Direction } {
  const { field, direction } = orders[orderBy];
  return { order: field === 'createdDateTime' ? 'created' : 'updated', direction };
}

export interface AlertListOptions {
  readonly dialect: AlertDialect;
  readonly terms: readonly string[];
  readonly orderBy: AlertOrder;
  readonly first: number;
  /** Whether the first read asks how many alerts match in all. */
  readonly count: boolean;
}

/** Value of the list's order field; empty when the alert has none. */
export function orderValue(alert: Alert, orderBy: AlertOrder): string {
  return alert[orders[orderBy].field] ?? '';
}

/**
 * The upstream's list in the form that a keyset walk pages through. It moves a time boundary and does not rely on the
 * next link: tenants have been seen whose pages carry none, although the documentation promises it.
 */
export function walkableAlerts(upstream: Upstream, scope: CallScope, options: AlertListOptions): WalkableList<Alert> {
  const { direction } = orders[options.orderBy];
  let calls = 0;
  let count = options.count;
  return {
    direction,
    orderOf: (alert) => orderValue(alert, options.orderBy),
    idOf: (alert) => alert.id,
    /** Grows with each call, so that a large group of equal times is passed in few. */
    get limit() {
      return Math.min(maxTop, (options.first + spareRows) * 4 ** calls);
    },
    maxSkip,
    mayCall: () => calls < maxCalls,
    read: async (request) => {
      calls += 1;
      const call = readCall(options, request, count);
      count = false;
      return toRows(await firstRows(upstream, call, scope), options, request.limit);
    },
  };
}

/** Asks how many alerts match, with the least data. */
export function countCall(dialect: AlertDialect, terms: readonly string[]): UpstreamCall<Page<Alert>> {
  return listCall(dialect, { terms, orderBy: 'createdDateTime desc', top: 1, count: true });
}

function readCall(options: AlertListOptions, request: WalkRead, count: boolean): UpstreamCall<Page<Alert>> {
  const { field, direction } = orders[options.orderBy];
  const property = field === 'lastUpdateDateTime' ? options.dialect.lastUpdateProperty : field;
  return listCall(options.dialect, {
    terms: [...options.terms, ...boundTerms(property, direction, request)],
    orderBy: `${property} ${direction}`,
    top: request.limit,
    skip: request.skip,
    count,
  });
}

function boundTerms(property: string, direction: Direction, request: WalkRead): string[] {
  if (request.bound === undefined) return [];
  const operator = { asc: request.exclusive ? 'gt' : 'ge', desc: request.exclusive ? 'lt' : 'le' }[direction];
  return [`${property} ${operator} ${instantLiteral(request.bound)}`];
}

/** The first page with rows: the upstream may send empty pages with a next link before it. */
async function firstRows(
  upstream: Upstream,
  call: UpstreamCall<Page<Alert>>,
  scope: CallScope,
): Promise<UpstreamAnswer<Page<Alert>>> {
  let last: UpstreamAnswer<Page<Alert>> | undefined;
  for await (const answer of upstream.pages(call, scope)) {
    last = answer;
    if (answer.value.rows.length > 0) break;
  }
  return last ?? upstream.send(call, scope);
}

function toRows(answer: UpstreamAnswer<Page<Alert>>, options: AlertListOptions, limit: number): WalkRows<Alert> {
  const { rows, nextLink, count } = answer.value;
  const hasMore = nextLink !== undefined || rows.length >= limit;
  const isJoined = options.dialect.joinsProviders;
  return {
    rows: isJoined ? sortJoined(rows, options.orderBy, hasMore ? limit : Number.POSITIVE_INFINITY) : rows,
    hasMore,
    asOf: answer.asOf,
    warnings: answer.warnings,
    total: count,
  };
}

/**
 * Rows of several providers in one order. A provider that filled its share has more rows behind its last one, so rows
 * of the others beyond that point are left for the next read.
 */
function sortJoined(rows: readonly Alert[], orderBy: AlertOrder, share: number): Alert[] {
  const sign = orders[orderBy].direction === 'asc' ? 1 : -1;
  const compare = (a: Alert, b: Alert) => sign * compareInstants(orderValue(a, orderBy), orderValue(b, orderBy));
  const sorted = [...rows].sort(compare);
  const lastOfFull = lastRowsOfFullProviders(sorted, share).sort(compare)[0];
  return lastOfFull === undefined ? sorted : sorted.filter((alert) => compare(alert, lastOfFull) <= 0);
}

function lastRowsOfFullProviders(sorted: readonly Alert[], share: number): Alert[] {
  const providers = new Map<string | null, { rows: number; last: Alert }>();
  for (const alert of sorted) {
    const rows = (providers.get(alert.rawServiceSource)?.rows ?? 0) + 1;
    providers.set(alert.rawServiceSource, { rows, last: alert });
  }
  return [...providers.values()].filter(({ rows }) => rows >= share).map(({ last }) => last);
}
