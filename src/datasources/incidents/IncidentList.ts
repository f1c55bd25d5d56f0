import type { Cache, Cached, Filled } from '../../cache/contract.js';
import type { MirrorQuestion } from '../../mirror/readPage.js';
import type { IncidentFilter } from '../../schema/inputs/incidentFilter.input.js';
import type { Connection } from '../../schema/types/connection.js';
import type { Incident } from '../../schema/types/incident.type.js';
import type { Clock } from '../../time/clock.js';
import type { CallScope, Upstream } from '../../upstream/contract.js';
import type { Overlay } from '../mutations/PendingWrites.js';
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
import { type CompiledIncidentFilter, compileIncidentFilter } from './filter.js';
import {
  countCall,
  type IncidentList as ListedIncidents,
  mirrorOrderOf,
  orderValue,
  walkableIncidents,
} from './listing.js';
import { matchesIncidentFilter } from './matchesIncidentFilter.js';
import { incidentCountPolicy, incidentListPolicy, incidentsTag, incidentTag, truncatedWarning } from './policies.js';

/** A list request with its page; `withTotal` asks for `totalCount`, which may cost a call. */
export interface IncidentListRequest extends ListedIncidents {
  readonly page: PageRequest;
  readonly withTotal: boolean;
}

export interface IncidentListParts {
  readonly upstream: Upstream;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly overlay: Overlay<Incident>;
  readonly mirrored: MirroredSource<'incident'>;
}

/** A request in the terms of the upstream, and what it lets the mirror answer. */
interface ListPlan {
  readonly asked: IncidentFilter | null | undefined;
  readonly filter: CompiledIncidentFilter;
  readonly orderBy: ListedIncidents['orderBy'];
  readonly listKey: string;
  readonly first: number;
}

/** Pages of incidents for one operation: from the mirror, the cache or the upstream, with our own writes over them. */
export class IncidentList {
  constructor(
    private readonly parts: IncidentListParts,
    private readonly scope: CallScope,
  ) {}

  /**
   * One page, ordered by time and then id.
   * @throws {UserInputError} when filter or cursor are not acceptable.
   */
  async page({ filter, orderBy, page, withTotal }: IncidentListRequest): Promise<Connection<Incident>> {
    const compiled = compileIncidentFilter(filter);
    const search = filter?.search ?? undefined;
    const listKey = listKeyOf('incidents', { terms: compiled.terms, orderBy, search });
    const plan = { asked: filter, filter: compiled, orderBy, listKey, first: page.first };
    const after = page.after === undefined ? undefined : decodeTimeCursor(page.after, listKey);
    if (compiled.matchesNothing) return emptyPage(new Date(this.parts.clock.now()).toISOString());
    const list = {
      listKey,
      first: page.first,
      meter: this.scope.meter,
      read: (position: KeysetPosition | undefined, isHead: boolean) => this.read(plan, position, isHead && withTotal),
      cover: (row: Incident) => this.parts.overlay.apply(row),
      belongs: (row: Incident) => matchesIncidentFilter(filter, row),
      positionOf: (row: Incident) => ({ order: orderValue(row, orderBy), id: row.id }),
    };
    return readCoveredPage(list, after);
  }

  private async read(
    plan: ListPlan,
    after: KeysetPosition | undefined,
    withTotal: boolean,
  ): Promise<ReadPage<Incident>> {
    const question = toQuestion(plan, after, withTotal);
    const mirrored = readMirrored(this.parts.mirrored, question);
    if (mirrored === undefined && isForMirrorOnly(plan)) throw mirrorRefusal(this.parts.mirrored);
    if (mirrored === undefined) {
      const source = { ...this.parts.mirrored, staleMs: incidentListPolicy.staleIfErrorMs };
      return orLastKnownPage(source, question, this.readUpstream(plan, after, withTotal));
    }
    const knowsTotal = !withTotal || mirrored.value?.total !== undefined;
    return knowsTotal || isForMirrorOnly(plan) ? mirrored : withTotalOf(mirrored, this.countBeyond(plan));
  }

  /** What the mirror shows of a list that reaches beyond it has no total: the upstream is asked for that alone. */
  private countBeyond({ filter, listKey }: ListPlan): Promise<Cached<number>> {
    const key = stableJson({ listKey, count: true });
    return this.parts.cache.read<number>(incidentCountPolicy, key, this.scope, async (scope) => {
      const { value, asOf } = await this.parts.upstream.send(countCall(filter), scope);
      return { value: value.count ?? null, asOf, tags: [incidentsTag] };
    });
  }

  private readUpstream(
    plan: ListPlan,
    after: KeysetPosition | undefined,
    withTotal: boolean,
  ): Promise<Cached<StoredPage<Incident>>> {
    const key = stableJson({ listKey: plan.listKey, first: plan.first, after, withTotal });
    return this.parts.cache.read<StoredPage<Incident>>(incidentListPolicy, key, this.scope, (scope) =>
      this.fill(plan, after, withTotal, scope),
    );
  }

  private async fill(
    { filter, orderBy, first }: ListPlan,
    after: KeysetPosition | undefined,
    withTotal: boolean,
    scope: CallScope,
  ): Promise<Filled<StoredPage<Incident>>> {
    const count = withTotal && after === undefined;
    const list = walkableIncidents(this.parts.upstream, scope, { orderBy, filter, first, count });
    const walked = await walkKeysetPage(list, first, after);
    if (walked === undefined) throw new Error('A walk over incidents ended without a single read.');
    const { asOf, ...stored } = walked;
    const total = withTotal && !count ? await this.countAll(filter, scope) : stored.total;
    const warnings = stored.truncated ? [...stored.warnings, truncatedWarning] : stored.warnings;
    const tags = [incidentsTag, ...stored.rows.map((row) => incidentTag(row.id))];
    return { value: { ...stored, warnings, total }, asOf, tags };
  }

  /** A page after a cursor is read behind a boundary, whose count is not that of the list. */
  private async countAll(filter: CompiledIncidentFilter, scope: CallScope): Promise<number | undefined> {
    return (await this.parts.upstream.send(countCall(filter), scope)).value.count;
  }
}

function isForMirrorOnly({ asked }: ListPlan): boolean {
  return asked?.search != null;
}

function toQuestion(
  { asked, orderBy, first }: ListPlan,
  after: KeysetPosition | undefined,
  withTotal: boolean,
): MirrorQuestion<Incident> {
  const timeless = { ...asked, createdDateTime: null, lastUpdateDateTime: null };
  return {
    ...mirrorOrderOf(orderBy),
    matches: (row) => matchesIncidentFilter(timeless, row),
    spans: { created: asked?.createdDateTime, updated: asked?.lastUpdateDateTime },
    after: toOrderPosition(after),
    first,
    withTotal,
  };
}
