import { describe, expect, it } from '@jest/globals';
import { createChanges } from '../../../emulator/changes.js';
import { createClock } from '../../../emulator/clock.js';
import type { EmulatorContext, TenantChange } from '../../../emulator/context.js';
import { buildEmptyTenant } from '../../../emulator/tenant/emptyTenant.js';
import { startLife } from '../../../emulator/tenant/life.js';
import { createTenant, type Tenant } from '../../../emulator/tenant/Tenant.js';

const now = new Date('2026-11-21T12:00:00Z');

/** Lets `steps` events happen, 4 seconds of the emulator's clock apart. */
function live(tenant: Tenant, steps: number): { changes: TenantChange[]; startedAt: string; stopped: boolean } {
  const clock = createClock();
  clock.freeze(true);
  clock.set(now.getTime());
  const bus = createChanges();
  const changes: TenantChange[] = [];
  bus.listen((change) => changes.push(change));
  let stopped = false;
  let step = () => {};
  const life = startLife({ tenant, clock, changes: bus } as unknown as EmulatorContext, {
    every: (next) => {
      step = next;
      return () => {
        stopped = true;
      };
    },
  });
  const startedAt = clock.timestamp();
  for (let count = 0; count < steps; count += 1) {
    clock.advance(4000);
    step();
  }
  life.stop();
  return { changes, startedAt, stopped };
}

describe('a living tenant', () => {
  it('raises alerts and works on them, with times of the emulator’s clock', () => {
    const tenant = createTenant({ now, alerts: 100, users: 30 });
    const { changes, startedAt, stopped } = live(tenant, 60);
    const alertChanges = changes.filter((change) => change.collection === 'alerts');
    expect(alertChanges.filter((change) => change.changeType === 'created').length).toBeGreaterThan(10);
    expect(alertChanges.filter((change) => change.changeType === 'updated').length).toBeGreaterThan(10);
    for (const { id } of alertChanges) {
      expect(String(tenant.alerts.get(id)?.lastUpdateDateTime) > startedAt).toBe(true);
    }
    expect(stopped).toBe(true);
  });

  it('sees risk and everyday activity, and risky users follow', () => {
    const tenant = createTenant({ now, alerts: 100, users: 30 });
    const before = { risk: tenant.riskDetections.size, activities: tenant.activities.size };
    const { changes } = live(tenant, 60);
    expect(tenant.riskDetections.size).toBeGreaterThan(before.risk);
    expect(tenant.activities.size).toBeGreaterThan(before.activities);
    const detected = changes.find((change) => change.collection === 'riskDetections');
    const userId = String(tenant.riskDetections.get(String(detected?.id))?.userId);
    expect(tenant.riskyUsers.has(userId)).toBe(true);
    expect(tenant.riskyUserHistory.get(userId)?.[0]?.userId).toBe(userId);
  });

  it('goes on in a tenant that was empty', () => {
    const tenant = buildEmptyTenant('t');
    live(tenant, 20);
    expect(tenant.alerts.size).toBeGreaterThan(0);
  });
});
