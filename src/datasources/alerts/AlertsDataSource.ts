import DataLoader from 'dataloader';
import type { Filled } from '../../cache/contract.js';
import { UserInputError } from '../../errors/GatewayError.js';
import type { Mirror } from '../../mirror/contract.js';
import { noMirror } from '../../mirror/noMirror.js';
import type { Logger } from '../../observability/logger.js';
import type { InstantFilter } from '../../schema/inputs/filters.input.js';
import type { Alert, AlertComment } from '../../schema/types/alert.type.js';
import type { AlertStats } from '../../schema/types/alertStats.type.js';
import type { Connection } from '../../schema/types/connection.js';
import type { Clock } from '../../time/clock.js';
import {
  type BatchResult,
  type CallScope,
  NotFoundError,
  type Upstream,
  type UpstreamCall,
} from '../../upstream/contract.js';
import type { DataSourceDeps } from '../createDataSources.js';
import { toCloudAlertId, toGraphAlertId } from '../mcas/alerts/alertId.js';
import { type MirroredSource, recallLastKnown, recallMany } from '../paging/mirroredPage.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { toPathSegment } from '../pathSegment.js';
import { AlertList, type AlertListRequest } from './AlertList.js';
import { commentCall, getCall, patchCall } from './alertCalls.js';
import { type AlertDialect, alertDialects } from './alertDialects.js';
import { toOData } from './alertFilter.js';
import { type AlertStatsRequest, readAlertStats } from './alertStats.js';
import { IncidentAlerts } from './IncidentAlerts.js';
import type { AlertWrites } from './mutations/createAlertWrites.js';
import { alertPolicy, alertsOfIncidentTag, alertsTag, alertTag } from './policies.js';

const maxIdsPerRequest = 100;

export type AlertsDeps = Pick<
  DataSourceDeps,
  'upstreams' | 'cache' | 'clock' | 'logger' | 'alertsDialect' | 'alertWrites' | 'mirror'
>;

/** Our face of Microsoft Graph's security alerts in either dialect, one object per operation. */
export class AlertsDataSource {
  /** State of our own writes, shared by all operations of the same rights. */
  readonly writes: AlertWrites;
  readonly dialect: AlertDialect;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What the mirror may answer to this operation. */
  readonly mirrored: MirroredSource<'alert'>;
  readonly #deps: AlertsDeps;
  readonly #scope: CallScope;
  readonly #upstream: Upstream;
  readonly #loader: DataLoader<string, Alert | null>;
  readonly #list: AlertList;
  readonly #incidentAlerts: IncidentAlerts;

  constructor(deps: AlertsDeps, scope: CallScope) {
    this.writes = deps.alertWrites;
    this.dialect = alertDialects[deps.alertsDialect];
    this.clock = deps.clock;
    this.logger = deps.logger;
    this.#deps = deps;
    this.#scope = scope;
    this.#upstream = deps.upstreams.GRAPH_SECURITY;
    this.#loader = new DataLoader((ids) => this.#loadMany(ids));
    const { cache, clock } = deps;
    const { overlay } = this.writes;
    this.mirrored = { mirror: mirrorOf(deps), topic: 'alert', upstream: this.#upstream.name, scope };
    const parts = { upstream: this.#upstream, cache, clock, dialect: this.dialect, overlay, mirrored: this.mirrored };
    this.#list = new AlertList(parts, scope);
    this.#incidentAlerts = new IncidentAlerts(parts, scope);
  }

  /**
   * One alert, or null when the upstream does not know the id. Ids asked for together are one `$batch`.
   * @throws {UserInputError} when the text cannot be an id.
   */
  async byId(id: string): Promise<Alert | null> {
    toPathSegment(id);
    return this.#loader.load(id);
  }

  /** As {@link byId}; what is no id of Microsoft Graph but may be one of Cloud Apps is looked up as that. */
  async byAnyId(id: string): Promise<Alert | null> {
    const alert = await this.byId(id);
    const cloudId = alert === null ? toCloudAlertId(id) : undefined;
    return cloudId === undefined || toGraphAlertId(cloudId) === id ? alert : this.byId(toGraphAlertId(cloudId));
  }

  /**
   * Several alerts in the order of the ids; unknown ones are left out.
   * @throws {UserInputError} when there are more than 100 ids or one cannot be an id.
   */
  async alertsByIds(ids: readonly string[]): Promise<Alert[]> {
    if (ids.length > maxIdsPerRequest) {
      throw new UserInputError(`"ids" takes at most ${maxIdsPerRequest} ids; got ${ids.length}.`, { argument: 'ids' });
    }
    const found = await Promise.all([...new Set(ids)].map((id) => this.byId(id)));
    return found.filter((alert) => alert !== null);
  }

  /**
   * One page of alerts, ordered by time and then id.
   * @throws {UserInputError} when filter or cursor are not acceptable.
   */
  async list(request: AlertListRequest): Promise<Connection<Alert>> {
    const connection = await this.#list.page(request);
    for (const alert of connection.nodes) this.#loader.prime(alert.id, alert);
    return connection;
  }

  /**
   * Alerts that name an account of this user principal name in their user evidence, newest first.
   * @param created When they were created; absent: at any time.
   * @throws {UserInputError} when a time or the cursor is not acceptable.
   */
  ofUser(
    userPrincipalName: string,
    page: PageRequest,
    withTotal = false,
    created?: InstantFilter,
  ): Promise<Connection<Alert>> {
    return this.list({ filter: { userPrincipalName, createdDateTime: created ?? null }, page, withTotal });
  }

  /** Alerts of an incident, newest first. Their number, when it is wanted, needs the upstream, which answers them whole. */
  ofIncident(incidentId: string, page: PageRequest, withTotal = true): Promise<Connection<Alert>> {
    return this.#incidentAlerts.list(incidentId, page, withTotal);
  }

  /**
   * Counts of alerts over time, from the mirror alone.
   * @throws {UserInputError} when the question is malformed, too large, or reaches beyond the mirrored window.
   * @throws {UpstreamError} `UPSTREAM_UNAVAILABLE` while the mirror is not caught up.
   */
  stats(request: AlertStatsRequest): AlertStats {
    toOData(request.filter, this.dialect);
    return readAlertStats(this.mirrored, this.writes.overlay, request);
  }

  /** Reads past every cache; our own writes that the upstream does not show yet are in it. Null when it is unknown. */
  async freshById(id: string): Promise<Alert | null> {
    try {
      const answer = await this.#upstream.send(getCall(this.dialect, id), this.#scope);
      return this.writes.overlay.apply(answer.value);
    } catch (error) {
      if (error instanceof NotFoundError) return null;
      throw error;
    }
  }

  /**
   * Sends a PATCH in the words of the dialect.
   * @returns The alert as the answer has it, which may lag behind the write; null when the answer has none.
   * @throws {NotFoundError} when the upstream does not know the alert.
   */
  async patch(id: string, body: Readonly<Record<string, unknown>>): Promise<Alert | null> {
    return (await this.#upstream.send(patchCall(this.dialect, id, body), this.#scope)).value;
  }

  /**
   * Appends a comment; never repeated after an unclear outcome.
   * @returns All comments of the alert.
   * @throws {NotFoundError} when the upstream does not know the alert.
   */
  async postComment(id: string, comment: string): Promise<readonly AlertComment[]> {
    return (await this.#upstream.send(commentCall(this.dialect, id, comment), this.#scope)).value;
  }

  /** Makes an alert that we have just written what everybody reads from here on. */
  async remember(alert: Alert): Promise<void> {
    this.#loader.clear(alert.id).prime(alert.id, alert);
    const asOf = new Date(this.clock.now()).toISOString();
    const tags = tagsOf(alert);
    await this.#deps.cache.drop([alertTag(alert.id), alertsTag]);
    await this.#deps.cache.write<Alert>(alertPolicy, alert.id, this.#scope.accessScope, { value: alert, asOf, tags });
  }

  async #loadMany(ids: readonly string[]): Promise<(Alert | null | Error)[]> {
    const mirrored = recallMany(this.mirrored, ids);
    const rest = ids.filter((id) => !mirrored.has(id));
    const found = await this.#deps.cache.readMany<Alert>(alertPolicy, rest, this.#scope, (missing, scope) =>
      this.#fillMany(missing, scope),
    );
    const lastKnown = recallLastKnown({ ...this.mirrored, staleMs: alertPolicy.staleIfErrorMs }, found);
    return ids.map((id) => {
      const known = mirrored.get(id) ?? lastKnown.get(id);
      if (known !== undefined) return this.writes.overlay.apply(known);
      const cached = found.get(id);
      return cached instanceof Error ? cached : (cached?.value ?? null);
    });
  }

  async #fillMany(ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, Filled<Alert> | Error>> {
    const results = await sendAll(
      this.#upstream,
      ids.map((id) => getCall(this.dialect, id)),
      scope,
    );
    const filled = new Map<string, Filled<Alert> | Error>();
    ids.forEach((id, index) => {
      const result = results[index];
      if (result === undefined) filled.set(id, new Error('A batch brought fewer results than calls.'));
      else if (result.ok) filled.set(id, this.#toFilled(id, result.answer.value, result.answer.asOf));
      else if (!(result.error instanceof NotFoundError)) filled.set(id, result.error);
    });
    return filled;
  }

  #toFilled(id: string, alert: Alert, asOf: string): Filled<Alert> {
    return { value: this.writes.overlay.apply(alert), asOf, tags: [alertTag(id), ...tagsOf(alert)] };
  }
}

/** What the feed reads of the legacy dialect is best effort, which proves nothing. */
function mirrorOf({ alertsDialect, mirror = noMirror }: AlertsDeps): Mirror {
  return alertsDialect === 'v2' ? mirror : noMirror;
}

function tagsOf({ id, incidentId }: Alert): string[] {
  return [alertTag(id), ...(incidentId === null ? [] : [alertsOfIncidentTag(incidentId)])];
}

/** One call goes by itself: a batch of one would cost the same and hide the status. */
async function sendAll<T>(
  upstream: Upstream,
  calls: readonly UpstreamCall<T>[],
  scope: CallScope,
): Promise<BatchResult<T>[]> {
  const [only, ...others] = calls;
  if (only === undefined) return [];
  if (others.length > 0) return upstream.sendBatch(calls, scope);
  try {
    return [{ ok: true, answer: await upstream.send(only, scope) }];
  } catch (error) {
    return [{ ok: false, error: error instanceof Error ? error : new Error('The call failed.', { cause: error }) }];
  }
}
