import { createCache } from '../../../../src/cache/createCache.js';
import { createRiskyUserWrites } from '../../../../src/datasources/identity/actions/createRiskyUserWrites.js';
import { IdentityDataSource } from '../../../../src/datasources/identity/IdentityDataSource.js';
import { silentLogger } from '../../../../src/observability/logger.js';
import type { Upstreams } from '../../../../src/upstream/contract.js';
import { createManualClock } from '../../cache/manualClock.js';
import { asOf, buildScope, collection, FakeUpstream, guid, type Service, satisfies } from '../support/fakeUpstream.js';

export interface DetectionRow {
  readonly id: string;
  readonly userId: string;
  readonly userPrincipalName?: string;
  readonly riskEventType?: string;
  readonly riskLevel?: string;
  readonly riskState?: string;
  readonly activityDateTime: string;
  readonly detectedDateTime: string;
  readonly additionalInfo?: unknown;
}

export interface RiskyRow {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly riskLevel: string;
  readonly riskState?: string;
  readonly riskLastUpdatedDateTime: string;
}

const nowMs = Date.parse(asOf);

/** A detection `minutes` before the service's present. */
export function detection(n: number, user: number, minutes: number, more: Partial<DetectionRow> = {}): DetectionRow {
  const time = new Date(nowMs - minutes * 60_000).toISOString();
  return {
    id: `d${n}`,
    userId: guid(user),
    riskEventType: 'generic',
    activityDateTime: time,
    detectedDateTime: time,
    ...more,
  };
}

export function riskyUser(user: number, more: Partial<RiskyRow> = {}): RiskyRow {
  return {
    id: guid(user),
    userPrincipalName: `user${user}@contoso.com`,
    riskLevel: 'high',
    riskLastUpdatedDateTime: new Date(nowMs - user * 60_000).toISOString(),
    ...more,
  };
}

export interface Tenant {
  readonly detections?: readonly DetectionRow[];
  readonly risky?: readonly RiskyRow[];
  readonly history?: readonly object[];
  /** Rows per page although more were asked for. */
  readonly pageSize?: number;
}

/** Identity Protection as it answers: largest page 500, rows as they lie, 404 for the unknown. */
export function identity(tenant: Tenant): Service {
  const detections = tenant.detections ?? [];
  const risky = tenant.risky ?? [];
  return (call) => {
    const [, , , set, id, child] = call.path.split('/').map(decodeURIComponent);
    if (Number(call.query.$top ?? 0) > 500) throw new Error('page size over 500');
    const rows: readonly { id: string }[] = set === 'riskDetections' ? detections : risky;
    if (child === 'history') return risky.some((row) => row.id === id) ? { value: tenant.history ?? [] } : undefined;
    if (id !== undefined) return rows.find((row) => row.id === id);
    const found = rows.filter((row) => satisfies(row, call.query.$filter));
    const top = String(Math.min(Number(call.query.$top ?? 20), tenant.pageSize ?? 500));
    return collection(found, { ...call, query: { ...call.query, $top: top } }, 20);
  };
}

export function setUpIdentity(service: Service) {
  const upstream = new FakeUpstream('GRAPH_IDENTITY_PROTECTION', service);
  const clock = createManualClock();
  const cache = createCache({ clock, logger: silentLogger, random: () => 0 });
  const upstreams = { GRAPH_IDENTITY_PROTECTION: upstream } as unknown as Upstreams;
  const riskyUserWrites = createRiskyUserWrites({ clock });
  const open = (scope = buildScope()) => new IdentityDataSource({ upstreams, cache, clock, riskyUserWrites }, scope);
  return { upstream, clock, cache, open };
}

export function callsTo(upstream: FakeUpstream, word: 'riskDetections' | 'riskyUsers'): number {
  return upstream.calls.filter((call) => call.path.includes(word)).length;
}
