import type { Cache, Cached, Filled } from '../../cache/contract.js';
import type { MirrorQuestion } from '../../mirror/readPage.js';
import type { AlertFilter, AlertOrder } from '../../schema/inputs/alertFilter.input.js';
import type { Alert } from '../../schema/types/alert.type.js';
import type { Connection } from '../../schema/types/connection.js';
import type { Clock } from '../../time/clock.js';
import type { CallScope, Upstream } from '../../upstream/contract.js';
import { textLiteral } from '../odata/filterText.js';
import { emptyPage, type ReadPage, readCoveredPage, type StoredPage } from '../paging/coveredPage.js';
import { decodeTimeCursor, type KeysetPosition, listKeyOf, stableJson } from '../paging/cursor.js';
import { walkKeysetPage } from '../paging/keysetWalk.js';
import {
  type MirroredSource,
  mirrorRefusal,
  orLastKnownPage,
  readMirrored,
  toOrderPosition,
  withTotalOf,
} from '../paging/mirroredPage.js';
import type { PageRequest } from '../paging/pageArgs.js';
import type { AlertDialect } from './alertDialects.js';
import { type CompiledAlertFilter, mirrorConditions, toOData } from './alertFilter.js';
import { alertKey, keysOfFilter } from './alertKeys.js';
import { countCall, mirrorOrderOf, orderValue, walkableAlerts } from './alertListing.js';
import { namesDevice } from './deviceAlerts.js';
import { matchesAlertFilter } from './matchesAlertFilter.js';
import type { AlertOverlay } from './overlay.js';
import { alertCountPolicy, alertListPolicy, alertsTag, alertTag, truncatedWarning } from './policies.js';

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
  /** Names under which the evidence may know it; asked for only when the upstream is. */
  readonly dnsNames: () => Promise<readonly string[]>;
}

export interface AlertListParts {
  readonly upstream: Upstream;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly dialect: AlertDialect;
  readonly overlay: AlertOverlay;
  readonly mirrored: MirroredSource<'alert'>;
}

/** A request in the terms of the upstream, and what it lets the mirror answer. */
interface ListPlan {
  readonly request: AlertListRequest;
  /** Without the condition on a device. */
  readonly filter: CompiledAlertFilter;
  readonly orderBy: AlertOrder;
  readonly listKey: string;
  readonly first: number;
}

/** Lists of alerts for one operation: from the mirror, the cache or the upstream, with our own writes over them. */
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
    const { page, withTotal = false } = request;
    const plan = this.plan(request);
    const after = page.after === undefined ? undefined : decodeTimeCursor(page.after, plan.listKey);
    if (plan.filter.matchesNothing) return emptyPage(new Date(this.parts.clock.now()).toISOString());
    const list = {
      listKey: plan.listKey,
      first: page.first,
      meter: this.scope.meter,
      read: (position: KeysetPosition | undefined, isHead: boolean) => this.read(plan, position, isHead && withTotal),
      cover: (row: Alert) => this.parts.overlay.apply(row),
      belongs: (row: Alert) => belongsTo(request, row),
      positionOf: (row: Alert) => ({ order: orderValue(row, plan.orderBy), id: row.id }),
    };
    return readCoveredPage(list, after);
  }

  private plan(request: AlertListRequest): ListPlan {
    const { filter, device, orderBy, page } = request;
    const compiled = toOData(filter, this.parts.dialect);
    const order = orderBy ?? 'CREATED_DESC';
    const listKey = listKeyOf(this.parts.dialect.path, {
      terms: compiled.terms,
      orderBy: order,
      ...(device === undefined ? {} : { deviceId: device.deviceId }),
      ...mirrorConditions(filter),
    });
    const knowsNoDevices = device !== undefined && this.parts.dialect.deviceCondition === undefined;
    const named = knowsNoDevices ? { ...compiled, matchesNothing: true } : compiled;
    return { request, filter: named, orderBy: order, listKey, first: page.first };
  }

  private async read(plan: ListPlan, after: KeysetPosition | undefined, withTotal: boolean): Promise<ReadPage<Alert>> {
    const question = toQuestion(plan, after, withTotal);
    const mirrored = readMirrored(this.parts.mirrored, question);
    if (mirrored === undefined && isForMirrorOnly(plan)) throw mirrorRefusal(this.parts.mirrored);
    if (mirrored === undefined) {
      const source = { ...this.parts.mirrored, staleMs: alertListPolicy.staleIfErrorMs };
      return orLastKnownPage(source, question, this.readUpstream(plan, after, withTotal));
    }
    const knowsTotal = !withTotal || mirrored.value?.total !== undefined;
    if (knowsTotal || isForMirrorOnly(plan) || plan.request.device !== undefined) return mirrored;
    return withTotalOf(mirrored, this.countBeyond(plan));
  }

  private async readUpstream(
    unnamed: ListPlan,
    after: KeysetPosition | undefined,
    withTotal: boolean,
  ): Promise<Cached<StoredPage<Alert>>> {
    const plan = await this.withDevice(unnamed);
    const { terms } = plan.filter;
    const key = stableJson({ listKey: plan.listKey, terms, first: plan.first, after, withTotal });
    return this.parts.cache.read<StoredPage<Alert>>(alertListPolicy, key, this.scope, (scope) =>
      this.fill(plan, after, withTotal, scope),
    );
  }

  private async withDevice(plan: ListPlan): Promise<ListPlan> {
    const { deviceCondition } = this.parts.dialect;
    if (plan.request.device === undefined || deviceCondition === undefined) return plan;
    const names = await plan.request.device.dnsNames();
    const term = `(${names.map((name) => deviceCondition(textLiteral(name))).join(' or ')})`;
    return { ...plan, filter: { ...plan.filter, terms: [...plan.filter.terms, term] } };
  }

  /** What the mirror shows of a list that reaches beyond it has no total: the upstream is asked for that alone. */
  private countBeyond({ filter, listKey }: ListPlan): Promise<Cached<number>> {
    const key = stableJson({ listKey, count: true });
    return this.parts.cache.read<number>(alertCountPolicy, key, this.scope, async (scope) => {
      const { value, asOf } = await this.parts.upstream.send(countCall(this.parts.dialect, filter.terms), scope);
      return { value: value.count ?? null, asOf, tags: [alertsTag] };
    });
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

function isForMirrorOnly({ request }: ListPlan): boolean {
  return Object.keys(mirrorConditions(request.filter)).length > 0;
}

function belongsTo({ filter, device }: AlertListRequest, row: Alert): boolean {
  return matchesAlertFilter(filter, row) && (device === undefined || namesDevice(row, device.deviceId));
}

function toQuestion(
  { request, orderBy, first }: ListPlan,
  after: KeysetPosition | undefined,
  withTotal: boolean,
): MirrorQuestion<Alert> {
  const { filter, device } = request;
  const timeless = { ...request, filter: { ...filter, createdDateTime: null, lastUpdateDateTime: null } };
  const keys = [...(device === undefined ? [] : [alertKey('device', device.deviceId)]), ...keysOfFilter(filter)];
  return {
    ...mirrorOrderOf(orderBy),
    matches: (row) => belongsTo(timeless, row),
    spans: { created: filter?.createdDateTime, updated: filter?.lastUpdateDateTime },
    key: keys[0],
    after: toOrderPosition(after),
    first,
    withTotal,
    takesDoubtful: Object.keys(mirrorConditions(filter)).length > 0,
  };
}
