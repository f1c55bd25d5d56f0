import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UserInputError } from '../../../../src/errors/GatewayError.js';
import type { MCASActivityFilter } from '../../../../src/schema/inputs/mcasActivityFilter.input.js';
import { activityService, now, type Row, row, setUp } from './support.js';

const owner = 'a@contoso.com';

function list(
  operation: ReturnType<typeof setUp>['operation'],
  first: number,
  after?: string,
  withTotal = false,
  filter?: MCASActivityFilter,
) {
  return operation().source.list({ page: { first, after }, withTotal, filter: filter ?? null });
}

describe('a list of activities', () => {
  const rows = Array.from({ length: 250 }, (_, n) => row(`a${n}`, owner, now - n * 1_000));

  it('asks newest first with a POST that may be repeated', async () => {
    const { upstream, operation } = setUp(activityService(rows));
    await list(operation, 5);
    expect(upstream.calls).toMatchObject([
      {
        method: 'POST',
        path: '/api/v1/activities/',
        body: { filters: {}, skip: 0, limit: 100, sortField: 'date', sortDirection: 'desc' },
      },
    ]);
  });

  it('gives a page of up to 99 rows for one call, the same page for none, and 100 for two', async () => {
    const { upstream, operation } = setUp(activityService(rows));
    const page = await list(operation, 98);
    expect(page.nodes.map(({ id }) => id)).toEqual(rows.slice(0, 98).map(({ body }) => body._id));
    await list(operation, 98);
    expect(upstream.requests).toBe(1);
    await list(operation, 100);
    expect(upstream.requests).toBe(3);
  });

  it('states the total as approximate, and asks again for it only after a cursor and only when wanted', async () => {
    const { upstream, operation } = setUp(activityService(rows));
    const first = await list(operation, 10, undefined, true);
    expect(first).toMatchObject({ totalCount: 250, totalCountIsApproximate: true });
    const after = first.pageInfo.endCursor as string;
    expect(await list(operation, 10, after)).toMatchObject({ totalCount: null, totalCountIsApproximate: false });
    expect(upstream.requests).toBe(2);
    expect(await list(operation, 10, after, true)).toMatchObject({ totalCount: 250, totalCountIsApproximate: true });
    expect(upstream.requests).toBe(4);
  });

  it('stops after 12 calls and says truncated', async () => {
    const { upstream, operation } = setUp(activityService(rows, 10));
    const page = await list(operation, 200);
    expect(upstream.requests).toBe(12);
    expect(page.info).toMatchObject({ truncated: true, warnings: [{ code: 'TRUNCATED', upstream: 'MCAS' }] });
    expect(page.pageInfo.hasNextPage).toBe(true);
    expect(page.nodes.map(({ id }) => id)).toEqual(rows.slice(0, page.nodes.length).map(({ body }) => body._id));
  });

  it('refuses cursors of another filter', async () => {
    const { operation } = setUp(activityService(rows));
    const { pageInfo } = await list(operation, 5);
    await expect(
      list(operation, 5, pageInfo.endCursor as string, false, { userName: { in: [owner] } }),
    ).rejects.toThrow(UserInputError);
  });

  it('answers nothing without a call when a condition names no value', async () => {
    const { upstream, operation } = setUp(activityService(rows));
    const page = await list(operation, 5, undefined, true, { userName: { in: [] } });
    expect(page).toMatchObject({ nodes: [], totalCount: 0, pageInfo: { hasNextPage: false, endCursor: null } });
    expect(upstream.requests).toBe(0);
  });

  it('pages through every row once and in order, whatever shares a millisecond and however short the pages are', async () => {
    const times = fc.array(fc.nat(8), { maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(
        times,
        fc.integer({ min: 5, max: 20 }),
        fc.integer({ min: 1, max: 9 }),
        async (offsets, pageRows, first) => {
          const some: Row[] = offsets.map((offset, n) => row(`r${(n * 31) % 53}`, owner, now - offset));
          const { operation } = setUp(activityService(some, pageRows));
          const seen: string[] = [];
          let after: string | undefined;
          for (;;) {
            const page = await list(operation, first, after);
            expect(page.info.truncated).toBe(false);
            seen.push(...page.nodes.map(({ id }) => id));
            if (!page.pageInfo.hasNextPage) break;
            after = page.pageInfo.endCursor as string;
          }
          const ordered = [...some].sort(
            (a, b) => b.body.timestamp - a.body.timestamp || (a.body._id < b.body._id ? -1 : 1),
          );
          expect(seen).toEqual(ordered.map(({ body }) => body._id));
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('activities by id', () => {
  const rows = ['a', 'b/c', 'd'].map((id) => row(id, owner, now));

  it('gets one with one call, keeps it, and answers null for an unknown one', async () => {
    const { upstream, operation } = setUp(activityService(rows));
    expect((await operation().source.byId('b/c'))?.id).toBe('b/c');
    expect((await operation().source.byId('b/c'))?.id).toBe('b/c');
    expect(await operation().source.byId('nobody')).toBeNull();
    expect(upstream.calls.map(({ path }) => path)).toEqual(['/api/v1/activities/b%2Fc/', '/api/v1/activities/nobody/']);
  });

  it('gets several with one list, and asks singly for what the list does not hold', async () => {
    const { upstream, operation } = setUp(activityService(rows));
    const { source } = operation();
    const found = await Promise.all(['d', 'nobody', 'a'].map((id) => source.byId(id)));
    expect(found.map((activity) => activity?.id)).toEqual(['d', undefined, 'a']);
    expect(upstream.calls.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  it('spends at most 12 calls on them, and fails for the others with the code for throttling', async () => {
    const { upstream, operation } = setUp(activityService([]));
    const { source } = operation();
    const results = await Promise.allSettled([...Array(20).keys()].map((n) => source.byId(`x${n}`)));
    expect(upstream.requests).toBe(12);
    expect(results.filter((result) => result.status === 'rejected')).toHaveLength(9);
    expect(results.at(-1)).toMatchObject({ reason: { code: 'UPSTREAM_THROTTLED' } });
  });

  it.each(['', '.', '..', 'a\u0000b', '\ud800', 'x'.repeat(600)])(
    'refuses %j, which is no id, without a call',
    async (id) => {
      const { upstream, operation } = setUp(activityService(rows));
      await expect(operation().source.byId(id)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(upstream.requests).toBe(0);
    },
  );
});
