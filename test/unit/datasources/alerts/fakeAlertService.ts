import { buildLegacyAlerts } from '../../../../emulator/graph/resources/legacyAlerts.js';
import { buildAlerts } from '../../../../emulator/graph/resources/securityResources.js';
import { compileFilter } from '../../../../emulator/odata/compileFilter.js';
import { parseFilter } from '../../../../emulator/odata/parseFilter.js';
import { createCache } from '../../../../src/cache/createCache.js';
import type { Changes } from '../../../../src/changes/contract.js';
import { AlertsDataSource, type AlertsDeps } from '../../../../src/datasources/alerts/AlertsDataSource.js';
import { AlertMutations } from '../../../../src/datasources/alerts/mutations/AlertMutations.js';
import { createAlertWrites } from '../../../../src/datasources/alerts/mutations/createAlertWrites.js';
import type { IdempotencyStore } from '../../../../src/datasources/mutations/IdempotencyStore.js';
import { silentLogger } from '../../../../src/observability/logger.js';
import type { Alert } from '../../../../src/schema/types/alert.type.js';
import { compareInstants } from '../../../../src/time/instant.js';
import type { Upstreams } from '../../../../src/upstream/contract.js';
import { createManualClock } from '../../cache/manualClock.js';
import { buildScope, FakeUpstream, type SeenCall, type Service } from '../support/fakeUpstream.js';

export type Row = Record<string, unknown> & { id: string };

const switches = { alertsEvidenceFilter: true } as never;
const models = { v2: buildAlerts(switches).filter, legacy: buildLegacyAlerts(switches).filter };

/** Evaluates a filter as the emulated tenant does; refuses what the service refuses. */
export function evaluate(dialect: 'v2' | 'legacy', filter: string | undefined, row: unknown): boolean {
  return filter === undefined || compileFilter(parseFilter(filter), models[dialect])(row);
}

export function alertRow(id: string, members: Record<string, unknown> = {}): Row {
  return {
    id,
    status: 'new',
    severity: 'low',
    serviceSource: 'microsoftDefenderForEndpoint',
    assignedTo: null,
    classification: null,
    determination: null,
    createdDateTime: '2026-11-20T10:00:00.0000000Z',
    lastUpdateDateTime: '2026-11-20T10:00:00.0000000Z',
    title: `Alert ${id}`,
    comments: [],
    evidence: [],
    ...members,
  };
}

export interface AlertServiceOptions {
  readonly dialect?: 'v2' | 'legacy';
  /** Whether pages carry a next link; tenants have been seen without. */
  readonly linksNext?: boolean;
  /** Default: in memory. */
  readonly idempotency?: IdempotencyStore;
}

/** A service of alerts that keeps to the upstream's limits, without its delays. */
export class AlertService {
  /** Called before each call is served; may throw. */
  before: (call: SeenCall) => void = () => undefined;
  /** Called after a write was carried out; may throw, as when the answer is lost. */
  afterWrite: (call: SeenCall) => void = () => undefined;
  /** What a PATCH answers; the alert unless told otherwise. */
  patchAnswer: (row: Row) => unknown = (row) => row;
  #writes = 0;

  constructor(
    readonly rows: Map<string, Row>,
    private readonly options: AlertServiceOptions = {},
  ) {}

  readonly serve: Service = (call) => {
    this.before(call);
    const segments = call.path.split('/').slice(3).map(decodeURIComponent);
    if (segments[0] === 'incidents')
      return { value: [...this.rows.values()].filter((row) => row.incidentId === segments[1]) };
    const id = segments[1];
    if (id === undefined) return this.#list(call);
    const row = this.rows.get(id);
    if (row === undefined) return undefined;
    if (call.method === 'PATCH') return this.#patch(row, call);
    if (call.method === 'POST') return this.#comment(row, call);
    return row;
  };

  /** The instant of the next write: later than all before it. */
  nextUpdate(): string {
    this.#writes += 1;
    return `2026-11-21T08:00:00.${String(this.#writes).padStart(7, '0')}Z`;
  }

  #list(call: SeenCall): object {
    const { $filter, $orderby = 'createdDateTime desc', $top = '50', $skip = '0', $count } = call.query;
    if (Number($skip) > 500) throw new Error(`$skip=${$skip} cannot exceed 500`);
    const [property = '', direction] = $orderby.split(' ');
    const sign = direction === 'asc' ? 1 : -1;
    const matching = [...this.rows.values()]
      .filter((row) => evaluate(this.options.dialect ?? 'v2', $filter, row))
      .sort((a, b) => sign * compareInstants(String(a[property]), String(b[property])));
    const end = Number($skip) + Math.min(Number($top), 1_000);
    const hasLink = this.options.linksNext === true && end < matching.length;
    return {
      value: matching.slice(Number($skip), end),
      ...($count === 'true' ? { '@odata.count': matching.length } : {}),
      ...(hasLink
        ? {
            '@odata.nextLink': `https://graph.microsoft.com${call.path}?${new URLSearchParams({ ...call.query, $skip: String(end) })}`,
          }
        : {}),
    };
  }

  #patch(row: Row, call: SeenCall): unknown {
    const { vendorInformation: _, ...change } = call.body as Record<string, unknown>;
    const stamp = this.options.dialect === 'legacy' ? 'lastModifiedDateTime' : 'lastUpdateDateTime';
    const written = { ...row, ...change, [stamp]: this.nextUpdate() };
    this.rows.set(row.id, written);
    this.afterWrite(call);
    return this.patchAnswer(written);
  }

  #comment(row: Row, call: SeenCall): unknown {
    const at = this.nextUpdate();
    const comment = { comment: call.body.comment, createdByDisplayName: 'Gateway', createdDateTime: at };
    const comments = [...(row.comments as unknown[]), comment];
    this.rows.set(row.id, { ...row, comments, lastUpdateDateTime: at });
    this.afterWrite(call);
    return { value: comments };
  }
}

export function setUpAlerts(rows: readonly Row[], options: AlertServiceOptions = {}) {
  const service = new AlertService(new Map(rows.map((row) => [row.id, row])), options);
  const upstream = new FakeUpstream('GRAPH_SECURITY', service.serve);
  const clock = createManualClock();
  const recorded: Alert[] = [];
  const changes = {
    record: async (_topic: string, alert: Alert) => `c${recorded.push(alert)}`,
  } as unknown as Changes;
  const deps: AlertsDeps = {
    upstreams: { GRAPH_SECURITY: upstream } as unknown as Upstreams,
    cache: createCache({ clock, logger: silentLogger, random: () => 0 }),
    clock,
    logger: silentLogger,
    alertsDialect: options.dialect ?? 'v2',
    alertWrites: createAlertWrites({ clock, ...(options.idempotency && { idempotency: options.idempotency }) }),
  };
  const open = () => new AlertsDataSource(deps, buildScope());
  const mutate = (principal = 'tenant alice') => new AlertMutations({ alerts: open(), changes, principal });
  return { service, upstream, clock, recorded, open, mutate };
}
