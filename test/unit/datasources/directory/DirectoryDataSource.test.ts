import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCache } from '../../../../src/cache/createCache.js';
import { DirectoryDataSource } from '../../../../src/datasources/directory/DirectoryDataSource.js';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import { silentLogger } from '../../../../src/observability/logger.js';
import type { Upstreams } from '../../../../src/upstream/contract.js';
import { createManualClock } from '../../cache/manualClock.js';
import {
  buildScope,
  collection,
  FakeUpstream,
  guid,
  namedIn,
  type SeenCall,
  type Service,
  satisfies,
} from '../support/fakeUpstream.js';

interface Row {
  readonly id: string;
  readonly userPrincipalName?: string;
  readonly deviceId?: string;
  readonly displayName: string;
}

function users(count: number): Row[] {
  return Array.from({ length: count }, (_, n) => ({
    id: guid(n),
    userPrincipalName: `User${n}@contoso.com`,
    displayName: `User ${String(n).padStart(5, '0')}`,
  }));
}

function devices(count: number): Row[] {
  return Array.from({ length: count }, (_, n) => ({ id: guid(n, 1), deviceId: guid(n, 2), displayName: `PC ${n}` }));
}

/** A directory that refuses what the real one refuses. */
function directory(rows: { users?: readonly Row[]; devices?: readonly Row[] }): Service {
  return (call) => {
    if (call.path === '/v1.0/directoryObjects/getByIds')
      return byIds([...(rows.users ?? []), ...(rows.devices ?? [])], call);
    expect(`${call.path}?${new URLSearchParams(call.query)}`.length).toBeLessThanOrEqual(2_048);
    expect(namedIn(call.query.$filter)).toBeLessThanOrEqual(15);
    const all = call.path === '/v1.0/users' ? rows.users : rows.devices;
    return collection(
      (all ?? []).filter((row) => satisfies(row, call.query.$filter)),
      call,
      100,
    );
  };
}

function byIds(rows: readonly Row[], call: SeenCall): object {
  const ids: string[] = call.body.ids;
  expect(ids.length).toBeLessThanOrEqual(1_000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  const type = call.body.types[0];
  return {
    value: rows
      .filter((row) => ids.includes(row.id))
      .filter((row) => (type === 'user') === 'userPrincipalName' in row)
      .reverse(),
  };
}

function setUp(service: Service) {
  const upstream = new FakeUpstream('GRAPH_DIRECTORY', service);
  const clock = createManualClock();
  const cache = createCache({ clock, logger: silentLogger, random: () => 0 });
  const upstreams = { GRAPH_DIRECTORY: upstream } as unknown as Upstreams;
  return {
    upstream,
    clock,
    open: (accessScope?: string) => new DirectoryDataSource({ upstreams, cache }, buildScope(accessScope)),
  };
}

describe('users and devices by key', () => {
  it('reads 1,000 users by id with one getByIds', async () => {
    const { upstream, open } = setUp(directory({ users: users(1_000) }));
    const source = open();
    const found = await Promise.all(users(1_000).map(({ id }) => source.user({ id })));
    expect(found.map((user) => user?.userPrincipalName)).toEqual(users(1_000).map((row) => row.userPrincipalName));
    expect(upstream.requests).toBe(1);
    expect(upstream.calls[0]?.query.$select).toContain('onPremisesSecurityIdentifier');
  });

  it('reads 1,001 users by id with two', async () => {
    const { upstream, open } = setUp(directory({ users: users(1_001) }));
    const source = open();
    await Promise.all(users(1_001).map(({ id }) => source.user({ id })));
    expect(upstream.requests).toBe(2);
  });

  it('reads 40 names with three filters in one batch', async () => {
    const { upstream, open } = setUp(directory({ users: users(40) }));
    const source = open();
    const names = users(40).map((row) => row.userPrincipalName as string);
    const found = await Promise.all(names.map((userPrincipalName) => source.user({ userPrincipalName })));
    expect(found.map((user) => user?.userPrincipalName)).toEqual(names);
    expect(upstream.requests).toBe(1);
    expect(upstream.calls.map((call) => namedIn(call.query.$filter))).toEqual([15, 15, 10]);
    expect(upstream.calls.every((call) => call.batched)).toBe(true);
  });

  it('reads a device by the id that evidence carries, joined by or', async () => {
    const { upstream, open } = setUp(directory({ devices: devices(20) }));
    const source = open();
    const found = await Promise.all(devices(20).map((row) => source.device({ deviceId: row.deviceId as string })));
    expect(found.map((device) => device?.id)).toEqual(devices(20).map(({ id }) => id));
    expect(upstream.requests).toBe(1);
    expect(upstream.calls).toHaveLength(2);
    expect(upstream.calls[0]?.query.$filter).toContain("' or deviceId eq '");
  });

  it('answers nobody twice: an id primes the name and a name primes the id', async () => {
    const { upstream, open } = setUp(directory({ users: users(2) }));
    await open().user({ id: guid(0) });
    expect(await open().user({ userPrincipalName: 'USER0@CONTOSO.COM' })).toMatchObject({ id: guid(0) });
    await open().user({ userPrincipalName: 'user1@contoso.com' });
    expect(await open().user({ id: guid(1).toUpperCase() })).toMatchObject({ userPrincipalName: 'User1@contoso.com' });
    expect(upstream.requests).toBe(2);
  });

  it('compares names without case and survives quotes in them', async () => {
    const row = { id: guid(7), userPrincipalName: "Siobhan.O'Neill@contoso.com", displayName: 'Siobhan' };
    const { upstream, open } = setUp(directory({ users: [row] }));
    expect(await open().user({ userPrincipalName: "siobhan.o'neill@CONTOSO.com" })).toMatchObject({ id: guid(7) });
    expect(upstream.calls[0]?.query.$filter).toBe("userPrincipalName in ('siobhan.o''neill@contoso.com')");
  });

  it('splits filters of long names before the URL is too long', async () => {
    const long = Array.from({ length: 15 }, (_, n) => `${'é'.repeat(60)}${n}@contoso.com`);
    const rows = long.map((userPrincipalName, n) => ({ id: guid(n), userPrincipalName, displayName: '' }));
    const { upstream, open } = setUp(directory({ users: rows }));
    const source = open();
    const found = await Promise.all(long.map((userPrincipalName) => source.user({ userPrincipalName })));
    expect(found.every((user) => user !== null)).toBe(true);
    expect(upstream.calls.length).toBeGreaterThan(1);
  });

  it('finds an entity whose id is no GUID, and takes the refusal of such an id for an unknown one', async () => {
    const row = { id: 'Id-value', deviceId: guid(1), displayName: 'Test device' };
    const source = setUp(directory({ devices: [row] })).open();
    expect(await source.device({ id: 'Id-value' })).toMatchObject({ deviceId: guid(1) });
    const refusal = new UpstreamError(
      'UPSTREAM_BAD_RESPONSE',
      'Refused.',
      { upstream: 'GRAPH_DIRECTORY' },
      { status: 400 },
    );
    const strict = setUp(() => {
      throw refusal;
    }).open();
    expect(await strict.device({ id: 'not-a-guid' })).toBeNull();
  });

  it.each(['', "' or 1 eq 1", '../users', `${guid(1)}\u0000`])('knows without a call that %j is no id', async (id) => {
    const { upstream, open } = setUp(directory({ users: users(3) }));
    const source = open();
    const [odd, good] = await Promise.all([source.user({ id }), source.user({ id: guid(1) })]);
    expect(odd).toBeNull();
    expect(good).toMatchObject({ id: guid(1) });
    expect(upstream.calls[0]?.body.ids).toEqual([guid(1)]);
  });

  it.each(['', 'nobody', 'two words@contoso.com', 'a@b@c', `${'x'.repeat(120)}@contoso.com`, '\ud800@contoso.com'])(
    'knows without a call that %j is no user principal name',
    async (userPrincipalName) => {
      const { upstream, open } = setUp(directory({ users: users(3) }));
      expect(await open().user({ userPrincipalName })).toBeNull();
      expect(upstream.requests).toBe(0);
    },
  );

  it('remembers for a while that somebody does not exist', async () => {
    const { upstream, clock, open } = setUp(directory({ users: users(1) }));
    expect(await open().user({ id: guid(99) })).toBeNull();
    expect(await open().user({ id: guid(99) })).toBeNull();
    expect(upstream.requests).toBe(1);
    await clock.advance(3 * 60_000);
    expect(await open().user({ id: guid(99) })).toBeNull();
    expect(upstream.requests).toBe(2);
  });

  it('asks again by filter for what getByIds left incomplete', async () => {
    const whole = directory({ users: users(3) });
    const { upstream, open } = setUp((call) =>
      call.path.endsWith('/getByIds') ? { value: users(3).map(({ id }) => ({ id })) } : whole(call),
    );
    const source = open();
    const found = await Promise.all(users(3).map(({ id }) => source.user({ id })));
    expect(found.map((user) => user?.userPrincipalName)).toEqual(users(3).map((row) => row.userPrincipalName));
    expect(upstream.calls.map((call) => call.operation)).toEqual(['directory.users.byIds', 'directory.users.byFilter']);
  });

  it('keeps a failed filter to its own names', async () => {
    const whole = directory({ users: users(20) });
    const { open } = setUp((call) => {
      if (call.query.$filter?.includes('user19@')) throw new Error('refused');
      return whole(call);
    });
    const source = open();
    const names = users(20).map((row) => row.userPrincipalName as string);
    const found = await Promise.allSettled(names.map((userPrincipalName) => source.user({ userPrincipalName })));
    expect(found.map(({ status }) => status)).toEqual([...Array(15).fill('fulfilled'), ...Array(5).fill('rejected')]);
  });

  it('shares nothing between access scopes', async () => {
    const { upstream, open } = setUp(directory({ users: users(1) }));
    await open('tenant-a').user({ id: guid(0) });
    await open('tenant-b').user({ id: guid(0) });
    expect(upstream.requests).toBe(2);
  });

  it('reads odd members as null and refuses rows without an id', async () => {
    const { open } = setUp((call) => ({
      value: [
        {
          id: call.body.ids[0],
          userPrincipalName: 'a@b.c',
          accountEnabled: 'Boolean',
          createdDateTime: 'String (timestamp)',
        },
      ],
    }));
    expect(await open().user({ id: guid(1) })).toMatchObject({
      accountEnabled: null,
      createdDateTime: null,
      businessPhones: [],
    });
    const refusing = setUp(() => ({ value: [{ userPrincipalName: 'a@b.c' }] }));
    await expect(refusing.open().user({ id: guid(1) })).rejects.toThrow();
  });

  it('answers any mix of keys as one call a key would', async () => {
    const rows = users(60);
    const key = fc.oneof(
      fc.nat(80).map((n) => ({ id: guid(n) })),
      fc.nat(80).map((n) => ({ userPrincipalName: `uSER${n}@contoso.com` })),
      fc.string().map((id) => ({ id })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(key, { maxLength: 90 }), async (keys) => {
        const { upstream, open } = setUp(directory({ users: rows }));
        const source = open();
        const found = await Promise.all(keys.map((wanted) => source.user(wanted)));
        const expected = keys.map((wanted) =>
          rows.find((row) =>
            'id' in wanted
              ? row.id === wanted.id
              : row.userPrincipalName?.toLowerCase() === wanted.userPrincipalName.toLowerCase(),
          ),
        );
        expect(found.map((user) => user?.id)).toEqual(expected.map((row) => row?.id));
        expect(upstream.requests).toBeLessThanOrEqual(2);
      }),
      { numRuns: 60 },
    );
  });
});

describe('lists of users', () => {
  it.each([1, 7, 50, 100, 130, 1_000])('brings everybody once, %i a page', async (first) => {
    const { open } = setUp(directory({ users: users(230) }));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await open().users(null, { first, after });
      expect(page.nodes.length).toBeLessThanOrEqual(first);
      seen.push(...page.nodes.map(({ id }) => id));
      after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? undefined) : undefined;
    } while (after !== undefined);
    expect(seen).toEqual(users(230).map(({ id }) => id));
  });

  it('uses the advanced query mode and tells the number of rows with the first page', async () => {
    const { upstream, open } = setUp(directory({ users: users(3) }));
    const page = await open().users('user "2\\', { first: 2, after: undefined });
    expect(page.totalCount).toBe(3);
    expect(page.pageInfo.hasNextPage).toBe(true);
    expect(upstream.calls[0]?.headers).toEqual({ ConsistencyLevel: 'eventual' });
    expect(upstream.calls[0]?.query).toMatchObject({
      $count: 'true',
      $search: '"displayName:user  2" OR "mail:user  2" OR "userPrincipalName:user  2"',
    });
  });

  it('pages within one upstream page without a further call', async () => {
    const { upstream, open } = setUp(directory({ users: users(90) }));
    const one = await open().users(null, { first: 30, after: undefined });
    await open().users(null, { first: 30, after: one.pageInfo.endCursor ?? undefined });
    expect(upstream.requests).toBe(1);
  });

  it('puts no URL into a cursor', async () => {
    const { open } = setUp(directory({ users: users(150) }));
    const page = await open().users(null, { first: 150, after: undefined });
    const texts = page.edges.map(({ cursor }) => Buffer.from(cursor, 'base64url').toString());
    expect(texts.some((text) => text.includes('/'))).toBe(false);
  });

  it('refuses cursors of another search, forged tokens, and rows that have left', async () => {
    const { open } = setUp(directory({ users: users(5) }));
    const one = await open().users(null, { first: 2, after: undefined });
    const cursor = one.pageInfo.endCursor as string;
    await expect(open().users('x', { first: 2, after: cursor })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    const forged = (change: object) =>
      Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(cursor, 'base64url').toString()), ...change })).toString(
        'base64url',
      );
    for (const o of ['100:a b', '5:', 'https://elsewhere.test', `100:${'x'.repeat(701)}`, '100:a&$top=1']) {
      await expect(open().users(null, { first: 2, after: forged({ o }) })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
    }
    await expect(open().users(null, { first: 2, after: forged({ i: 'gone' }) })).rejects.toMatchObject({
      code: 'CURSOR_EXPIRED',
    });
  });

  it('says that a cursor has expired when the directory has forgotten its page', async () => {
    const whole = directory({ users: users(150) });
    const { open, clock } = setUp((call) => {
      if (!call.query.$skiptoken || clock.now() < Date.parse('2026-11-22T00:00:00Z')) return whole(call);
      throw new UpstreamError('UPSTREAM_BAD_RESPONSE', 'status 400', { upstream: 'GRAPH_DIRECTORY' }, { status: 400 });
    });
    const page = await open().users(null, { first: 100, after: undefined });
    const next = await open().users(null, { first: 10, after: page.pageInfo.endCursor ?? undefined });
    await clock.advance(3 * 24 * 3_600_000);
    const later = open().users(null, { first: 10, after: next.pageInfo.endCursor ?? undefined });
    await expect(later).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' });
  });

  it('refuses a search that would make the URL too long', async () => {
    const { open } = setUp(directory({ users: users(1) }));
    await expect(open().users('x'.repeat(121), { first: 1, after: undefined })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    await expect(open().users('字'.repeat(100), { first: 1, after: undefined })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    await expect(open().users('y'.repeat(120), { first: 1, after: undefined })).resolves.toBeDefined();
  });

  it('goes past empty pages and says when there is no way on', async () => {
    const { open } = setUp((call) => {
      const token = call.query.$skiptoken;
      if (token === undefined) return { value: [], '@odata.nextLink': '/v1.0/users?$skiptoken=one' };
      return { value: users(1), '@odata.nextLink': '/v1.0/users?$skip=1' };
    });
    const page = await open().users(null, { first: 5, after: undefined });
    expect(page.nodes).toHaveLength(1);
    expect(page.info).toMatchObject({ truncated: true, warnings: [{ code: 'TRUNCATED' }] });
  });
});
