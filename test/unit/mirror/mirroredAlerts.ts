import { createCache } from '../../../src/cache/createCache.js';
import { AlertsDataSource } from '../../../src/datasources/alerts/AlertsDataSource.js';
import { createAlertWrites } from '../../../src/datasources/alerts/mutations/createAlertWrites.js';
import type { Mirror } from '../../../src/mirror/contract.js';
import { silentLogger } from '../../../src/observability/logger.js';
import { compareInstants } from '../../../src/time/instant.js';
import type { CallScope, Upstreams } from '../../../src/upstream/contract.js';
import { createManualClock } from '../cache/manualClock.js';
import { AlertService, type Row } from '../datasources/alerts/fakeAlertService.js';
import { buildScope, FakeUpstream } from '../datasources/support/fakeUpstream.js';
import { now, setUpMirror, ticks, toAlert } from './support.js';

/** Where the mirrored window begins. */
export const windowStart = '2026-10-25T00:00:00.0000000Z';

/** Alerts through our datasource, over a service of the upstream's limits. */
export function openAlerts(rows: readonly Row[], mirror?: Mirror) {
  const service = new AlertService(new Map(rows.map((row) => [row.id, row])));
  const upstream = new FakeUpstream('GRAPH_SECURITY', service.serve);
  const clock = createManualClock(Date.parse(now));
  const hits = { mirror: 0 };
  const alertWrites = createAlertWrites({ clock });
  const deps = {
    upstreams: { GRAPH_SECURITY: upstream } as unknown as Upstreams,
    cache: createCache({ clock, logger: silentLogger, random: () => 0 }),
    clock,
    logger: silentLogger,
    alertsDialect: 'v2' as const,
    alertWrites,
    ...(mirror === undefined ? {} : { mirror }),
  };
  const open = (reading?: CallScope['reading']) => {
    const scope = buildScope();
    const meter = { ...scope.meter, mirrorHit: () => void (hits.mirror += 1) };
    return new AlertsDataSource(deps, { ...scope, meter, ...(reading === undefined ? {} : { reading }) });
  };
  return { service, upstream, open, hits, alertWrites };
}

/** The same with a mirror of everything that was updated since the window began. */
export async function openMirrored(rows: readonly Row[]) {
  const mirrored = await setUpMirror();
  const recent = rows.filter((row) => compareInstants(String(row.lastUpdateDateTime), windowStart) >= 0);
  const asOf = await mirrored.firstFill(recent.map(toAlert), { coveredFrom: ticks(windowStart) });
  return { ...mirrored, ...openAlerts(rows, mirrored.mirror), asOf };
}
