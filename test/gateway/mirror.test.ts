import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type NaiveTenant, readNaively } from '../support/naiveTenant.js';
import { type Stack, startStack } from '../support/startStack.js';

const fresh = { 'cache-control': 'no-cache' };

const listQuery = `query List($filter: AlertFilter, $orderBy: AlertOrder, $first: Int, $after: String) {
  alerts(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    edges { cursor node { id status lastUpdateDateTime } } pageInfo { hasNextPage endCursor } totalCount info { source }
  }
}`;

describe.each([1, 7])('a gateway whose mirror is filled, in tenant %i', (seed) => {
  let stack: Stack;
  let tenant: NaiveTenant;
  let since: string;

  beforeAll(async () => {
    stack = await startStack({ emulator: { seed }, env: { POLL_SECONDS: '1' } });
    tenant = await readNaively(stack.emulator);
    since = new Date(Date.now() - 29 * 86_400_000).toISOString();
    for (const field of ['alerts', 'incidents']) {
      const query = `{ list: ${field}(first: 1, filter: { lastUpdateDateTime: { ge: "${since}" } }) { info { source } } }`;
      while ((await stack.ask(query)).data?.list.info.source !== 'MIRROR') await sleep(100);
    }
  }, 60_000);
  afterAll(() => stack.stop());

  it.each([
    [{}],
    [{ filter: { severity: { in: ['HIGH', 'MEDIUM'] } } }],
    [{ filter: { status: { notIn: ['RESOLVED'] }, classification: { isNull: true } }, bounded: true }],
    [{ filter: { assignedTo: { isNull: false } }, orderBy: 'LAST_UPDATE_DESC' }],
    [{ orderBy: 'CREATED_ASC', bounded: true }],
    [
      {
        filter: { serviceSource: { in: ['MICROSOFT_DEFENDER_FOR_ENDPOINT'] } },
        orderBy: 'LAST_UPDATE_ASC',
        bounded: true,
      },
    ],
  ])('lists what the upstream lists: %j', async ({ filter, orderBy, bounded = false }: Record<string, any>) => {
    const span = bounded ? { createdDateTime: { ge: since } } : {};
    const variables = { filter: { ...filter, ...span }, orderBy: orderBy ?? 'CREATED_DESC', first: 7 };
    let after: string | undefined;
    for (let page = 0; page < 4; page += 1) {
      const asked = { ...variables, after };
      const mirrored = await stack.ask(listQuery, { variables: asked });
      const insisted = await stack.ask(listQuery, { variables: asked, headers: fresh });
      const { info, ...rows } = mirrored.data?.alerts ?? {};
      expect(info.source).toBe('MIRROR');
      expect(mirrored.extensions?.gateway?.mirrorHits).toBe(1);
      expect(insisted.data?.alerts.info.source).toBe('UPSTREAM');
      expect({ ...rows, info: null }).toEqual({ ...insisted.data?.alerts, info: null });
      if (bounded) expect(mirrored.extensions?.gateway?.upstreamCalls).toEqual({});
      if (!rows.pageInfo.hasNextPage) return;
      after = rows.pageInfo.endCursor;
    }
  });

  it('answers single alerts with their incident without a call, and tells the age', async () => {
    const [newest] = [...tenant.alerts].sort((a, b) => (a.createdDateTime < b.createdDateTime ? 1 : -1));
    const query = 'query One($id: ID!) { alert(id: $id) { id title incident { id } } }';
    const answer = await stack.ask(query, { variables: { id: newest?.id } });
    expect(answer.data?.alert).toMatchObject({ id: newest?.id, title: newest?.title });
    expect(answer.extensions?.gateway).toMatchObject({ upstreamCalls: {}, mirrorHits: 2 });
    expect(Date.parse(answer.extensions?.gateway?.asOf ?? '')).toBeGreaterThan(Date.now() - 60_000);
    const insisted = await stack.ask(query, { variables: { id: newest?.id }, headers: fresh });
    expect(insisted.extensions?.gateway).toMatchObject({ upstreamCalls: { GRAPH_SECURITY: 2 }, mirrorHits: 0 });
    expect(insisted.data).toEqual(answer.data);
  });

  it('lists the alerts of a user since some time without a call, as the upstream lists them', async () => {
    const query = `query Of($name: String!, $from: DateTime, $to: DateTime) {
      user(userPrincipalName: $name) {
        alerts(first: 1000, from: $from, to: $to) { nodes { id createdDateTime } pageInfo { hasNextPage } info { source } }
      }
    }`;
    const to = new Date(Date.now() - 3 * 86_400_000).toISOString();
    const names = (alert: any): string[] =>
      alert.evidence.flatMap(({ userAccount }: any) => userAccount?.userPrincipalName?.toLowerCase() ?? []);
    const inSpan = tenant.alerts.filter(({ createdDateTime }) => createdDateTime >= since && createdDateTime < to);
    const [name = ''] = inSpan.flatMap(names);
    const expected = inSpan.filter((alert) => names(alert).includes(name)).map(({ id }) => id);
    const variables = { name, from: since, to };
    const mirrored = await stack.ask(query, { variables });
    const insisted = await stack.ask(query, { variables, headers: fresh });
    expect(mirrored.data?.user.alerts.info.source).toBe('MIRROR');
    expect(mirrored.extensions?.gateway?.upstreamCalls?.GRAPH_SECURITY).toBeUndefined();
    expect(insisted.data?.user.alerts.info.source).toBe('UPSTREAM');
    for (const { data } of [mirrored, insisted]) {
      expect(new Set(data?.user.alerts.nodes.map(({ id }: any) => id))).toEqual(new Set(expected));
      expect(data?.user.alerts.pageInfo.hasNextPage).toBe(false);
    }
  });

  it('finds what no upstream filters by', async () => {
    const recent = tenant.alerts.filter(({ createdDateTime }) => createdDateTime >= since);
    const ips = recent.flatMap(({ evidence }) =>
      evidence.map((item: any) => item.ipAddress).filter((ip: unknown) => typeof ip === 'string'),
    );
    const expected = recent.filter(({ evidence }) => JSON.stringify(evidence).includes(`"${ips[0]}"`));
    const variables = { filter: { ipAddress: ips[0], createdDateTime: { ge: since } }, first: 1_000 };
    const answer = await stack.ask(listQuery, { variables });
    const ids = answer.data?.alerts.edges.map(({ node }: any) => node.id);
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids)).toEqual(new Set(expected.map(({ id }) => id)));
    const beyond = await stack.ask(listQuery, { variables: { ...variables, filter: { ipAddress: ips[0] } } });
    expect(beyond.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', coveredFrom: expect.any(String) });
  });

  it('counts alerts over time as the tenant holds them', async () => {
    const query = `query Stats($from: DateTime!, $to: DateTime!) {
      alertStats(metric: CREATED, interval: DAY, groupBy: SEVERITY, from: $from, to: $to, timeZone: "Europe/Berlin") {
        total coveredFrom info { source } buckets { start end severity status count }
      }
    }`;
    const to = new Date().toISOString();
    const answer = await stack.ask(query, { variables: { from: since, to } });
    const inSpan = tenant.alerts.filter(({ createdDateTime }) => createdDateTime >= since && createdDateTime < to);
    const { total, info, buckets, coveredFrom } = answer.data?.alertStats ?? {};
    expect(total).toBe(inSpan.length);
    expect(info.source).toBe('MIRROR');
    for (const severity of ['LOW', 'MEDIUM', 'HIGH', 'INFORMATIONAL']) {
      const counted = buckets.filter((bucket: any) => bucket.severity === severity).map(({ count }: any) => count);
      const held = inSpan.filter((alert) => alert.severity.toUpperCase() === severity);
      expect(counted.reduce((sum: number, count: number) => sum + count, 0)).toBe(held.length);
    }
    const early = new Date(Date.parse(coveredFrom) - 1_000).toISOString();
    const refused = await stack.ask(query, { variables: { from: early, to } });
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('shows what another console changed once the feed has seen it', async () => {
    const { value } = await stack.control<{ value: { id: string }[] }>('POST', '/_control/alerts', { count: 1 });
    const id = value[0]?.id;
    const query = '{ alerts(first: 1) { nodes { id status } info { source } } }';
    const newest = async () => (await stack.ask(query)).data?.alerts;
    while ((await newest()).nodes[0]?.id !== id) await sleep(50);
    await stack.control('PATCH', `/_control/alerts/${id}`, { status: 'resolved' });
    while ((await newest()).nodes[0]?.status !== 'RESOLVED') await sleep(50);
    expect((await newest()).info.source).toBe('MIRROR');
  });
});

describe('a gateway without a mirror', () => {
  it('answers lists from the upstream and refuses what only a mirror can answer', async () => {
    const stack = await startStack({ env: { MIRROR_DAYS: '0' } });
    const answer = await stack.ask('{ alerts(first: 1) { info { source } } }');
    expect(answer.data?.alerts.info.source).toBe('UPSTREAM');
    const searched = await stack.ask('{ alerts(filter: { search: "x" }) { nodes { id } } }');
    expect(searched.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', coveredFrom: null });
    await stack.stop();
  });
});
