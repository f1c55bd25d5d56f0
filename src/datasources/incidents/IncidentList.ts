import type { Cache, Cached, Filled } from '../../cache/contract.js';
import type { Connection } from '../../schema/types/connection.js';
import type { Incident } from '../../schema/types/incident.type.js';
import type { Clock } from '../../time/clock.js';
import type { CallScope, Upstream } from '../../upstream/contract.js';
import type { Overlay } from '../mutations/PendingWrites.js';
import { emptyPage, readCoveredPage, type StoredPage } from '../paging/coveredPage.js';
import { decodeTimeCursor, type KeysetPosition, listKeyOf, stableJson } from '../paging/cursor.js';
import { walkKeysetPage } from '../paging/keysetWalk.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { type CompiledIncidentFilter, compileIncidentFilter } from './filter.js';
import { countCall, type IncidentList as ListedIncidents, orderValue, walkableIncidents } from './listing.js';
import { matchesIncidentFilter } from './matchesIncidentFilter.js';
import { incidentListPolicy, incidentsTag, incidentTag, truncatedWarning } from './policies.js';

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
}

/** A request in the terms of the upstream. */
interface ListPlan {
  readonly filter: CompiledIncidentFilter;
  readonly orderBy: ListedIncidents['orderBy'];
  readonly listKey: string;
  readonly first: number;
}

/** Pages of incidents for one operation: from the cache or the upstream, with our own writes over them. */
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
    const listKey = listKeyOf('incidents', { terms: compiled.terms, orderBy });
    const plan = { filter: compiled, orderBy, listKey, first: page.first };
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

  private read(
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
