import type { Cache, Cached, Filled } from '../../cache/contract.js';
import type { AlertFilter, AlertOrder } from '../../schema/inputs/alertFilter.input.js';
import type { Alert } from '../../schema/types/alert.type.js';
import type { Connection } from '../../schema/types/connection.js';
import type { Clock } from '../../time/clock.js';
import type { CallScope, Upstream } from '../../upstream/contract.js';
import { type RowsInfo, toConnection } from '../paging/connection.js';
import { decodeTimeCursor, encodeCursor, type KeysetPosition, listKeyOf, stableJson } from '../paging/cursor.js';
import { type WalkedPage, walkKeysetPage } from '../paging/keysetWalk.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { mergeRowsInfo } from '../paging/rowsInfo.js';
import type { AlertDialect } from './alertDialects.js';
import { type CompiledAlertFilter, toOData } from './alertFilter.js';
import { countCall, orderValue, walkableAlerts } from './alertListing.js';
import { matchesAlertFilter } from './matchesAlertFilter.js';
import type { AlertOverlay } from './overlay.js';
import { alertListPolicy, alertsTag, alertTag, truncatedWarning } from './policies.js';

/** Pages that are read on when rows of the first had to be dropped. */
const maxRefills = 3;

/** One page of alerts as a caller asks for it. */
export interface AlertListRequest {
  readonly filter?: AlertFilter | null | undefined;
  readonly orderBy?: AlertOrder | null | undefined;
  readonly page: PageRequest;
  /** Whether `totalCount` is wanted; on pages after the first it costs a call. */
  readonly withTotal?: boolean;
}

export interface AlertListParts {
  readonly upstream: Upstream;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly dialect: AlertDialect;
  readonly overlay: AlertOverlay;
}

/** What the cache keeps of a page: rows as the upstream had them, because cursors are made from those. */
type StoredPage = Omit<WalkedPage<Alert>, 'asOf'>;

/** A request in the terms of the upstream. */
interface ListPlan {
  readonly filter: CompiledAlertFilter;
  readonly orderBy: AlertOrder;
  readonly listKey: string;
  readonly first: number;
}

/** Lists of alerts for one operation: from the cache or the upstream, with our own writes over them. */
export class AlertList {
  constructor(
    private readonly parts: AlertListParts,
    private readonly scope: CallScope,
  ) {}

  /**
   * One page of alerts, ordered by time and then id. Rows that our own writes have moved out of the filter are dropped and
   * the page is filled up with those behind it.
   * @throws {UserInputError} when filter or cursor are not acceptable.
   */
  async page({ filter, orderBy, page, withTotal = false }: AlertListRequest): Promise<Connection<Alert>> {
    const plan = this.plan(filter, orderBy ?? 'CREATED_DESC', page.first);
    let after = page.after === undefined ? undefined : decodeTimeCursor(page.after, plan.listKey);
    if (plan.filter.matchesNothing) return this.emptyConnection();
    const head = await this.read(plan, after, withTotal);
    const infos = [this.tell(head)];
    const rows = this.keep(head, filter, plan.orderBy);
    let last = head;
    for (let refill = 0; rows.length < page.first && hasNext(last) && refill < maxRefills; refill += 1) {
      after = endOf(last, plan.orderBy) ?? after;
      last = await this.read(plan, after, false);
      infos.push(this.tell(last));
      rows.push(...this.keep(last, filter, plan.orderBy));
    }
    const shown = rows.slice(0, page.first);
    const isCut = rows.length > page.first;
    return toPage(shown, plan.listKey, {
      end: isCut ? shown.at(-1)?.position : endOf(last, plan.orderBy),
      hasNextPage: isCut || hasNext(last),
      totalCount: head.value?.total ?? null,
      info: mergeRowsInfo(infos, head.asOf),
    });
  }

  private plan(filter: AlertFilter | null | undefined, orderBy: AlertOrder, first: number): ListPlan {
    const compiled = toOData(filter, this.parts.dialect);
    const listKey = listKeyOf(this.parts.dialect.path, { terms: compiled.terms, orderBy });
    return { filter: compiled, orderBy, listKey, first };
  }

  private read(plan: ListPlan, after: KeysetPosition | undefined, withTotal: boolean): Promise<Cached<StoredPage>> {
    const key = stableJson({ listKey: plan.listKey, first: plan.first, after, withTotal });
    return this.parts.cache.read<StoredPage>(alertListPolicy, key, this.scope, (scope) =>
      this.fill(plan, after, withTotal, scope),
    );
  }

  private async fill(
    plan: ListPlan,
    after: KeysetPosition | undefined,
    withTotal: boolean,
    scope: CallScope,
  ): Promise<Filled<StoredPage>> {
    const { filter, orderBy, first } = plan;
    const { upstream, dialect } = this.parts;
    const count = withTotal && after === undefined;
    const list = walkableAlerts(upstream, scope, { dialect, terms: filter.terms, orderBy, first, count });
    const walked = await walkKeysetPage(list, first, after);
    if (walked === undefined) throw new Error('A walk over alerts ended without a single read.');
    const { asOf, ...stored } = walked;
    const total = withTotal && !count ? await this.countAll(filter, scope) : stored.total;
    const warnings = stored.truncated ? [...stored.warnings, truncatedWarning] : stored.warnings;
    const tags = [alertsTag, ...stored.rows.map((row) => alertTag(row.id))];
    return { value: { ...stored, warnings, total }, asOf, tags };
  }

  /** A page after a cursor is read behind a boundary, whose count is not that of the list. */
  private async countAll(filter: CompiledAlertFilter, scope: CallScope): Promise<number | undefined> {
    return (await this.parts.upstream.send(countCall(this.parts.dialect, filter.terms), scope)).value.count;
  }

  private keep(page: Cached<StoredPage>, filter: AlertFilter | null | undefined, orderBy: AlertOrder): Row[] {
    return (page.value?.rows ?? [])
      .map((row) => ({ alert: this.parts.overlay.apply(row), position: positionOf(row, orderBy) }))
      .filter(({ alert }) => matchesAlertFilter(filter, alert));
  }

  /** What is true of a page; its warnings are told beside the whole answer too. */
  private tell({ value, asOf, source, stale }: Cached<StoredPage>): RowsInfo {
    const warnings = value?.warnings ?? [];
    for (const warning of warnings) this.scope.meter.warning(warning);
    return { asOf, source, stale, truncated: value?.truncated ?? false, warnings };
  }

  private emptyConnection(): Connection<Alert> {
    const asOf = new Date(this.parts.clock.now()).toISOString();
    const info = { asOf, source: 'CACHE' } as const;
    return toPage([], '', { end: undefined, hasNextPage: false, totalCount: 0, info });
  }
}

interface Row {
  readonly alert: Alert;
  /** Of the row as the upstream had it. */
  readonly position: KeysetPosition;
}

interface PageFacts {
  /** Where the next page begins; rows that were dropped at the end are not read again. */
  readonly end: KeysetPosition | undefined;
  readonly hasNextPage: boolean;
  readonly totalCount: number | null;
  readonly info: RowsInfo;
}

function toPage(rows: readonly Row[], listKey: string, { end, ...facts }: PageFacts): Connection<Alert> {
  const cursors = new Map(rows.map(({ alert, position }) => [alert.id, encodeCursor(position, listKey)]));
  const alerts = rows.map(({ alert }) => alert);
  const connection = toConnection({ rows: alerts, cursorOf: ({ id }) => cursors.get(id) ?? '', ...facts });
  const endCursor = end === undefined ? null : encodeCursor(end, listKey);
  return { ...connection, pageInfo: { ...connection.pageInfo, endCursor } };
}

function hasNext(page: Cached<StoredPage>): boolean {
  return page.value?.hasNextPage ?? false;
}

function endOf(page: Cached<StoredPage>, orderBy: AlertOrder): KeysetPosition | undefined {
  const last = page.value?.rows.at(-1);
  return last === undefined ? undefined : positionOf(last, orderBy);
}

function positionOf(alert: Alert, orderBy: AlertOrder): KeysetPosition {
  return { order: orderValue(alert, orderBy), id: alert.id };
}
