import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadPortals, type PortalAnswer } from '../support/portalRun.js';
import { seeded } from '../support/storm.js';
import { UpstreamCost } from '../support/upstreamCost.js';
import { startVirtualTenant, type VirtualTenant } from '../support/virtualTenant.js';

const minuteMs = 60_000;
const loadMs = 10 * minuteMs;

describe('fifty people at portals for ten minutes, each clicking every half minute, over a mirror that has caught up', () => {
  let tenant: VirtualTenant;
  let answers: PortalAnswer[];
  /** Everything that was called in the ten minutes. */
  let cost: UpstreamCost;
  /** What was called for somebody, right away; neither polls nor refreshes behind an answer. */
  let costOfReads: UpstreamCost;

  beforeAll(async () => {
    const random = seeded(5);
    const latencyMs = () => 50 + Math.floor(random() * 200);
    const emulator = { seed: 5, users: 300, alerts: 3_000 };
    tenant = await startVirtualTenant({ emulator, random, latencyMs, withFeeds: true });
    const { clock, operations } = tenant;
    await clock.runUntil(clock.now() + loadMs);
    const span = { from: clock.now(), to: clock.now() + loadMs };
    void raiseAlerts(tenant, span.to);
    answers = await loadPortals(tenant, { users: 50, durationMs: loadMs, thinkMs: 30_000, random });
    cost = await UpstreamCost.read(tenant, span);
    costOfReads = cost.only(({ clientRequestId = '' }) => operations.has(clientRequestId));
  }, 180_000);
  afterAll(() => tenant.stop());

  it('is answered without an error and within the deadline, whatever is done', () => {
    expect(answers.length).toBeGreaterThan(900);
    expect(new Set(answers.map(({ name }) => name)).size).toBe(11);
    expect(answers.filter(({ errors }) => errors.length > 0)).toEqual([]);
    expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(30_000);
    expect(cost.refused).toEqual([]);
  });

  it('takes less than 10 % of the budget of alerts, incidents and scores, polls included', () => {
    expect(cost.of('security').share).toBeLessThan(0.1);
    expect(costOfReads.of('security').share).toBeLessThan(0.05);
  });

  it('takes less than 10 % of the budget of Identity Protection, polls included, and none of it for reads', () => {
    expect(cost.of('identity').share).toBeLessThan(0.1);
    expect(costOfReads.of('identity').units).toBe(0);
  });

  it('takes less than 10 % of the budget of the directory, and none of it for reads', () => {
    expect(cost.of('directory').share).toBeLessThan(0.1);
    expect(costOfReads.of('directory').units).toBe(0);
  });

  it('takes less than 50 % of the budget of Cloud Apps, of which nothing is mirrored', () => {
    expect(cost.of('mcas').units).toBeGreaterThan(0);
    expect(cost.of('mcas').share).toBeLessThan(0.5);
  });

  it('costs Microsoft Graph nothing but incidents with their alerts and what is written', () => {
    const calling = answers.filter(({ upstreamCalls }) => Object.keys(upstreamCalls).some((name) => name !== 'MCAS'));
    expect([...new Set(calling.map(({ name }) => name))].sort()).toEqual(['one incident', 'taking an alert up']);
  });
});

/** Two new alerts a minute, which name people anew. */
async function raiseAlerts({ clock, control }: VirtualTenant, until: number): Promise<void> {
  for (await clock.sleep(minuteMs / 2); clock.now() < until; await clock.sleep(minuteMs / 2)) {
    await control('POST', '/_control/alerts', { count: 1 });
  }
}
