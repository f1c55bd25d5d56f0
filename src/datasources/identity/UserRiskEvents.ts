import DataLoader from 'dataloader';
import type { Cache, Cached, Filled } from '../../cache/contract.js';
import { isOutage } from '../../cache/outage.js';
import type { Connection } from '../../schema/types/connection.js';
import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import type { Clock } from '../../time/clock.js';
import type { CallScope, Upstream } from '../../upstream/contract.js';
import { crowdOf } from '../crowd/crowdOf.js';
import { maxValuesPerFilter } from '../odata/filterText.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { toRowsInfo } from '../paging/rowsInfo.js';
import type { ListedRows } from './MirroredRisk.js';
import { NewestFirst } from './newestFirst.js';
import { tenantRiskEventsPolicy, userRiskEventsPolicy } from './policies.js';
import type { RiskEventList } from './RiskEventList.js';
import { buildRiskEventsCrowd, type RiskEventsRead } from './riskEventsCrowd.js';
import { TenantRows } from './TenantRows.js';
import { truncationWarning } from './truncation.js';

/** Upstream pages of 500 rows that one filter of up to 15 users may cost. */
const maxPagesPerFilter = 4;

interface StoredUserEvents {
  readonly events: readonly RiskEvent[];
  readonly whole: boolean;
}

const byActivity = new NewestFirst<RiskEvent>((event) => event.activityDateTime);

/**
 * Risk events joined to users. Users wanted at the same time, by whatever operation, share calls. When the whole tenant
 * is known to take fewer, it is read instead.
 */
export class UserRiskEvents {
  readonly #loader: DataLoader<string, ListedRows<RiskEvent>>;
  readonly #rows: TenantRows<RiskEvent>;
  /** The upstream's own spelling of the ids, which are otherwise compared in lower case. */
  readonly #spelling = new Map<string, string>();

  constructor(
    readonly upstream: Upstream,
    private readonly cache: Cache,
    readonly clock: Clock,
    private readonly scope: CallScope,
    private readonly tenant: RiskEventList,
  ) {
    this.#rows = new TenantRows(cache, tenantRiskEventsPolicy, ['riskEvents']);
    this.#loader = new DataLoader((ids) => this.#load(ids), { batchScheduleFn: (dispatch) => setImmediate(dispatch) });
  }

  of(userId: string): Promise<ListedRows<RiskEvent>> {
    const key = userId.toLowerCase();
    this.#spelling.set(key, userId);
    return this.#loader.load(key);
  }

  /** @param key Of the list, which the page's cursor belongs to. */
  async pageOf(userId: string, page: PageRequest, key: string): Promise<Connection<RiskEvent>> {
    const { rows, info } = await this.of(userId);
    return byActivity.page(rows, page, { key, totalCount: info.truncated ? null : rows.length, info });
  }

  async #load(ids: readonly string[]): Promise<(ListedRows<RiskEvent> | Error)[]> {
    const found = await this.cache.readMany<StoredUserEvents>(userRiskEventsPolicy, ids, this.scope, (missing, scope) =>
      this.#fill(missing, scope),
    );
    const truncation = truncationWarning(
      this.upstream.name,
      `risk events of busy users beyond ${maxPagesPerFilter} pages of 500 rows`,
    );
    const answers = await Promise.all(
      ids.map(async (id) => {
        const cached = await this.#orStandIn(id, found.get(id));
        if (cached === undefined || cached instanceof Error) return cached ?? new Error('The cache left out a user.');
        const warnings = cached.value?.whole === false ? [truncation] : [];
        return { rows: cached.value?.events ?? [], info: toRowsInfo(cached, warnings) };
      }),
    );
    if (answers.some((answer) => !(answer instanceof Error) && answer.info.truncated))
      this.scope.meter.warning(truncation);
    return answers;
  }

  /** Somebody who could not be asked for is answered from what was last known of the tenant, if anything was. */
  async #orStandIn(
    id: string,
    found: Cached<StoredUserEvents> | Error | undefined,
  ): Promise<Cached<StoredUserEvents> | Error | undefined> {
    if (!(found instanceof Error) || !isOutage(found)) return found;
    try {
      const tenant = await this.#rows.standIn(found, this.scope);
      const { value } = toFilled(id, { rows: tenant.value ?? [], whole: true, asOf: tenant.asOf });
      return { ...tenant, value };
    } catch {
      return found;
    }
  }

  async #fill(
    ids: readonly string[],
    scope: CallScope,
  ): Promise<ReadonlyMap<string, Filled<StoredUserEvents> | Error>> {
    const filters = Math.ceil(ids.length / maxValuesPerFilter);
    const tenant = filters > 1 ? await this.tenant.wholeTenantBelow(filters, scope) : undefined;
    if (tenant?.value) {
      const { rows, whole } = tenant.value;
      return new Map(ids.map((id) => [id, toFilled(id, { rows, whole, asOf: tenant.asOf })]));
    }
    const recent = await this.#rows.recent(scope);
    if (recent !== undefined) return new Map(ids.map((id) => [id, toFilled(id, recent)]));
    const { upstream, clock } = this;
    const rows = this.#rows;
    const crowd = crowdOf(this, 'riskEvents.ofUser', scope.accessScope, () =>
      buildRiskEventsCrowd({ upstream, clock, rows }, maxPagesPerFilter),
    );
    const wants = ids.map((id) => ({ key: id, userId: this.#spelling.get(id) ?? id }));
    const found = await crowd.read(wants, scope);
    return new Map([...found].map(([id, read]) => [id, read instanceof Error ? read : toFilled(id, read)]));
  }
}

/** The rows that are of this user. */
function toFilled(
  id: string,
  { rows, whole, asOf }: Pick<RiskEventsRead, 'rows' | 'whole' | 'asOf'>,
): Filled<StoredUserEvents> {
  const events = rows.filter((event) => event.userId?.toLowerCase() === id);
  return { value: { events: byActivity.sort(events), whole }, asOf, tags: ['riskEvents', `riskEvents:user:${id}`] };
}
