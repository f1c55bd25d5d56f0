import type { Cache, Cached, CachePolicy, Filled } from '../../cache/contract.js';
import type { MCASActivityFilter } from '../../schema/inputs/mcasActivityFilter.input.js';
import type { Connection } from '../../schema/types/connection.js';
import type { MCASActivity } from '../../schema/types/mcasActivity.type.js';
import type { Clock } from '../../time/clock.js';
import type { AnswerWarning, CallScope, Upstream, UpstreamCall } from '../../upstream/contract.js';
import { toConnection } from '../paging/connection.js';
import { decodeTimeCursor, encodeCursor, type KeysetPosition, listKeyOf, stableJson } from '../paging/cursor.js';
import { type WalkedPage, walkKeysetPage } from '../paging/keysetWalk.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { ActivityLoader } from './ActivityLoader.js';
import { CallAllowance, listActivitiesCall, listWindowMs } from './calls.js';
import { compileActivityFilter } from './filter.js';
import { walkableActivities } from './listing.js';
import { type CompiledFilter, type EpochSpan, toEpochSpan } from './operators.js';
import { truncatedWarning } from './truncation.js';
import { UserActivitiesLoader, warningsOf } from './UserActivitiesLoader.js';

const minutes = 60_000;

const listPolicy: CachePolicy = {
  resource: 'mcasActivities',
  upstream: 'MCAS',
  ttlMs: minutes,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 30 * minutes,
  negativeTtlMs: minutes,
};

export interface McasActivitiesDeps {
  readonly upstream: Upstream;
  readonly cache: Cache;
  readonly clock: Clock;
  /** What the operation may spend, shared with the other datasources of Cloud Apps; default: one of its own. */
  readonly allowance?: CallAllowance;
}

export interface ActivityListRequest {
  readonly filter?: MCASActivityFilter | null;
  readonly page: PageRequest;
  /** Whether `totalCount` is asked for; it costs a call on pages after the first. */
  readonly withTotal: boolean;
}

export interface UserActivitiesRequest {
  readonly page: PageRequest;
  /** Inclusive, RFC 3339. */
  readonly from?: string | null;
  /** Exclusive, RFC 3339. */
  readonly to?: string | null;
  /** Whether `hasNextPage` is asked for; it takes one row more per user. */
  readonly withNextPage: boolean;
}

/** What the cache keeps of one page. */
type StoredPage = Omit<WalkedPage<MCASActivity>, 'asOf'>;

/**
 * Activities of Microsoft Defender for Cloud Apps, for one operation. The upstream allows 30 calls a minute for the whole
 * tenant, so one operation sends at most 12 and says `truncated` when they did not do.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-introduction
 */
export class McasActivitiesDataSource {
  private readonly allowance: CallAllowance;
  private readonly activities: ActivityLoader;
  private readonly ofUsers: UserActivitiesLoader;

  constructor(
    private readonly deps: McasActivitiesDeps,
    private readonly scope: CallScope,
  ) {
    this.allowance = deps.allowance ?? new CallAllowance();
    this.activities = new ActivityLoader({ ...deps, allowance: this.allowance }, scope);
    this.ofUsers = new UserActivitiesLoader({ ...deps, allowance: this.allowance }, scope);
  }

  /**
   * One activity, or null when the upstream does not know the id.
   * @throws {UserInputError} when the text cannot be an id.
   */
  async byId(id: string): Promise<MCASActivity | null> {
    return this.activities.load(id);
  }

  /**
   * One page of activities, newest first.
   * @throws {UserInputError} when filter or cursor are not acceptable.
   */
  async list(request: ActivityListRequest): Promise<Connection<MCASActivity>> {
    const filter = compileActivityFilter(request.filter);
    const listKey = listKeyOf('mcasActivities', { filters: filter.filters, date: filter.date });
    return this.readPage(filter, listKey, request.page, request.withTotal);
  }

  /**
   * The newest activities of one user. First pages of many users asked for together share calls; later pages are lists.
   * @throws {UserInputError} when the cursor is not acceptable.
   */
  async ofUser(userPrincipalName: string, request: UserActivitiesRequest): Promise<Connection<MCASActivity>> {
    const span = toEpochSpan({ ge: request.from ?? null, lt: request.to ?? null });
    const listKey = listKeyOf('mcasActivitiesOfUser', { user: userPrincipalName.toLowerCase(), span });
    if (request.page.after !== undefined) {
      const filters = { 'user.username': { eq: [userPrincipalName] } };
      return this.readPage({ filters, date: span, matchesNothing: false }, listKey, request.page, false);
    }
    const { first } = request.page;
    const need = first + (request.withNextPage ? 1 : 0);
    const found = await this.ofUsers.load(userPrincipalName, need, span);
    const value = found.value ?? { rows: [], more: false, truncated: false, unattributed: 0 };
    const shown = { ...value, truncated: value.truncated && value.rows.length < need };
    return this.toConnection(found, listKey, {
      rows: shown.rows.slice(0, first),
      hasNextPage: shown.more || shown.rows.length > first,
      truncated: shown.truncated,
      warnings: [...warningsOf(shown), ...this.windowWarnings(span)],
      total: shown.more ? undefined : shown.rows.length,
      isApproximate: false,
    });
  }

  /** Sends a call that changes something. @throws {UpstreamError} {@link outcomeIsUnknown} tells whether it may have worked. */
  async send(call: UpstreamCall<undefined>): Promise<void> {
    await this.deps.upstream.send(call, this.scope);
  }

  private async readPage(
    filter: CompiledFilter,
    listKey: string,
    page: PageRequest,
    withTotal: boolean,
  ): Promise<Connection<MCASActivity>> {
    const after = page.after === undefined ? undefined : decodeTimeCursor(page.after, listKey);
    if (filter.matchesNothing) return this.emptyConnection(listKey);
    const key = stableJson({ listKey, page, withTotal });
    const cached = await this.deps.cache.read<StoredPage>(listPolicy, key, this.scope, (scope) =>
      this.fillPage(filter, page.first, after, withTotal, scope),
    );
    const stored = cached.value ?? emptyPage;
    const warnings = [...stored.warnings, ...this.windowWarnings(filter.date)];
    return this.toConnection(cached, listKey, { ...stored, warnings, isApproximate: stored.total !== undefined });
  }

  private async fillPage(
    filter: CompiledFilter,
    first: number,
    after: KeysetPosition | undefined,
    withTotal: boolean,
    scope: CallScope,
  ): Promise<Filled<StoredPage>> {
    const walked = await walkKeysetPage(
      walkableActivities({ ...this.deps, allowance: this.allowance }, scope, filter),
      first,
      after,
    );
    if (walked === undefined) throw new Error('A walk over activities ended without a single read.');
    const { asOf, ...stored } = walked;
    const total = withTotal && after !== undefined ? await this.countAll(filter, scope) : stored.total;
    const warnings = stored.truncated ? [...stored.warnings, truncatedWarning] : stored.warnings;
    return {
      value: { ...stored, warnings, total: after === undefined || withTotal ? total : undefined },
      asOf,
      tags: ['mcasActivities'],
    };
  }

  /** A page after a cursor is read behind a boundary, whose total is not that of the list. */
  private async countAll(filter: CompiledFilter, scope: CallScope): Promise<number | undefined> {
    if (!this.allowance.take(scope)) return undefined;
    return (await this.deps.upstream.send(listActivitiesCall(filter.filters, filter.date, 0), scope)).value.total;
  }

  private toConnection(
    cached: Cached<unknown>,
    listKey: string,
    page: StoredPage & { readonly isApproximate: boolean },
  ): Connection<MCASActivity> {
    return toConnection({
      rows: page.rows,
      cursorOf: (row) => encodeCursor({ order: row.timestamp ?? '', id: row.id }, listKey),
      hasNextPage: page.hasNextPage,
      totalCount: page.total ?? null,
      totalCountIsApproximate: page.isApproximate,
      info: {
        asOf: cached.asOf,
        source: cached.source,
        stale: cached.stale,
        truncated: page.truncated,
        warnings: this.tell(page.warnings),
      },
    });
  }

  /** Puts warnings beside the whole answer too. */
  private tell(warnings: readonly AnswerWarning[]): readonly AnswerWarning[] {
    for (const warning of warnings) this.scope.meter.warning(warning);
    return warnings;
  }

  private windowWarnings(span: EpochSpan): AnswerWarning[] {
    const oldest = this.deps.clock.now() - listWindowMs;
    if (span.gte === undefined || span.gte >= oldest) return [];
    const message = 'The activity list of Cloud Apps reaches back about 30 days; older activities are missing.';
    return [{ code: 'UPSTREAM_PARTIAL', upstream: 'MCAS', message }];
  }

  private emptyConnection(listKey: string): Connection<MCASActivity> {
    const asOf = new Date(this.deps.clock.now()).toISOString();
    const nothing = { value: null, asOf, stale: false, source: 'CACHE' } as const;
    return this.toConnection(nothing, listKey, { ...emptyPage, isApproximate: false });
  }
}

const emptyPage: StoredPage = { rows: [], hasNextPage: false, warnings: [], truncated: false, total: 0 };
