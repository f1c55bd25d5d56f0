import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import { activityService, namings, now, type Row, row, seeded, setUp } from './support.js';

const hour = 3_600_000;
const firstFive = { page: { first: 5, after: undefined }, withNextPage: false };

function userNames(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `user${n}@contoso.com`);
}

/** Each user does `perUser` things at random times within a day. */
function fairRows(users: readonly string[], perUser: number, seed = 7): Row[] {
  const random = seeded(seed);
  return users.flatMap((user, u) =>
    Array.from({ length: perUser }, (_, n) => row(`a-${u}-${n}`, user, now - Math.floor(random() * 24 * hour))),
  );
}

/** What one call per user would say. */
function oracle(rows: readonly Row[], user: string, first: number): string[] {
  return rows
    .filter(({ owner }) => owner === user)
    .sort((a, b) => b.body.timestamp - a.body.timestamp || (a.body._id < b.body._id ? -1 : 1))
    .slice(0, first)
    .map(({ body }) => body._id);
}

describe('activities of many users', () => {
  it.each([
    { users: 20, perUser: 30, calls: 2 },
    { users: 50, perUser: 30, calls: 4 },
    { users: 20, perUser: 3, calls: 1 },
    { users: 1, perUser: 500, calls: 1 },
  ])(
    'reads five of each of $users users, who did $perUser things each, with $calls calls and repeats for none',
    async ({ users, perUser, calls }) => {
      const names = userNames(users);
      const rows = fairRows(names, perUser);
      const { upstream, operation } = setUp(activityService(rows));
      for (const expected of [calls, 0]) {
        const { source } = operation();
        const before = upstream.requests;
        const pages = await Promise.all(names.map((name) => source.ofUser(name, firstFive)));
        expect(pages.map((page) => page.nodes.map(({ id }) => id))).toEqual(names.map((name) => oracle(rows, name, 5)));
        expect(pages.some((page) => page.info.truncated)).toBe(false);
        expect(upstream.requests - before).toBe(expected);
      }
    },
  );

  it('does not let a busy user starve the others', async () => {
    const names = userNames(10);
    const busy = Array.from({ length: 5_000 }, (_, n) => row(`busy-${n}`, 'user0@contoso.com', now - n));
    const rows = [
      ...busy,
      ...fairRows(names.slice(1), 6).map((each) => row(each.body._id, each.owner, each.body.timestamp - hour)),
    ];
    const { upstream, operation } = setUp(activityService(rows));
    const { source } = operation();
    const pages = await Promise.all(names.map((name) => source.ofUser(name, firstFive)));
    expect(pages.map((page) => page.nodes.map(({ id }) => id))).toEqual(names.map((name) => oracle(rows, name, 5)));
    expect(upstream.requests).toBe(2);
    expect(upstream.calls[1]?.body.filters['user.username'].eq).not.toContain('user0@contoso.com');
  });

  it('keeps what is long past for half an hour, and what may still grow for three minutes', async () => {
    const [user = ''] = userNames(1);
    const { upstream, clock, operation } = setUp(activityService(fairRows([user], 5)));
    const at = (ms: number) => new Date(now + ms).toISOString();
    const past = { ...firstFive, from: at(-3 * hour), to: at(-hour) };
    const recent = { ...firstFive, from: at(-hour), to: at(0) };
    const callsFor = async (request: typeof past) => {
      const before = upstream.requests;
      await operation().source.ofUser(user, request);
      return upstream.requests - before;
    };
    expect([await callsFor(past), await callsFor(recent)]).toEqual([1, 1]);
    await clock.advance(6 * 60_000);
    expect([await callsFor(past), await callsFor(recent)]).toEqual([0, 1]);
    await clock.advance(25 * 60_000);
    expect(await callsFor(past)).toBe(1);
  });

  it('asks for at most 100 users a call', async () => {
    const names = userNames(230);
    const { upstream, operation } = setUp(activityService([]));
    const { source } = operation();
    await Promise.all(names.map((name) => source.ofUser(name, firstFive)));
    expect(upstream.calls.map((call) => call.body.filters['user.username'].eq.length)).toEqual([100, 100, 30]);
  });

  it('spends at most 12 calls on one operation, then says truncated and keeps a newest-first prefix', async () => {
    const names = userNames(8);
    const rows = fairRows(names, 40);
    const { upstream, operation } = setUp(activityService(rows, 10));
    const { source, scope } = operation();
    const request = { page: { first: 30, after: undefined }, withNextPage: true };
    const pages = await Promise.all(names.map((name) => source.ofUser(name, request)));
    expect(upstream.requests).toBe(12);
    expect(scope.meter.warnings).toContain('TRUNCATED');
    for (const [index, page] of pages.entries()) {
      expect(page.info).toMatchObject({ truncated: true, warnings: [{ code: 'TRUNCATED' }] });
      expect(page.pageInfo.hasNextPage).toBe(true);
      expect(page.totalCount).toBeNull();
      const whole = oracle(rows, names[index] as string, 30);
      expect(page.nodes.map(({ id }) => id)).toEqual(whole.slice(0, page.nodes.length));
    }
  });

  it('answers an empty truncated list, and keeps it from the cache, when no call is left at all', async () => {
    const names = userNames(14);
    const { upstream, operation } = setUp(activityService(fairRows(names, 1)));
    const spans = names.map((_, n) => ({
      from: iso(now - (n + 1) * 10 * hour),
      to: iso(now - (n + 1) * 10 * hour + hour),
    }));
    const ask = (source: ReturnType<typeof operation>['source']) =>
      Promise.all(names.map((name, n) => source.ofUser(name, { ...firstFive, ...spans[n] })));
    const first = await ask(operation().source);
    expect(first.map((page) => page.info.truncated)).toEqual([...Array(12).fill(false), true, true]);
    expect(upstream.requests).toBe(12);
    const second = await ask(operation().source);
    expect(second.some((page) => page.info.truncated)).toBe(false);
    expect(upstream.requests).toBe(14);
  });

  it('leaves users who have enough their rows when a later call fails', async () => {
    const names = userNames(2);
    const rows = [...Array(150).keys()]
      .map((n) => row(`a-${n}`, names[0] as string, now - n))
      .concat(row('b', names[1] as string, now - hour));
    const answer = activityService(rows);
    let calls = 0;
    const { operation } = setUp((call) => {
      calls += 1;
      if (calls > 1) throw new UpstreamError('UPSTREAM_THROTTLED', 'Throttled.', { upstream: 'MCAS' });
      return answer(call);
    });
    const { source } = operation();
    const [first, second] = await Promise.allSettled(names.map((name) => source.ofUser(name, firstFive)));
    expect(first).toMatchObject({ status: 'fulfilled', value: { nodes: { length: 5 } } });
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'UPSTREAM_THROTTLED' } });
  });

  it('tells when rows name none of the users that were asked for together', async () => {
    const rows = [
      row('a', 'user0@contoso.com', now),
      { owner: 'user1@contoso.com', body: { _id: 'b', timestamp: now } },
    ];
    const { operation } = setUp(activityService(rows));
    const { source } = operation();
    const pages = await Promise.all(userNames(2).map((name) => source.ofUser(name, firstFive)));
    expect(pages.map((page) => page.info.partial)).toEqual([true, true]);
    const alone = await operation().source.ofUser('user1@contoso.com', {
      ...firstFive,
      page: { first: 6, after: undefined },
    });
    expect(alone.nodes.map(({ id }) => id)).toEqual(['b']);
  });

  it('reads overlapping spans of different users together and spans that lie apart alone', async () => {
    const names = userNames(3);
    const rows = fairRows(names, 50);
    const { upstream, operation } = setUp(activityService(rows));
    const { source } = operation();
    const spans = [
      { from: iso(now - 3 * hour), to: iso(now - hour) },
      { from: iso(now - 4 * hour), to: iso(now - 2 * hour) },
      { from: iso(now - 20 * hour), to: iso(now - 18 * hour) },
    ];
    const pages = await Promise.all(names.map((name, n) => source.ofUser(name, { ...firstFive, ...spans[n] })));
    for (const [n, page] of pages.entries()) {
      const { from, to } = spans[n] as { from: string; to: string };
      const inSpan = rows.filter(({ body }) => body.timestamp >= Date.parse(from) && body.timestamp < Date.parse(to));
      expect(page.nodes.map(({ id }) => id)).toEqual(oracle(inSpan, names[n] as string, 5));
    }
    expect(upstream.requests).toBe(2);
  });

  it('knows the exact count of a user whose activities it has seen all', async () => {
    const { operation } = setUp(activityService(fairRows(userNames(1), 3)));
    const page = await operation().source.ofUser('USER0@contoso.com', { ...firstFive, withNextPage: true });
    expect(page).toMatchObject({ totalCount: 3, totalCountIsApproximate: false, pageInfo: { hasNextPage: false } });
  });

  it('pages on from where the shared first page ended', async () => {
    const rows = fairRows(userNames(2), 12);
    const { operation } = setUp(activityService(rows));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await operation().source.ofUser('user1@contoso.com', {
        page: { first: 5, after },
        withNextPage: true,
      });
      seen.push(...page.nodes.map(({ id }) => id));
      after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? undefined) : undefined;
    } while (after !== undefined);
    expect(seen).toEqual(oracle(rows, 'user1@contoso.com', 100));
  });

  it('warns when the span begins before the 30 days that the upstream lists', async () => {
    const { operation } = setUp(activityService([]));
    const page = await operation().source.ofUser('user0@contoso.com', {
      ...firstFive,
      from: iso(now - 31 * 24 * hour),
    });
    expect(page.info.warnings).toMatchObject([{ code: 'UPSTREAM_PARTIAL' }]);
  });

  const minute = 60_000;
  const activity = fc.record({ user: fc.nat(4), minutesAgo: fc.nat(6), naming: fc.constantFrom(...namings) });
  const span = fc.record({ from: fc.integer({ min: 0, max: 7 }), minutes: fc.integer({ min: 1, max: 4 }) });

  it.each([
    ['without spans', fc.constant(undefined)],
    ['with a span for some users', fc.option(span, { nil: undefined })],
  ])('equals one call per user, or says truncated and is a prefix of it, %s', async (_, spans) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(activity, { maxLength: 60 }),
        fc.array(spans, { minLength: 5, maxLength: 5 }),
        fc.integer({ min: 2, max: 12 }),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        async (activities, spanOfUser, pageRows, first, withNextPage) => {
          const names = userNames(5);
          const rows = activities.map(({ user, minutesAgo, naming }, n) =>
            row(
              `id${String((n * 37) % 61).padStart(2, '0')}`,
              names[user] as string,
              now - minutesAgo * minute,
              naming,
            ),
          );
          const requests = spanOfUser.map((chosen) => {
            const from = now - (chosen?.from ?? 0) * minute;
            const to = from + (chosen?.minutes ?? 0) * minute;
            return {
              ...(chosen ? { from: iso(from), to: iso(to) } : {}),
              page: { first, after: undefined },
              withNextPage,
            };
          });
          const { upstream, operation } = setUp(activityService(rows, pageRows));
          const { source } = operation();
          const pages = await Promise.all(names.map((name, n) => source.ofUser(name, requests[n] as never)));
          expect(upstream.requests).toBeLessThanOrEqual(12);
          for (const [n, page] of pages.entries()) {
            const { from = iso(0), to = iso(now + hour) } = requests[n] ?? {};
            const inSpan = rows.filter(
              ({ body }) => body.timestamp >= Date.parse(from) && body.timestamp < Date.parse(to),
            );
            const whole = oracle(inSpan, names[n] as string, 1_000);
            const shown = page.nodes.map(({ id }) => id);
            expect(shown).toEqual(whole.slice(0, page.info.truncated ? shown.length : first));
            if (withNextPage && !page.info.truncated) expect(page.pageInfo.hasNextPage).toBe(whole.length > first);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
