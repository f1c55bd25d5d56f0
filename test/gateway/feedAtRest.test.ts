import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seeded } from '../support/storm.js';
import { UpstreamCost } from '../support/upstreamCost.js';
import { startVirtualTenant, type VirtualTenant } from '../support/virtualTenant.js';

const minuteMs = 60_000;

describe.each([
  ['a small tenant', { seed: 3, users: 60, alerts: 300 }],
  ['a tenant of 10,000 alerts', { seed: 4, users: 600, alerts: 10_000 }],
])('an hour in which nobody asks and nothing changes, in %s', (_name, emulator) => {
  let tenant: VirtualTenant;
  let cost: UpstreamCost;

  beforeAll(async () => {
    const random = seeded(emulator.seed);
    const latencyMs = () => 50 + Math.floor(random() * 200);
    tenant = await startVirtualTenant({ emulator, random, latencyMs, withFeeds: true });
    const { clock } = tenant;
    await clock.runUntil(clock.now() + 90 * minuteMs);
    const span = { from: clock.now(), to: clock.now() + 60 * minuteMs };
    await clock.runUntil(span.to);
    cost = await UpstreamCost.read(tenant, span);
  }, 180_000);
  afterAll(() => tenant.stop());

  it('takes less than 6 % of the budget of alerts, incidents and scores, reading again included', () => {
    const { units, share } = cost.of('security');
    // Two sweeps every 15 seconds; an answer under way makes the interval a little longer.
    expect(units).toBeGreaterThan(460);
    expect(share).toBeLessThan(0.06);
    expect(cost.only(({ path }) => path.includes('secureScore')).of('security').units).toBeLessThanOrEqual(4);
  });

  it('takes less than 5 % of the budget of Identity Protection', () => {
    const { units, share } = cost.of('identity');
    expect(units).toBeGreaterThan(120);
    expect(share).toBeLessThan(0.05);
  });

  it('takes less than 1 % of the budget of the directory for whom the mirrored rows name', () => {
    expect(cost.of('directory').units).toBeGreaterThan(0);
    expect(cost.of('directory').share).toBeLessThan(0.01);
  });

  it('takes nothing of Cloud Apps, and is refused nowhere', () => {
    expect(cost.of('mcas').units).toBe(0);
    expect(cost.refused).toEqual([]);
  });

  it('leaves a mirror that has caught up', async () => {
    const lists = ['alerts', 'incidents', 'riskEvents', 'riskyUsers', 'secureScores'];
    const query = `{ ${lists.map((list) => `${list}(first: 1) { info { source } }`).join(' ')} }`;
    const { data } = await tenant.ask(query, {}, 'analyst');
    for (const list of lists) expect(data[list].info.source).toBe('MIRROR');
  });
});
