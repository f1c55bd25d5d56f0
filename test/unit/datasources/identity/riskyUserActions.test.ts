import { describe, expect, it } from '@jest/globals';
import type { UserKey } from '../../../../src/datasources/directory/DirectoryDataSource.js';
import type { ActedUser } from '../../../../src/datasources/identity/actions/createRiskyUserWrites.js';
import { RiskyUserActions } from '../../../../src/datasources/identity/actions/RiskyUserActions.js';
import type { RiskActionName } from '../../../../src/datasources/identity/actions/riskActions.js';
import type { User } from '../../../../src/schema/types/user.type.js';
import { failure } from '../support/failures.js';
import { guid, type SeenCall, type Service } from '../support/fakeUpstream.js';
import { identity, type RiskyRow, riskyUser, setUpIdentity } from './fakeIdentity.js';

const effects: Readonly<Record<string, Partial<RiskyRow>>> = {
  confirmCompromised: { riskLevel: 'high', riskState: 'confirmedCompromised' },
  dismiss: { riskLevel: 'none', riskState: 'dismissed' },
  confirmSafe: { riskLevel: 'none', riskState: 'confirmedSafe' },
};

/** Identity Protection that takes actions; hooks break a POST before it is carried out, or after. */
function setUp(risky: readonly RiskyRow[], known: (id: string) => boolean = () => true) {
  const rows = new Map(risky.map((row) => [row.id, row]));
  const hooks = { before: (_post: SeenCall, _number: number) => {}, after: (_post: SeenCall) => {}, lags: false };
  let posts = 0;
  const service: Service = (call) => {
    if (call.method !== 'POST') return identity({ risky: [...rows.values()] })(call);
    posts += 1;
    hooks.before(call, posts);
    for (const id of call.body.userIds) {
      const row = rows.get(id) ?? { ...riskyUser(0), id };
      const change = effects[call.path.split('/').at(-1) ?? ''];
      if (!hooks.lags) rows.set(id, { ...row, ...change, riskLastUpdatedDateTime: '2026-11-21T08:00:00.5Z' });
    }
    hooks.after(call);
    return null;
  };
  const set = setUpIdentity(service);
  const directory = {
    user: async (key: UserKey) =>
      'id' in key && known(key.id) ? ({ id: key.id, userPrincipalName: `upn-${key.id}` } as User) : null,
  };
  const acted: ActedUser[] = [];
  const act = (
    name: RiskActionName,
    input: { userIds: string[]; idempotencyKey?: string },
    principal = 'tenant ann',
  ) => {
    const source = set.open();
    const { idempotency } = source.writes;
    const onActed = (users: readonly ActedUser[]) => acted.push(...users);
    return new RiskyUserActions({ identity: source, directory, idempotency, onActed, principal }).run(name, input);
  };
  const sent = () => set.upstream.calls.filter(({ method }) => method === 'POST');
  return { ...set, hooks, rows, act, sent, acted };
}

const ids = (count: number) => Array.from({ length: count }, (_, n) => guid(n + 1));
const codes = (payload: { results: readonly { errors: readonly { code: string }[] }[] }) =>
  payload.results.map(({ errors }) => errors[0]?.code ?? 'done');

describe('actions on risky users', () => {
  it.each([
    ['confirmUsersCompromised', 'confirmCompromised', { riskLevel: 'HIGH', riskState: 'CONFIRMED_COMPROMISED' }],
    ['dismissUsersRisk', 'dismiss', { riskLevel: 'NONE', riskState: 'DISMISSED' }],
    ['confirmUsersSafe', 'confirmSafe', { riskLevel: 'NONE', riskState: 'CONFIRMED_SAFE' }],
  ] as const)('%s is one POST of the ids to %s', async (name, verb, effect) => {
    const set = setUp([riskyUser(1), riskyUser(2)]);
    await set.open().riskyUser({ id: guid(1) });
    const payload = await set.act(name, { userIds: ids(2) });
    expect(payload).toEqual({
      results: ids(2).map((userId) => ({ __typename: 'RiskyUserActionResult', userId, errors: [] })),
      errors: [],
    });
    expect(set.sent()).toMatchObject([
      { path: `/v1.0/identityProtection/riskyUsers/${verb}`, body: { userIds: ids(2) }, batched: false },
    ]);
    expect(await set.open().riskyUser({ id: guid(1) })).toMatchObject(effect);
  });

  it('go 60 ids a call, in input order, each id once', async () => {
    const set = setUp([]);
    const wanted = ids(61);
    const payload = await set.act('dismissUsersRisk', { userIds: [...wanted, guid(1), guid(2).toUpperCase()] });
    expect(payload.results.map(({ userId }) => userId)).toEqual(wanted);
    expect(set.sent().map(({ body }) => body.userIds)).toEqual([wanted.slice(0, 60), wanted.slice(60)]);
  });

  it('tell of the users that were acted on, with their names, and of nobody else', async () => {
    const set = setUp([riskyUser(2)], (id) => id === guid(1));
    await set.act('confirmUsersSafe', { userIds: ['me', ...ids(3)] });
    expect(set.acted).toEqual([
      { id: guid(1), userPrincipalName: `upn-${guid(1)}` },
      { id: guid(2), userPrincipalName: null },
    ]);
    set.hooks.before = () => {
      throw failure('UPSTREAM_THROTTLED', 'none', 429);
    };
    await set.act('dismissUsersRisk', { userIds: ids(1) }).catch(() => undefined);
    expect(set.acted).toHaveLength(2);
  });

  it('refuse what is no object id at its place, and do the rest', async () => {
    const set = setUp([]);
    const payload = await set.act('dismissUsersRisk', { userIds: ['me', guid(1), `${guid(2)}/..`] });
    expect(payload.results).toMatchObject([
      { userId: 'me', errors: [{ code: 'INVALID_INPUT', inputPath: ['userIds', '0'] }] },
      { errors: [] },
      { errors: [{ code: 'INVALID_INPUT', inputPath: ['userIds', '2'] }] },
    ]);
    expect(set.sent().map(({ body }) => body.userIds)).toEqual([[guid(1)]]);
  });

  it.each([
    [{ userIds: [] }, ['userIds']],
    [{ userIds: ids(301) }, ['userIds']],
    [{ userIds: ids(1), idempotencyKey: ' ' }, ['idempotencyKey']],
  ])('refuse a request of the wrong size without a call (case %#)', async (input, inputPath) => {
    const set = setUp([]);
    expect(await set.act('dismissUsersRisk', input)).toMatchObject({
      results: [],
      errors: [{ code: 'INVALID_INPUT', inputPath }],
    });
    expect(set.upstream.requests).toBe(0);
  });

  it('answer NOT_FOUND for ids that neither the directory nor Identity Protection knows, and do not send them', async () => {
    const set = setUp([riskyUser(2)], (id) => id === guid(1));
    const payload = await set.act('confirmUsersSafe', { userIds: ids(3) });
    expect(codes(payload)).toEqual(['done', 'done', 'NOT_FOUND']);
    expect(set.sent().map(({ body }) => body.userIds)).toEqual([[guid(1), guid(2)]]);
    expect(codes(await set.act('confirmUsersSafe', { userIds: [guid(3)] }))).toEqual(['NOT_FOUND']);
    expect(set.sent()).toHaveLength(1);
  });

  it('take the word of the directory when it does not know many ids, and send all when it cannot be asked', async () => {
    const many = setUp([], () => false);
    expect(new Set(codes(await many.act('dismissUsersRisk', { userIds: ids(6) })))).toEqual(new Set(['NOT_FOUND']));
    expect(many.upstream.requests).toBe(0);
    const silent = setUp([], () => {
      throw new Error('away');
    });
    expect(codes(await silent.act('dismissUsersRisk', { userIds: ids(2) }))).toEqual(['done', 'done']);
  });

  it('report the ids of calls that went through as done, and the others as PARTLY_APPLIED', async () => {
    const set = setUp([]);
    set.hooks.before = (_, number) => {
      if (number === 2) throw failure('UPSTREAM_THROTTLED', 'none');
    };
    const input = { userIds: ids(130), idempotencyKey: 'k1' };
    const payload = await set.act('dismissUsersRisk', input);
    expect(codes(payload)).toEqual([...Array(60).fill('done'), ...Array(70).fill('PARTLY_APPLIED')]);
    expect(payload.results[129]?.errors[0]).toMatchObject({
      inputPath: ['userIds', '129'],
      message: expect.stringContaining('UPSTREAM_THROTTLED'),
    });
    expect(set.sent()).toHaveLength(2);
    expect(new Set(codes(await set.act('dismissUsersRisk', input)))).toEqual(new Set(['done']));
    expect(set.sent().map(({ body }) => body.userIds.length)).toEqual([60, 60, 60, 10]);
  });

  it('fail as a whole when nothing was done', async () => {
    const set = setUp([]);
    const throttled = failure('UPSTREAM_THROTTLED', 'none');
    set.hooks.before = () => {
      throw throttled;
    };
    await expect(set.act('dismissUsersRisk', { userIds: ids(61) })).rejects.toBe(throttled);
    expect(set.sent()).toHaveLength(1);
  });

  it('tell refusals of one call as such, and go on with the next', async () => {
    const set = setUp([]);
    set.hooks.before = (_, number) => {
      if (number === 1) throw failure('UPSTREAM_BAD_RESPONSE', 'none', 400);
    };
    expect(codes(await set.act('dismissUsersRisk', { userIds: ids(61) }))).toEqual([
      ...Array(60).fill('INVALID_INPUT'),
      'done',
    ]);
  });

  it('look the effect up when the answer is lost, and never send twice', async () => {
    const lost = failure('UPSTREAM_TIMEOUT', 'unknown');
    const set = setUp([riskyUser(1), riskyUser(2, { riskLevel: 'high', riskState: 'atRisk' })]);
    set.hooks.after = () => {
      set.rows.set(guid(2), riskyUser(2, { riskLevel: 'high', riskState: 'atRisk' }));
      throw lost;
    };
    const input = { userIds: ids(2), idempotencyKey: 'k1' };
    for (let repeat = 0; repeat < 2; repeat += 1) {
      const payload = await set.act('confirmUsersCompromised', input);
      expect(codes(payload)).toEqual(['done', 'OUTCOME_UNKNOWN']);
      expect(payload.results[1]?.errors[0]?.inputPath).toEqual(['userIds', '1']);
    }
    expect(set.sent()).toHaveLength(1);
    expect(set.upstream.calls.at(-1)).toMatchObject({
      path: '/v1.0/identityProtection/riskyUsers',
      query: { $filter: "riskState eq 'confirmedCompromised'" },
    });
  });

  it('answer a repeat with the same key without a second POST, and refuse the key for other ids', async () => {
    const set = setUp([]);
    const input = { userIds: ids(2), idempotencyKey: 'k1' };
    const payloads = await Promise.all([set.act('dismissUsersRisk', input), set.act('dismissUsersRisk', input)]);
    expect(payloads[1]).toEqual(payloads[0]);
    expect(await set.act('dismissUsersRisk', { ...input, userIds: ids(3) })).toMatchObject({
      results: [],
      errors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    expect(set.sent()).toHaveLength(1);
    await set.act('dismissUsersRisk', { ...input, userIds: ids(3) }, 'tenant bob');
    await set.act('confirmUsersSafe', { ...input, userIds: ids(3) });
    expect(set.sent()).toHaveLength(3);
  });
});

describe('reads after an action', () => {
  const page = { first: 10, after: undefined };

  it('show it while the upstream lags, by id and in lists, and leave rows out that no longer match', async () => {
    const set = setUp([riskyUser(1, { riskState: 'atRisk' }), riskyUser(2, { riskState: 'atRisk' })]);
    set.hooks.lags = true;
    await set.open().riskyUsers(null, page);
    await set.act('dismissUsersRisk', { userIds: [guid(1).toUpperCase()] });
    const written = { riskLevel: 'NONE', riskState: 'DISMISSED', riskDetail: 'ADMIN_DISMISSED_ALL_RISK_FOR_USER' };
    expect(await set.open().riskyUser({ id: guid(1) })).toMatchObject({ id: guid(1), ...written });
    const all = await set.open().riskyUsers(null, page);
    expect(all.nodes).toMatchObject([
      { id: guid(1), ...written },
      { id: guid(2), riskState: 'AT_RISK' },
    ]);
    const open = await set.open().riskyUsers({ riskState: { in: ['AT_RISK'] } }, page);
    expect(open.nodes).toMatchObject([{ id: guid(2) }]);
  });

  it('show a user whom the upstream does not hold at risk yet', async () => {
    const set = setUp([]);
    set.hooks.lags = true;
    await set.act('confirmUsersCompromised', { userIds: [guid(1)] });
    expect(await set.open().riskyUser({ id: guid(1) })).toMatchObject({
      id: guid(1),
      riskLevel: 'HIGH',
      userDisplayName: null,
    });
    expect(await set.open().riskyUser({ id: guid(2) })).toBeNull();
  });

  it('let a later change through, and believe the upstream again after five minutes', async () => {
    const set = setUp([riskyUser(1), riskyUser(2)]);
    set.hooks.lags = true;
    await set.act('dismissUsersRisk', { userIds: ids(2) });
    set.rows.set(guid(1), riskyUser(1, { riskLevel: 'medium', riskLastUpdatedDateTime: '2026-11-21T08:00:01.1Z' }));
    expect(await set.open().riskyUser({ id: guid(1) })).toMatchObject({ riskLevel: 'MEDIUM' });
    await set.clock.advance(299_000);
    expect(await set.open().riskyUser({ id: guid(2) })).toMatchObject({ riskLevel: 'NONE' });
    await set.clock.advance(1_000);
    expect(await set.open().riskyUser({ id: guid(2) })).toMatchObject({ riskLevel: 'HIGH' });
  });

  it('read the users acted on anew, and nobody else', async () => {
    const set = setUp([riskyUser(1), riskyUser(2)]);
    const readAll = async () => {
      const source = set.open();
      for (const id of ids(2)) {
        await source.riskyUser({ id });
        await source.riskyUserHistory(id);
        await source.riskEventsOfUser({ id });
      }
    };
    await readAll();
    await set.act('dismissUsersRisk', { userIds: [guid(1)] });
    const before = set.upstream.calls.length;
    await readAll();
    const reads = set.upstream.calls.slice(before).map(({ path, query }) => `${path} ${query.$filter ?? ''}`);
    expect(reads).toHaveLength(3);
    expect(reads.every((read) => read.includes(guid(1)))).toBe(true);
  });
});
