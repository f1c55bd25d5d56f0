import type { Cache, Cached, Filled } from '../../cache/contract.js';
import type { AlertFilter, AlertOrder } from '../../schema/inputs/alertFilter.input.js';
import type { Alert } from '../../schema/types/alert.type.js';
import type { Connection } from '../../schema/types/connection.js';
import type { Clock } from '../../time/clock.js';
import type { CallScope, Upstream } from '../../upstream/contract.js';
import { textLiteral } from '../odata/filterText.js';
import { emptyPage, readCoveredPage, type StoredPage } from '../paging/coveredPage.js';
import { decodeTimeCursor, type KeysetPosition, listKeyOf, stableJson } from '../paging/cursor.js';
import { walkKeysetPage } from '../paging/keysetWalk.js';
import type { PageRequest } from '../paging/pageArgs.js';
import type { AlertDialect } from './alertDialects.js';
import { type CompiledAlertFilter, toOData } from './alertFilter.js';
import { countCall, orderValue, walkableAlerts } from './alertListing.js';
import { namesDevice } from './deviceAlerts.js';
import { matchesAlertFilter } from './matchesAlertFilter.js';
import type { AlertOverlay } from './overlay.js';
import { alertListPolicy, alertsTag, alertTag, truncatedWarning } from './policies.js';

/** One page of alerts as a caller asks for it. */
export interface AlertListRequest {
  readonly filter?: AlertFilter | null | undefined;
  /** Only alerts whose evidence names this device: asked for by its DNS names, kept by its id. */
  readonly device?: DeviceCondition | undefined;
  readonly orderBy?: AlertOrder | null | undefined;
  readonly page: PageRequest;
  /** Whether `totalCount` is wanted; on pages after the first it costs a call. */
  readonly withTotal?: boolean;
}

export interface DeviceCondition {
  readonly deviceId: string;
  /** Names under which the evidence may know it. */
  readonly dnsNames: readonly string[];
}

export interface AlertListParts {
  readonly upstream: Upstream;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly dialect: AlertDialect;
  readonly overlay: AlertOverlay;
}

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
  async page(request: AlertListRequest): Promise<Connection<Alert>> {
    const { filter, device, page, withTotal = false } = request;
    const plan = this.plan(request);
    const after = page.after === undefined ? undefined : decodeTimeCursor(page.after, plan.listKey);
    if (plan.filter.matchesNothing) return emptyPage(new Date(this.parts.clock.now()).toISOString());
    const list = {
      listKey: plan.listKey,
      first: page.first,
      meter: this.scope.meter,
      read: (position: KeysetPosition | undefined, isHead: boolean) => this.read(plan, position, isHead && withTotal),
      cover: (row: Alert) => this.parts.overlay.apply(row),
      belongs: (row: Alert) =>
        matchesAlertFilter(filter, row) && (device === undefined || namesDevice(row, device.deviceId)),
      positionOf: (row: Alert) => ({ order: orderValue(row, plan.orderBy), id: row.id }),
    };
    return readCoveredPage(list, after);
  }

  private plan({ filter, device, orderBy, page }: AlertListRequest): ListPlan {
    const compiled = toOData(filter, this.parts.dialect);
    const order = orderBy ?? 'CREATED_DESC';
    const listKey = listKeyOf(this.parts.dialect.path, {
      terms: compiled.terms,
      orderBy: order,
      ...(device === undefined ? {} : { deviceId: device.deviceId }),
    });
    const named = withDevice(compiled, device, this.parts.dialect);
    return { filter: named, orderBy: order, listKey, first: page.first };
  }

  private read(
    plan: ListPlan,
    after: KeysetPosition | undefined,
    withTotal: boolean,
  ): Promise<Cached<StoredPage<Alert>>> {
    const { terms } = plan.filter;
    const key = stableJson({ listKey: plan.listKey, terms, first: plan.first, after, withTotal });
    return this.parts.cache.read<StoredPage<Alert>>(alertListPolicy, key, this.scope, (scope) =>
      this.fill(plan, after, withTotal, scope),
    );
  }

  private async fill(
    plan: ListPlan,
    after: KeysetPosition | undefined,
    withTotal: boolean,
    scope: CallScope,
  ): Promise<Filled<StoredPage<Alert>>> {
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
}

function withDevice(
  filter: CompiledAlertFilter,
  device: DeviceCondition | undefined,
  dialect: AlertDialect,
): CompiledAlertFilter {
  if (device === undefined) return filter;
  if (dialect.deviceCondition === undefined) return { ...filter, matchesNothing: true };
  const names = device.dnsNames.map((name) => dialect.deviceCondition?.(textLiteral(name)));
  return { ...filter, terms: [...filter.terms, `(${names.join(' or ')})`] };
}
