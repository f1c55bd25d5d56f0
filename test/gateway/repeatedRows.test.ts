import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FaultyTenant, startFaultyTenant } from '../support/faultyTenant.js';
import { type JoinedTenant, writeJoinedTenant } from '../support/joinedTenant.js';
import { seeded } from '../support/storm.js';

const repeated = { kind: 'duplicateRows', seconds: 3600 };
const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

describe('rows that an upstream repeats within a page', () => {
  let tenant: FaultyTenant;
  beforeAll(async () => {
    tenant = await startFaultyTenant();
  }, 60_000);
  afterAll(() => tenant.stop());

  it.each([
    ['alerts', 'alerts(first: 30) { totalCount nodes { id } }'],
    ['incidents', 'incidents(first: 60) { totalCount nodes { id } }'],
    ['scores', 'secureScores(first: 100) { totalCount nodes { id } }'],
    ['scores', 'secureScoreControlProfiles { id }'],
    ['directory', 'users(first: 20) { nodes { id } }'],
    ['directory', 'devices(first: 1000) { nodes { id } }'],
    ['identity', 'riskEvents(first: 30) { totalCount nodes { id } }'],
    ['identity', 'riskyUsers(first: 30) { totalCount nodes { id } }'],
    ['identity', 'riskyUsers(first: 1) { nodes { history { id } } }'],
    ['mcas', 'mcasActivities(first: 20) { nodes { id } }'],
    ['mcas', 'mcasAlerts(first: 20) { nodes { id } }'],
    ['mcas', 'mcasAccounts(first: 20) { nodes { idInApp } }'],
    ['mcas', 'mcasFiles(first: 20) { nodes { id } }'],
    ['mcas', 'mcasIPRanges { id }'],
  ])('of %s are answered once: %s', async (upstream, selection) => {
    const query = `{ ${selection} }`;
    const whole = await tenant.askAfresh(query);
    const answer = await tenant.askUnder([{ upstream, ...repeated }], query);
    expect(answer.errors).toBeUndefined();
    expect(JSON.stringify(whole.data)).toContain('"id');
    expect(answer.data).toEqual(whole.data);
  });
});

describe('rows that an upstream repeats on its next page', () => {
  let tenant: FaultyTenant;
  let data: JoinedTenant;
  beforeAll(async () => {
    const counts = { users: 1_200, alerts: 10, detectionsOf: (user: number) => (user === 0 ? 1_300 : 0) };
    data = writeJoinedTenant({ ...counts, activitiesOf: () => 0, random: seeded(3), now: Date.now() });
    tenant = await startFaultyTenant({ emulator: { dataDir: data.dataDir, switches: { limits: false } } });
  }, 60_000);
  afterAll(async () => {
    await tenant.stop();
    rmSync(data.dataDir, { recursive: true, force: true });
  });

  const pageOf = 'nodes { id } pageInfo { hasNextPage }';
  it.each([
    ['identity', 3, 'riskEvents', `riskEvents(first: 1000) { totalCount ${pageOf} }`],
    ['directory', 2, 'users', `users(first: 1000) { ${pageOf} }`],
  ])('of %s, which are read from %d pages, are answered once', async (upstream, pages, field, selection) => {
    const query = `{ ${selection} }`;
    const whole = await tenant.askAfresh(query);
    const answer = await tenant.askUnder([{ upstream, ...repeated }], query);
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual(whole.data);
    expect(new Set(idsOf(answer.data?.[field].nodes)).size).toBe(1000);
    expect(new Set((await tenant.stack.callsOf(answer)).map(({ path }) => path)).size).toBe(pages);
  });

  it('do not make a user have an event twice', async () => {
    const query = `{ user(id: "${data.userIds[0]}") { riskEvents(first: 1000) { ${pageOf} totalCount } } }`;
    const answer = await tenant.askUnder([{ upstream: 'identity', ...repeated }], query);
    const { nodes, totalCount } = answer.data?.user.riskEvents ?? {};
    expect(idsOf(nodes)).toEqual(data.detectionsOf(String(data.userIds[0])).slice(0, 1000));
    expect(totalCount).toBe(1_300);
  });
});
