import DataLoader from 'dataloader';
import type { Cache, Cached, CachePolicy, Filled } from '../../cache/contract.js';
import type { Connection } from '../../schema/types/connection.js';
import type { Incident } from '../../schema/types/incident.type.js';
import type { Clock } from '../../time/clock.js';
import {
  type AnswerWarning,
  type BatchResult,
  type CallScope,
  NotFoundError,
  type Upstream,
  type UpstreamCall,
} from '../../upstream/contract.js';
import { toConnection } from '../paging/connection.js';
import { decodeTimeCursor, encodeCursor, type KeysetPosition, listKeyOf, stableJson } from '../paging/cursor.js';
import { type WalkedPage, walkKeysetPage } from '../paging/keysetWalk.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { toPathSegment } from '../pathSegment.js';
import { type CompiledIncidentFilter, compileIncidentFilter } from './filter.js';
import { countCall, type IncidentList, incidentPermission, incidentsPath, walkableIncidents } from './listing.js';
import { toIncident } from './map.js';
import { parseIncident } from './wire.js';

const seconds = 1_000;
const minutes = 60 * seconds;

const entityPolicy: CachePolicy = {
  resource: 'incident',
  upstream: 'GRAPH_SECURITY',
  ttlMs: 60 * seconds,
  staleWhileRevalidateMs: 60 * seconds,
  staleIfErrorMs: 30 * minutes,
  negativeTtlMs: 30 * seconds,
};

const listPolicy: CachePolicy = {
  ...entityPolicy,
  resource: 'incidents',
  ttlMs: 30 * seconds,
  staleWhileRevalidateMs: 0,
};

const truncatedWarning: AnswerWarning = {
  code: 'TRUNCATED',
  upstream: 'GRAPH_SECURITY',
  message: 'More incidents share one time than the upstream lets anybody read; some of them are missing.',
};

export interface IncidentsDeps {
  readonly upstream: Upstream;
  readonly cache: Cache;
  readonly clock: Clock;
}

/** A list request with its page; `withTotal` asks for `totalCount`, which may cost a call. */
export interface IncidentListRequest extends IncidentList {
  readonly page: PageRequest;
  readonly withTotal: boolean;
}

/** What the cache keeps of one page. */
type StoredPage = Omit<WalkedPage<Incident>, 'asOf'>;

/** Incidents of the tenant, for one operation. */
export class IncidentsDataSource {
  private readonly loader: DataLoader<string, Incident | null>;

  constructor(
    private readonly deps: IncidentsDeps,
    private readonly scope: CallScope,
  ) {
    this.loader = new DataLoader(async (ids) => this.loadMany(ids));
  }

  /**
   * One incident, or null when the upstream does not know the id. Ids asked for together are one `$batch`.
   * @throws {UserInputError} when the text cannot be an id.
   */
  async byId(id: string): Promise<Incident | null> {
    toPathSegment(id);
    return this.loader.load(id);
  }

  /**
   * One page of incidents, ordered by time and then id.
   * @throws {UserInputError} when filter or cursor are not acceptable.
   */
  async list(request: IncidentListRequest): Promise<Connection<Incident>> {
    const filter = compileIncidentFilter(request.filter);
    const listKey = listKeyOf('incidents', { terms: filter.terms, orderBy: request.orderBy });
    const after = request.page.after === undefined ? undefined : decodeTimeCursor(request.page.after, listKey);
    if (filter.matchesNothing) return this.emptyConnection();
    const key = stableJson({ listKey, page: request.page, withTotal: request.withTotal });
    const cached = await this.deps.cache.read<StoredPage>(listPolicy, key, this.scope, (scope) =>
      this.fillPage(request, filter, after, scope),
    );
    return this.toConnection(cached, listKey, request.orderBy);
  }

  private async fillPage(
    request: IncidentListRequest,
    filter: CompiledIncidentFilter,
    after: KeysetPosition | undefined,
    scope: CallScope,
  ): Promise<Filled<StoredPage>> {
    const { orderBy, page, withTotal } = request;
    const count = withTotal && after === undefined;
    const list = walkableIncidents(this.deps.upstream, scope, { orderBy, filter, first: page.first, count });
    const walked = await walkKeysetPage(list, page.first, after);
    if (walked === undefined) throw new Error('A walk over incidents ended without a single read.');
    const { asOf, ...stored } = walked;
    const total = withTotal && !count ? await this.countAll(filter, scope) : stored.total;
    const warnings = stored.truncated ? [...stored.warnings, truncatedWarning] : stored.warnings;
    const tags = ['incidents', ...stored.rows.map((row) => incidentTag(row.id))];
    return { value: { ...stored, warnings, total }, asOf, tags };
  }

  /** A page after a cursor is read behind a boundary, whose count is not that of the list. */
  private async countAll(filter: CompiledIncidentFilter, scope: CallScope): Promise<number | undefined> {
    return (await this.deps.upstream.send(countCall(filter), scope)).value.count;
  }

  private toConnection(
    cached: Cached<StoredPage>,
    listKey: string,
    orderBy: IncidentList['orderBy'],
  ): Connection<Incident> {
    const stored = cached.value ?? { rows: [], hasNextPage: false, warnings: [], truncated: false, total: 0 };
    for (const row of stored.rows) this.loader.prime(row.id, row);
    for (const warning of stored.warnings) this.scope.meter.warning(warning);
    return toConnection({
      rows: stored.rows,
      cursorOf: (row) => encodeCursor({ order: orderValue(row, orderBy), id: row.id }, listKey),
      hasNextPage: stored.hasNextPage,
      totalCount: stored.total ?? null,
      info: { ...stored, asOf: cached.asOf, source: cached.source, stale: cached.stale },
    });
  }

  private emptyConnection(): Connection<Incident> {
    const asOf = new Date(this.deps.clock.now()).toISOString();
    return toConnection<Incident>({
      rows: [],
      cursorOf: (row) => row.id,
      hasNextPage: false,
      totalCount: 0,
      info: { asOf, source: 'CACHE' },
    });
  }

  private async loadMany(ids: readonly string[]): Promise<(Incident | null | Error)[]> {
    const found = await this.deps.cache.readMany<Incident>(entityPolicy, ids, this.scope, (missing, scope) =>
      this.fillMany(missing, scope),
    );
    return ids.map((id) => {
      const cached = found.get(id);
      return cached instanceof Error ? cached : (cached?.value ?? null);
    });
  }

  private async fillMany(
    ids: readonly string[],
    scope: CallScope,
  ): Promise<ReadonlyMap<string, Filled<Incident> | Error>> {
    const results = await this.sendAll(ids.map(getCall), scope);
    const filled = new Map<string, Filled<Incident> | Error>();
    for (const [index, id] of ids.entries()) {
      const entry = toFilled(id, results[index]);
      if (entry !== undefined) filled.set(id, entry);
    }
    return filled;
  }

  private async sendAll(calls: readonly UpstreamCall<Incident>[], scope: CallScope): Promise<BatchResult<Incident>[]> {
    const [only, ...others] = calls;
    if (only === undefined) return [];
    if (others.length > 0) return this.deps.upstream.sendBatch(calls, scope);
    try {
      return [{ ok: true, answer: await this.deps.upstream.send(only, scope) }];
    } catch (error) {
      return [{ ok: false, error: error as Error }];
    }
  }
}

function getCall(id: string): UpstreamCall<Incident> {
  return {
    operation: 'incidents.get',
    method: 'GET',
    path: `${incidentsPath}/${toPathSegment(id)}`,
    permission: incidentPermission,
    parse: (body) => toIncident(parseIncident(body)),
  };
}

/** `undefined` when the upstream does not know the incident. */
function toFilled(id: string, result: BatchResult<Incident> | undefined): Filled<Incident> | Error | undefined {
  if (result === undefined) return new Error(`The batch brought no result for incident ${JSON.stringify(id)}.`);
  if (result.ok) return { value: result.answer.value, asOf: result.answer.asOf, tags: [incidentTag(id)] };
  return result.error instanceof NotFoundError ? undefined : result.error;
}

/** Dropping this tag forgets everything that holds the incident. */
export function incidentTag(id: string): string {
  return `incident:${id}`;
}

function orderValue(incident: Incident, orderBy: IncidentList['orderBy']): string {
  const byCreation = orderBy === 'CREATED_DESC' || orderBy === 'CREATED_ASC';
  return (byCreation ? incident.createdDateTime : incident.lastUpdateDateTime) ?? '';
}
