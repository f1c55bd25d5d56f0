import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import type { AlertOrder } from '../../../../src/schema/inputs/alertFilter.input.js';
import { compareInstants } from '../../../../src/time/instant.js';
import { alertRow, type Row, setUpAlerts } from './fakeAlertService.js';

const second = 1_000;

function at(n: number): string {
  return `2026-11-20T10:00:00.${String(n).padStart(7, '0')}Z`;
}

function spread(count: number, perInstant = 1): Row[] {
  return Array.from({ length: count }, (_, n) => {
    const time = at(Math.floor(n / perInstant));
    return alertRow(`a${String(n).padStart(5, '0')}`, { createdDateTime: time, lastUpdateDateTime: time });
  });
}

async function readAll(set: ReturnType<typeof setUpAlerts>, first: number, orderBy?: AlertOrder): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | undefined, page = 0; page < 100; page += 1) {
    const answer = await set.open().list({ orderBy, page: { first, after } });
    ids.push(...answer.nodes.map((alert) => alert.id));
    if (!answer.pageInfo.hasNextPage) return ids;
    after = answer.pageInfo.endCursor ?? undefined;
  }
  throw new Error('The list does not end.');
}

describe('alerts by id', () => {
  it('reads one with a plain call and many with batches', async () => {
    const set = setUpAlerts(spread(45));
    expect((await set.open().byId('a00001'))?.title).toBe('Alert a00001');
    expect(set.upstream.calls[0]?.batched).toBe(false);
    const alerts = await set.open().alertsByIds(spread(45).map((row) => row.id));
    expect(alerts).toHaveLength(45);
    expect(set.upstream.requests).toBe(1 + Math.ceil(44 / 20));
  });

  it('answers null for an unknown id and remembers that for a while', async () => {
    const set = setUpAlerts([]);
    expect(await set.open().byId('nobody')).toBeNull();
    expect(await set.open().byId('nobody')).toBeNull();
    expect(set.upstream.requests).toBe(1);
    await set.clock.advance(16 * second);
    expect(await set.open().byId('nobody')).toBeNull();
    expect(set.upstream.requests).toBe(2);
  });

  it.each(["it's", 'a/b', 'ümläut ✓', 'a?b#c%2F', '$batch'])('reaches the alert %j and nothing else', async (id) => {
    const set = setUpAlerts([alertRow(id)]);
    expect((await set.open().byId(id))?.id).toBe(id);
    expect(set.upstream.calls[0]?.path).toBe(`/v1.0/security/alerts_v2/${encodeURIComponent(id)}`);
  });

  it.each(['', 'x'.repeat(513), '..', '\u0000'])('refuses %j without a call', async (id) => {
    const set = setUpAlerts([]);
    await expect(set.open().byId(id)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(set.upstream.requests).toBe(0);
  });

  it('refuses more than 100 ids', async () => {
    const ids = Array.from({ length: 101 }, (_, n) => `a${n}`);
    await expect(setUpAlerts([]).open().alertsByIds(ids)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('fails only the id whose part of the batch failed', async () => {
    const set = setUpAlerts(spread(3));
    const away = new UpstreamError('UPSTREAM_UNAVAILABLE', 'away', { upstream: 'GRAPH_SECURITY' });
    set.service.before = (call) => {
      if (call.path.endsWith('a00001')) throw away;
    };
    const source = set.open();
    const results = await Promise.allSettled(['a00000', 'a00001', 'gone'].map((id) => source.byId(id)));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});

describe('a list of alerts', () => {
  it('answers fifty alerts with one call, and none within the lifetime', async () => {
    const set = setUpAlerts(spread(200));
    const page = { first: 50, after: undefined };
    const answer = await set.open().list({ page });
    expect(answer.nodes[0]?.id).toBe('a00199');
    expect(answer.nodes).toHaveLength(50);
    expect(answer.pageInfo.hasNextPage).toBe(true);
    expect(answer.totalCount).toBeNull();
    await set.open().list({ page });
    expect(set.upstream.requests).toBe(1);
    await set.clock.advance(21 * second);
    await set.open().list({ page });
    expect(set.upstream.requests).toBe(2);
  });

  it('counts only when asked: in the same call on the first page, in another later', async () => {
    const set = setUpAlerts(spread(30));
    const first = await set.open().list({ page: { first: 10, after: undefined }, withTotal: true });
    expect(first.totalCount).toBe(30);
    expect(set.upstream.requests).toBe(1);
    const after = first.pageInfo.endCursor ?? undefined;
    expect((await set.open().list({ page: { first: 10, after } })).totalCount).toBeNull();
    expect((await set.open().list({ page: { first: 10, after }, withTotal: true })).totalCount).toBe(30);
    expect(set.upstream.requests).toBe(4);
  });

  it('asks for at most 1,000 rows a call', async () => {
    const set = setUpAlerts(spread(1_500));
    const answer = await set.open().list({ page: { first: 1_000, after: undefined } });
    expect(answer.nodes).toHaveLength(1_000);
    expect(Math.max(...set.upstream.calls.map((call) => Number(call.query.$top)))).toBe(1_000);
  });

  it('reads 1,400 alerts of one instant whole, once each', async () => {
    const set = setUpAlerts([...spread(1_400, 1_400), alertRow('older', { createdDateTime: '2026-11-19T00:00:00Z' })]);
    const ids = await readAll(set, 500);
    expect(new Set(ids).size).toBe(1_401);
    expect(ids).toHaveLength(1_401);
    expect(ids.at(-1)).toBe('older');
  });

  it('answers every alert once and in order, whatever the ties, page size, order and links', async () => {
    const orders: AlertOrder[] = ['CREATED_DESC', 'CREATED_ASC', 'LAST_UPDATE_DESC', 'LAST_UPDATE_ASC'];
    const cases = fc.record({
      times: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 60 }),
      first: fc.integer({ min: 1, max: 20 }),
      orderBy: fc.constantFrom(...orders),
      linksNext: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ times, first, orderBy, linksNext }) => {
        const rows = times.map((time, n) =>
          alertRow(`a${n}`, { createdDateTime: at(time), lastUpdateDateTime: at(time) }),
        );
        const sign = orderBy.endsWith('ASC') ? 1 : -1;
        const expected = [...rows].sort(
          (a, b) =>
            sign * compareInstants(String(a.createdDateTime), String(b.createdDateTime)) || (a.id < b.id ? -1 : 1),
        );
        expect(await readAll(setUpAlerts(rows, { linksNext }), first, orderBy)).toEqual(expected.map((row) => row.id));
      }),
      { numRuns: 100 },
    );
  });

  it('does not ask when nothing can match', async () => {
    const set = setUpAlerts(spread(3));
    const answer = await set.open().list({ filter: { status: { in: [] } }, page: { first: 5, after: undefined } });
    expect(answer).toMatchObject({ nodes: [], totalCount: 0, pageInfo: { hasNextPage: false } });
    expect(set.upstream.requests).toBe(0);
  });

  it('refuses a cursor of another filter or order', async () => {
    const set = setUpAlerts(spread(9));
    const { endCursor } = (await set.open().list({ page: { first: 2, after: undefined } })).pageInfo;
    const after = endCursor ?? undefined;
    await expect(set.open().list({ orderBy: 'CREATED_ASC', page: { first: 2, after } })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    await expect(set.open().list({ page: { first: 2, after: 'nonsense' } })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });

  it('joins the providers of the legacy API without losing rows at a page edge', async () => {
    const rows = Array.from({ length: 60 }, (_, n) => ({
      id: `l${String(n).padStart(2, '0')}`,
      status: 'newAlert',
      createdDateTime: at(n),
      lastModifiedDateTime: at(n),
      vendorInformation: { provider: n % 3 === 0 ? 'MCAS' : 'IPC', vendor: 'Microsoft' },
    }));
    const ids = await readAll(setUpAlerts(rows, { dialect: 'legacy' }), 7);
    expect(ids).toEqual(rows.map((row) => row.id).reverse());
  });

  it('finds the alerts of a user and of an incident', async () => {
    const userAccount = { userPrincipalName: "O'Brien@contoso.com" };
    const evidence = [{ '@odata.type': '#microsoft.graph.security.userEvidence', userAccount }];
    const set = setUpAlerts([alertRow('u1', { evidence }), alertRow('i1', { incidentId: '7' }), alertRow('x')]);
    const page = { first: 10, after: undefined };
    expect((await set.open().ofUser("o'brien@contoso.com", page)).nodes.map((alert) => alert.id)).toEqual(['u1']);
    const ofIncident = await set.open().ofIncident('7', page);
    expect(ofIncident).toMatchObject({ totalCount: 1, nodes: [{ id: 'i1' }] });
  });
});
