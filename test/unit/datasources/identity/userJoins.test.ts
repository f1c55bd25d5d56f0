import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildScope, guid, namedIn } from '../support/fakeUpstream.js';
import { callsTo, type DetectionRow, detection, identity, riskyUser, setUpIdentity } from './fakeIdentity.js';

const someone = (user: number) => ({ id: guid(user), userPrincipalName: `user${user}@contoso.com` });
const people = (count: number) => Array.from({ length: count }, (_, n) => someone(n));

describe('risk events of many users', () => {
  it.each([
    [1, 1],
    [15, 1],
    [20, 2],
    [120, 8],
  ])('costs for %i users %i calls', async (count, calls) => {
    const detections = people(count).flatMap((_, n) => [detection(2 * n, n, n), detection(2 * n + 1, n, n + 1)]);
    const { upstream, open } = setUpIdentity(identity({ detections }));
    const source = open();
    const found = await Promise.all(people(count).map((user) => source.riskEventsOfUser(user)));
    expect(found.map(({ rows }) => rows.length)).toEqual(Array(count).fill(2));
    expect(upstream.requests).toBe(calls);
    expect(Math.max(...upstream.calls.map((call) => namedIn(call.query.$filter)))).toBeLessThanOrEqual(15);
  });

  it('costs nothing when asked again within the lifetime', async () => {
    const { upstream, open } = setUpIdentity(identity({ detections: [detection(1, 0, 5)] }));
    await Promise.all(people(20).map((user) => open().riskEventsOfUser(user)));
    const before = upstream.requests;
    const source = open();
    const again = await Promise.all(people(20).map((user) => source.riskEventsOfUser(user)));
    expect(upstream.requests).toBe(before);
    expect(again[0]?.info).toMatchObject({ source: 'CACHE', stale: false });
  });

  it('collects users that are asked for in different turns of the same tick', async () => {
    const { upstream, open } = setUpIdentity(identity({ detections: [] }));
    const source = open();
    const late = async (user: { id: string }, turns: number) => {
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      return source.riskEventsOfUser(user);
    };
    await Promise.all(people(15).map((user, n) => late(user, 3 * n)));
    expect(upstream.requests).toBe(1);
  });

  it('reads the tenant instead when it is known to take fewer calls', async () => {
    const detections = people(40).map((_, n) => detection(n, n, n));
    const { upstream, open } = setUpIdentity(identity({ detections }));
    await open().riskEvents(null, { first: 5, after: undefined });
    const source = open();
    const found = await Promise.all(people(40).map((user) => source.riskEventsOfUser(user)));
    expect(found.map(({ rows }) => rows.map(({ id }) => id))).toEqual(people(40).map((_, n) => [`d${n}`]));
    expect(upstream.requests).toBe(1);
  });

  it('stops at four pages a filter and says so', async () => {
    const detections = Array.from({ length: 90 }, (_, n) => detection(n, n % 2, n));
    const { upstream, open } = setUpIdentity(identity({ detections, pageSize: 20 }));
    const scope = buildScope();
    const source = open(scope);
    const [busy, also] = await Promise.all([source.riskEventsOfUser(someone(0)), source.riskEventsOfUser(someone(1))]);
    expect(upstream.requests).toBe(4);
    expect(busy?.info).toMatchObject({
      truncated: true,
      warnings: [{ code: 'TRUNCATED', upstream: 'GRAPH_IDENTITY_PROTECTION' }],
    });
    expect(also?.info.truncated).toBe(true);
    expect(scope.meter.warnings).toEqual(['TRUNCATED']);
  });

  it('keeps a failed filter to its own users', async () => {
    const whole = identity({ detections: [] });
    const { open } = setUpIdentity((call) => {
      if (call.query.$filter?.includes(guid(19))) throw new Error('throttled');
      return whole(call);
    });
    const source = open();
    const found = await Promise.allSettled(people(20).map((user) => source.riskEventsOfUser(user)));
    expect(found.map(({ status }) => status)).toEqual([...Array(15).fill('fulfilled'), ...Array(5).fill('rejected')]);
  });

  it('forgets a user by its tag and leaves the others', async () => {
    const { upstream, cache, open } = setUpIdentity(identity({ detections: [] }));
    const ask = () => Promise.all([0, 1].map((user) => source.riskEventsOfUser(someone(user))));
    let source = open();
    await ask();
    await cache.drop([`riskEvents:user:${guid(1)}`]);
    source = open();
    await ask();
    expect(upstream.calls.at(-1)?.query.$filter).toBe(`userId eq '${guid(1)}'`);
    await cache.drop(['riskEvents']);
    source = open();
    await ask();
    expect(namedIn(upstream.calls.at(-1)?.query.$filter)).toBe(2);
  });

  it('equals one call a user, whatever the skew, the page size and the order of rows', async () => {
    const rows = fc.array(fc.record({ user: fc.oneof(fc.nat(35), fc.constant(3)), minutes: fc.nat(50) }), {
      maxLength: 120,
    });
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.integer({ min: 31, max: 500 }),
        fc.uniqueArray(fc.nat(40), { maxLength: 40 }),
        async (planned, pageSize, asked) => {
          const detections = planned.map(({ user, minutes }, n) => detection(n, user, minutes));
          const { upstream, open } = setUpIdentity(
            identity({ detections: [...detections, ...detections.slice(0, 3)], pageSize }),
          );
          const source = open();
          const found = await Promise.all(asked.map((user) => source.riskEventsOfUser(someone(user))));
          expect(found.map(({ rows }) => rows.map(({ id }) => id))).toEqual(
            asked.map((user) => oracle(detections, user)),
          );
          expect(found.every(({ info }) => !info.truncated)).toBe(true);
          const pages = Math.ceil((planned.length + 3) / pageSize);
          expect(upstream.requests).toBeLessThanOrEqual(Math.ceil(asked.length / 15) * Math.max(1, pages));
        },
      ),
      { numRuns: 80 },
    );
  });
});

/** The same by looking at every row for one user. */
function oracle(detections: readonly DetectionRow[], user: number): string[] {
  return detections
    .filter((row) => row.userId === guid(user))
    .sort((a, b) => Date.parse(b.activityDateTime) - Date.parse(a.activityDateTime) || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

describe('one page of the risk events of a user', () => {
  it('brings every event once, latest first', async () => {
    const detections = Array.from({ length: 25 }, (_, n) => detection(n, 0, Math.floor(n / 3)));
    const { upstream, open } = setUpIdentity(identity({ detections }));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await open().riskEventsOfUserPage(someone(0), { first: 4, after });
      expect(page.totalCount).toBe(25);
      seen.push(...page.nodes.map(({ id }) => id));
      after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? undefined) : undefined;
    } while (after);
    expect(seen).toEqual(oracle(detections, 0));
    expect(upstream.requests).toBe(1);
  });

  it('refuses the cursor of another user', async () => {
    const { open } = setUpIdentity(identity({ detections: [detection(1, 0, 1), detection(2, 0, 2)] }));
    const page = await open().riskEventsOfUserPage(someone(0), { first: 1, after: undefined });
    const other = open().riskEventsOfUserPage(someone(1), { first: 1, after: page.pageInfo.endCursor ?? undefined });
    await expect(other).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('risky users of many users', () => {
  it.each([
    [20, 2],
    [120, 8],
  ])('costs for %i users %i calls', async (count, calls) => {
    const risky = people(count).flatMap((_, n) => (n % 3 === 0 ? [riskyUser(n)] : []));
    const { upstream, open } = setUpIdentity(identity({ risky }));
    const source = open();
    const found = await Promise.all(people(count).map((user) => source.riskyUser(user)));
    expect(found.map((user) => user?.id)).toEqual(people(count).map(({ id }, n) => (n % 3 === 0 ? id : undefined)));
    expect(upstream.requests).toBe(calls);
  });

  it('reads a single user by id and remembers that there is no risk', async () => {
    const { upstream, clock, open } = setUpIdentity(identity({ risky: [] }));
    expect(await open().riskyUser(someone(1))).toBeNull();
    expect(await open().riskyUser({ id: guid(1) })).toBeNull();
    expect(upstream.calls.map(({ path }) => path)).toEqual([`/v1.0/identityProtection/riskyUsers/${guid(1)}`]);
    await clock.advance(10 * 60_000);
    await open().riskyUser(someone(1));
    expect(upstream.requests).toBe(2);
  });

  it('matches by id, so that a name that went to somebody else is not taken for him', async () => {
    const risky = [riskyUser(0, { id: guid(77) }), riskyUser(1)];
    const { open } = setUpIdentity(identity({ risky }));
    const source = open();
    const [first, second] = await Promise.all([source.riskyUser(someone(0)), source.riskyUser(someone(1))]);
    expect(first).toBeNull();
    expect(second).toMatchObject({ id: guid(1), riskLevel: 'HIGH', rawRiskLevel: 'high' });
  });

  it('survives quotes in names', async () => {
    const odd = { id: guid(5), userPrincipalName: "o'neill' or 'a' eq 'a@contoso.com" };
    const { upstream, open } = setUpIdentity(identity({ risky: [riskyUser(5, odd)] }));
    const source = open();
    const [found] = await Promise.all([source.riskyUser(odd), source.riskyUser(someone(6))]);
    expect(found?.id).toBe(guid(5));
    expect(upstream.calls[0]?.query.$filter).toContain("'o''neill'' or ''a'' eq ''a@contoso.com'");
  });

  it('keeps risk events and risky users at two calls each for 20 users', async () => {
    const { upstream, open } = setUpIdentity(identity({ detections: [], risky: [] }));
    const source = open();
    await Promise.all(people(20).flatMap((user) => [source.riskEventsOfUser(user), source.riskyUser(user)]));
    expect([callsTo(upstream, 'riskDetections'), callsTo(upstream, 'riskyUsers')]).toEqual([2, 2]);
  });

  it('refuses ids that would lead to another path', async () => {
    const { upstream, open } = setUpIdentity(identity({}));
    await expect(open().riskyUser({ id: '..' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(open().riskyUserHistory('')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(open().riskEvent('\u0000')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await open().riskEvent('a/b?c')).toBeNull();
    expect(upstream.calls.map(({ path }) => path)).toEqual(['/v1.0/identityProtection/riskDetections/a%2Fb%3Fc']);
  });
});
