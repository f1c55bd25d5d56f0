import DataLoader from 'dataloader';
import type { Filled } from '../../../cache/contract.js';
import type { MCASAlertFilter } from '../../../schema/inputs/mcasAlertFilter.input.js';
import type { Connection } from '../../../schema/types/connection.js';
import type { MCASActivity } from '../../../schema/types/mcasActivity.type.js';
import type { MCASAlert } from '../../../schema/types/mcasAlert.type.js';
import { type CallScope, NotFoundError } from '../../../upstream/contract.js';
import { alertKey } from '../../alerts/alertKeys.js';
import type { PageRequest } from '../../paging/pageArgs.js';
import { AlertActivities } from '../AlertActivities.js';
import type { McasDeps } from '../McasDeps.js';
import { type McasFilters, maxFilterValues } from '../operators.js';
import { readAllRows } from '../readAllRows.js';
import { TimeList } from '../TimeList.js';
import { toCloudAlertId } from './alertId.js';
import { type CloseOrder, closeAlertsCall, getAlertCall, listAlertsCall, markAlertCall } from './calls.js';
import { compileAlertFilter } from './filter.js';
import { toMcasAlert } from './map.js';
import { alertListPolicy, alertPolicy, alertsTag, alertTag, tagsOfWrittenAlerts } from './policies.js';
import type { AlertWire, CloseAnswer } from './wire.js';

export interface McasAlertListRequest {
  readonly filter?: MCASAlertFilter | null;
  readonly page: PageRequest;
  readonly withTotal: boolean;
}

/**
 * Alerts of Microsoft Defender for Cloud Apps, for one operation. One id is one call, up to 100 together are one call too.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-alerts
 */
export class McasAlertsDataSource {
  readonly #deps: McasDeps;
  readonly #scope: CallScope;
  readonly #loader: DataLoader<string, MCASAlert | null>;
  readonly #lists: TimeList<AlertWire, MCASAlert>;
  readonly #activities: AlertActivities;

  constructor(deps: McasDeps, scope: CallScope) {
    this.#deps = deps;
    this.#scope = scope;
    this.#loader = new DataLoader(async (ids) => this.#loadMany(ids), { maxBatchSize: maxFilterValues });
    this.#activities = new AlertActivities(deps, scope);
    this.#lists = new TimeList(deps, scope, {
      policy: alertListPolicy,
      call: listAlertsCall,
      map: toMcasAlert,
      timeOf: (alert) => alert.timestamp,
      idOf: (alert) => alert.id,
      tagsOf: (alerts) => [alertsTag, ...alerts.map(({ id }) => alertTag(id))],
    });
  }

  /**
   * One alert, or null when the upstream does not know it. Takes Cloud Apps' own id and the `ca…` id of Microsoft Graph;
   * what can be neither is nobody's id and costs no call.
   */
  async byId(id: string): Promise<MCASAlert | null> {
    const own = toCloudAlertId(id);
    return own === undefined ? null : this.#loader.load(own);
  }

  /**
   * One page of alerts, newest first.
   * @throws {UserInputError} when filter or cursor are not acceptable.
   */
  async list(request: McasAlertListRequest): Promise<Connection<MCASAlert>> {
    return this.#lists.page({ ...request, filter: compileAlertFilter(request.filter) });
  }

  /**
   * One page of the activities that the alert names in `audits`, newest first; alerts asked for together share calls.
   * @throws {UserInputError} when the cursor is not acceptable.
   */
  async activitiesOf(alert: MCASAlert, page: PageRequest): Promise<Connection<MCASActivity>> {
    return this.#activities.page(alert.id, alert.audits, page);
  }

  /** The alerts as the upstream has them now, by id; those that it does not know are missing. At most 100 ids. */
  async freshByIds(ids: readonly string[]): Promise<ReadonlyMap<string, MCASAlert>> {
    if (ids.length === 0) return new Map();
    const { rows } = await readAllRows(this.#deps, this.#scope, (skip) => listAlertsCall(withIds(ids), {}, skip));
    return byOwnId(rows.map(toMcasAlert));
  }

  /** Closes with one call. @throws {UpstreamError} {@link outcomeIsUnknown} tells whether it may have worked. */
  async close(order: CloseOrder): Promise<CloseAnswer> {
    return (await this.#deps.upstream.send(closeAlertsCall(order), this.#scope)).value;
  }

  /** @throws {NotFoundError} when there is no such alert. @throws {UpstreamError} as {@link close}. */
  async mark(id: string, read: boolean): Promise<void> {
    await this.#deps.upstream.send(markAlertCall(id, read), this.#scope);
  }

  /** Makes everybody read the written alerts anew, this operation included. */
  async forget(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#loader.clear(id);
    for (const id of ids) this.#deps.mirror?.doubt('alert', alertKey('cloud', id));
    await this.#deps.cache.drop(tagsOfWrittenAlerts(ids));
  }

  async #loadMany(ids: readonly string[]): Promise<(MCASAlert | null | Error)[]> {
    const found = await this.#deps.cache.readMany<MCASAlert>(alertPolicy, ids, this.#scope, (missing, scope) =>
      missing.length === 1 ? this.#fillOne(missing[0] as string, scope) : this.#fillMany(missing, scope),
    );
    return ids.map((id) => {
      const cached = found.get(id);
      return cached instanceof Error ? cached : (cached?.value ?? null);
    });
  }

  async #fillOne(id: string, scope: CallScope): Promise<ReadonlyMap<string, Filled<MCASAlert> | Error>> {
    this.#deps.allowance.take(scope);
    try {
      const { value, asOf } = await this.#deps.upstream.send(getAlertCall(id), scope);
      return new Map([[id, { value: toMcasAlert(value), asOf, tags: [alertTag(id)] }]]);
    } catch (error) {
      if (error instanceof NotFoundError) return new Map();
      throw error;
    }
  }

  async #fillMany(ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, Filled<MCASAlert> | Error>> {
    const { rows, asOf } = await readAllRows(this.#deps, scope, (skip) => listAlertsCall(withIds(ids), {}, skip));
    const found = [...byOwnId(rows.map(toMcasAlert))];
    return new Map(found.map(([id, value]) => [id, { value, asOf, tags: [alertTag(id)] }]));
  }
}

function withIds(ids: readonly string[]): McasFilters {
  return { id: { eq: ids } };
}

function byOwnId(alerts: readonly MCASAlert[]): ReadonlyMap<string, MCASAlert> {
  return new Map(alerts.map((alert) => [toCloudAlertId(alert.id) ?? alert.id, alert]));
}
