import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Fault, type FaultyTenant, startFaultyTenant } from '../support/faultyTenant.js';

const query = `{ alerts(first: 50) { nodes { id users { id
  riskEvents(first: 1) { nodes { id } } mcasActivities(first: 1) { nodes { id } } } } } }`;

let tenant: FaultyTenant;

beforeAll(async () => {
  tenant = await startFaultyTenant({ emulator: { switches: { limits: false }, tenant: { usersInNewestAlerts: 50 } } });
}, 60_000);
afterAll(() => tenant.stop());

const down = (upstream: string, kind: object): Fault => ({ upstream, kind: 'status', seconds: 3600, ...kind });

describe('fifty users whose joins fail', () => {
  it('answer every user, and spell out 20 errors of each cause, the last with how many more there are', async () => {
    const answer = await tenant.askUnder(
      [down('identity', { status: 500 }), down('mcas', { kind: 'forbidden' })],
      query,
    );
    const users = answer.data?.alerts.nodes.flatMap((alert: any) => alert.users);
    expect(users.length).toBeGreaterThanOrEqual(50);
    expect(users.filter((user: any) => user.riskEvents !== null || user.mcasActivities !== null)).toEqual([]);
    expect(answer.errors).toHaveLength(40);
    for (const [upstream, code] of [
      ['GRAPH_IDENTITY_PROTECTION', 'UPSTREAM_UNAVAILABLE'],
      ['MCAS', 'UPSTREAM_FORBIDDEN'],
    ]) {
      const errors = answer.errors?.filter(({ extensions }) => extensions?.upstream === upstream) ?? [];
      expect(errors.map(({ extensions }) => extensions?.code)).toEqual(Array(20).fill(code));
      expect(new Set(errors.map(({ path }) => path?.join())).size).toBe(20);
      expect(errors.map(({ extensions }) => extensions?.suppressed)).toEqual([
        ...Array(19).fill(undefined),
        users.length - 20,
      ]);
    }
  });

  it('cost no more calls than one failing chunk each, tried four times', async () => {
    const answer = await tenant.askUnder([down('identity', { status: 503 })], query);
    const calls = (await tenant.stack.callsOf(answer)).filter(({ area }) => area === 'identity');
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.length).toBeLessThanOrEqual(8 * 4);
  });

  it('come back whole afterwards', async () => {
    const answer = await tenant.askAfresh(query);
    expect(answer.errors).toBeUndefined();
    expect(
      answer.data?.alerts.nodes.flatMap((alert: any) => alert.users).every((user: any) => user.riskEvents !== null),
    ).toBe(true);
  });
});
