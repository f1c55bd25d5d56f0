import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import type { IncidentOrder } from '../../../../src/schema/inputs/incidentFilter.input.js';
import { fromTicks, toTicks } from '../../../../src/time/instant.js';
import { incidentService, type Row, setUp } from './support.js';

const start = toTicks('2026-11-01T00:00:00Z') as bigint;

function incidents(count: number): Row[] {
  return Array.from({ length: count }, (_, n) => incident(String(1_000 + n), n * 10_000_000));
}

function incident(id: string, offsetTicks: number): Row {
  const at = fromTicks(start + BigInt(offsetTicks));
  return { id, createdDateTime: at, lastUpdateDateTime: at, status: 'active', severity: 'high' };
}

const newestFirst = { orderBy: 'CREATED_DESC', withTotal: false } as const;

describe('incidents by id', () => {
  it('gets one with one call and several with one batch, and keeps them', async () => {
    const { upstream, operation } = setUp(incidentService(incidents(30)));
    expect((await operation().byId('1000'))?.id).toBe('1000');
    const source = operation();
    const ids = ['1000', '1001', '1002', '404'];
    const found = await Promise.all(ids.map((id) => source.byId(id)));
    expect(found.map((each) => each?.id)).toEqual(['1000', '1001', '1002', undefined]);
    expect(upstream.requests).toBe(2);
    expect(upstream.calls.map(({ batched }) => batched)).toEqual([false, true, true, true]);
    const again = operation();
    await Promise.all(ids.map((id) => again.byId(id)));
    expect(upstream.requests).toBe(2);
  });

  it('forgets one whose tag is dropped', async () => {
    const { upstream, cache, operation } = setUp(incidentService(incidents(3)));
    await operation().byId('1000');
    await cache.drop(['incident:1000']);
    await operation().byId('1000');
    expect(upstream.requests).toBe(2);
  });

  it('fails only for the ids whose part of the batch failed', async () => {
    const answer = incidentService(incidents(3));
    const { operation } = setUp((call) => {
      if (call.path.endsWith('/1001'))
        throw new UpstreamError('UPSTREAM_THROTTLED', 'Throttled.', { upstream: 'GRAPH_SECURITY' });
      return answer(call);
    });
    const source = operation();
    const results = await Promise.allSettled(['1000', '1001'].map((id) => source.byId(id)));
    expect(results).toMatchObject([{ value: { id: '1000' } }, { reason: { code: 'UPSTREAM_THROTTLED' } }]);
  });

  it.each(['', '..', 'a\nb'])('refuses %j, which is no id, without a call', async (id) => {
    const { upstream, operation } = setUp(incidentService([]));
    await expect(operation().byId(id)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(upstream.requests).toBe(0);
  });

  it('sends quotes, slashes and other scripts percent-encoded', async () => {
    const { upstream, operation } = setUp(() => undefined);
    expect(await operation().byId("a/b'ü?x#y")).toBeNull();
    expect(upstream.calls[0]?.path).toBe("/v1.0/security/incidents/a%2Fb'%C3%BC%3Fx%23y");
  });
});

describe('a list of incidents', () => {
  it('reads a page of up to 47 with one call and the same page again with none', async () => {
    const { upstream, operation } = setUp(incidentService(incidents(120)));
    for (const _ of [1, 2]) {
      const page = await operation().list({ ...newestFirst, page: { first: 47, after: undefined } });
      expect(page.nodes).toHaveLength(47);
      expect(page.nodes[0]?.id).toBe('1119');
      expect(page.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    }
    expect(upstream.requests).toBe(1);
    expect(upstream.calls[0]?.query).toEqual({ $orderby: 'createdDateTime desc', $top: '50' });
  });

  it('reads larger pages with calls of 50', async () => {
    const { upstream, operation } = setUp(incidentService(incidents(220)));
    const page = await operation().list({ ...newestFirst, page: { first: 150, after: undefined } });
    expect(page.nodes).toHaveLength(150);
    expect(upstream.calls.map(({ query }) => query.$top)).toEqual(['50', '50', '50', '50']);
  });

  it('asks for the count only when it is wanted, and after a cursor with a call of its own', async () => {
    const { upstream, operation } = setUp(incidentService(incidents(20)));
    const first = await operation().list({ ...newestFirst, withTotal: true, page: { first: 5, after: undefined } });
    expect(first).toMatchObject({ totalCount: 20, totalCountIsApproximate: false });
    expect(upstream.requests).toBe(1);
    const after = first.pageInfo.endCursor as string;
    expect((await operation().list({ ...newestFirst, page: { first: 5, after } })).totalCount).toBeNull();
    expect(upstream.requests).toBe(2);
    expect((await operation().list({ ...newestFirst, withTotal: true, page: { first: 5, after } })).totalCount).toBe(
      20,
    );
    expect(upstream.requests).toBe(4);
  });

  it('compiles filters with quotes doubled, words of the upstream and instants in UTC', async () => {
    const { upstream, operation } = setUp(incidentService([]));
    const filter = {
      assignedTo: { in: ["o'hara@contoso.com"] },
      status: { in: ['IN_PROGRESS', 'AWAITING_ACTION'] },
      severity: { notIn: ['LOW'] },
      classification: { isNull: true },
      createdDateTime: { ge: '2026-11-01T02:00:00+02:00', lt: '2026-11-02T00:00:00Z' },
    };
    await operation().list({ ...newestFirst, filter, page: { first: 5, after: undefined } });
    expect(upstream.calls[0]?.query.$filter).toBe(
      "assignedTo eq 'o''hara@contoso.com' and classification eq null and severity ne 'low'" +
        " and (status eq 'inProgress' or status eq 'awaitingAction')" +
        ' and createdDateTime ge 2026-11-01T00:00:00.0000000Z and createdDateTime lt 2026-11-02T00:00:00.0000000Z',
    );
  });

  it('refuses words that the upstream does not take, and cursors of another order', async () => {
    const { operation } = setUp(incidentService(incidents(9)));
    const page = { first: 2, after: undefined };
    const refused = operation().list({ ...newestFirst, filter: { status: { in: ['UNRECOGNIZED'] } }, page });
    await expect(refused).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    const { pageInfo } = await operation().list({ ...newestFirst, page });
    const foreign = operation().list({
      ...newestFirst,
      orderBy: 'CREATED_ASC',
      page: { first: 2, after: pageInfo.endCursor as string },
    });
    await expect(foreign).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('answers nothing without a call when a condition names no value', async () => {
    const { upstream, operation } = setUp(incidentService(incidents(3)));
    const page = await operation().list({
      ...newestFirst,
      filter: { status: { in: [] } },
      page: { first: 2, after: undefined },
    });
    expect(page).toMatchObject({ nodes: [], totalCount: 0 });
    expect(upstream.requests).toBe(0);
  });

  it('pages in every order through every row once, whatever times are equal', async () => {
    const orders = fc.constantFrom<IncidentOrder[]>(
      'CREATED_DESC',
      'CREATED_ASC',
      'LAST_UPDATE_DESC',
      'LAST_UPDATE_ASC',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(9), { maxLength: 130 }),
        fc.integer({ min: 1, max: 60 }),
        orders,
        async (offsets, first, orderBy) => {
          const rows = offsets.map((offset, n) => incident(String(1_000 + ((n * 53) % 131)), offset));
          const { operation } = setUp(incidentService(rows));
          const seen: string[] = [];
          let after: string | undefined;
          do {
            const page = await operation().list({ orderBy, withTotal: false, page: { first, after } });
            seen.push(...page.nodes.map(({ id }) => id));
            after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor as string) : undefined;
          } while (after !== undefined);
          const sign = orderBy.endsWith('DESC') ? -1 : 1;
          const key = (row: Row) => row.createdDateTime;
          const ordered = [...rows].sort((a, b) =>
            key(a) === key(b) ? (a.id < b.id ? -1 : 1) : sign * (key(a) < key(b) ? -1 : 1),
          );
          expect(seen).toEqual(ordered.map(({ id }) => id));
        },
      ),
      { numRuns: 60 },
    );
  });
});
