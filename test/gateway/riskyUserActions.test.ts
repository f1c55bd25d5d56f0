import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { buildHastyClock } from '../support/hastyClock.js';
import { type GuardedStack, startGuardedStack } from '../support/rights.js';
import { type Stack, startStack } from '../support/startStack.js';
import { upstreamRow } from '../support/upstreamRow.js';

const shown = 'id riskLevel riskState riskDetail userPrincipalName';
const nowhere = '00000000-0000-4000-8000-00000000dead';

type Action = 'confirmUsersCompromised' | 'dismissUsersRisk' | 'confirmUsersSafe';

let stack: Stack;
let users: { id: string; riskyUser: object | null }[];

/** The tenant has no limits here and the gateway's time runs fast, so that budgets cost no real seconds. */
beforeAll(async () => {
  stack = await startStack({
    emulator: { users: 260, switches: { limits: false } },
    env: { REQUEST_TIMEOUT_MS: '60000', POLL_SECONDS: '3600', IDENTITY_SHARE: '1' },
    deps: { clock: buildHastyClock(10) },
  });
  const answer = await stack.ask('{ users(first: 220) { nodes { id riskyUser { id } } } }');
  users = answer.data?.users.nodes;
});
afterAll(() => stack.stop());
afterEach(() => stack.control('DELETE', '/_control/faults'));

const fault = (options: object) => stack.control('POST', '/_control/faults', { upstream: 'identity', ...options });

/** Users whom no other test of this file acts on. */
const freshIds = (count: number) => users.splice(0, count).map(({ id }) => id);
const freshRiskyId = () => {
  const [user] = users.splice(
    users.findIndex(({ riskyUser }) => riskyUser !== null),
    1,
  );
  return user?.id as string;
};

async function act(name: Action, userIds: readonly string[], more: { key?: string; selection?: string } = {}) {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const selection = more.selection ?? `riskyUser { ${shown} }`;
  const document = `mutation ($input: ${type}!) { ${name}(input: $input) {
    errors { code inputPath } results { userId errors { code inputPath } ${selection} } } }`;
  const input = { userIds, ...(more.key === undefined ? {} : { idempotencyKey: more.key }) };
  const answer = await stack.ask(document, { variables: { input } });
  return { answer, payload: answer.data?.[name] };
}

async function posts(answer: Awaited<ReturnType<typeof act>>['answer']) {
  return (await stack.callsOf(answer)).filter(({ area, method }) => area === 'identity' && method === 'POST');
}

const codesOf = (payload: any): string[] => payload.results.map(({ errors }: any) => errors[0]?.code ?? 'done');

describe('an action on risky users', () => {
  it.each([
    ['confirmUsersCompromised', 'confirmCompromised', { riskLevel: 'HIGH', riskState: 'CONFIRMED_COMPROMISED' }],
    ['dismissUsersRisk', 'dismiss', { riskLevel: 'NONE', riskState: 'DISMISSED' }],
    ['confirmUsersSafe', 'confirmSafe', { riskLevel: 'NONE', riskState: 'CONFIRMED_SAFE' }],
  ] as const)('%s answers each user as it is now', async (name, verb, effect) => {
    const wanted = [freshRiskyId(), ...freshIds(1)];
    const { answer, payload } = await act(name, wanted);
    expect(answer.errors).toBeUndefined();
    expect(payload).toMatchObject({
      errors: [],
      results: wanted.map((userId) => ({ userId, errors: [], riskyUser: { id: userId, ...effect } })),
    });
    expect((await posts(answer)).map(({ path, status }) => [path, status])).toEqual([
      [`/v1.0/identityProtection/riskyUsers/${verb}`, 204],
    ]);
    const history = await stack.ask(
      `{ riskyUser(id: "${wanted[0]}") { ${shown} history { riskState initiatedBy activity { detail } } } }`,
    );
    expect(history.data?.riskyUser).toMatchObject({
      ...effect,
      history: expect.arrayContaining([expect.objectContaining({ riskState: effect.riskState })]),
    });
  });

  it('takes 61 users in two calls and answers them in input order', async () => {
    const wanted = freshIds(61);
    const { answer, payload } = await act('dismissUsersRisk', [...wanted, wanted[0] as string], { selection: '' });
    expect(payload.results.map(({ userId }: any) => userId)).toEqual(wanted);
    expect(codesOf(payload)).toEqual(Array(61).fill('done'));
    expect(await posts(answer)).toHaveLength(2);
  });

  it('tells unknown users and wrong ids at their place, and does the rest', async () => {
    const [good] = freshIds(1);
    const { answer, payload } = await act('confirmUsersSafe', ['nobody', good as string, nowhere]);
    expect(payload.results).toMatchObject([
      { userId: 'nobody', riskyUser: null, errors: [{ code: 'INVALID_INPUT', inputPath: ['userIds', '0'] }] },
      { userId: good, riskyUser: { riskState: 'CONFIRMED_SAFE' }, errors: [] },
      { userId: nowhere, riskyUser: null, errors: [{ code: 'NOT_FOUND', inputPath: ['userIds', '2'] }] },
    ]);
    expect(answer.errors).toBeUndefined();
    const none = await act('confirmUsersSafe', []);
    expect(none.payload).toEqual({ results: [], errors: [{ code: 'INVALID_INPUT', inputPath: ['userIds'] }] });
    expect(await posts(none.answer)).toEqual([]);
  });

  it('goes on after a call that the upstream refused', async () => {
    await fault({ kind: 'status', status: 400, times: 1, match: 'POST' });
    const { payload } = await act('dismissUsersRisk', freshIds(61), { selection: '' });
    expect(codesOf(payload)).toEqual([...Array(60).fill('INVALID_INPUT'), 'done']);
  });

  it('reports what went through as done and the rest as PARTLY_APPLIED; a repeat with the key does the rest', async () => {
    const wanted = freshIds(61);
    // Faults strike in their order, one a call: the first does no harm to an answer without a body.
    await fault({ kind: 'slow', delayMs: 1, times: 1, match: 'POST' });
    await fault({ kind: 'forbidden', times: 1, match: 'POST' });
    const { answer, payload } = await act('dismissUsersRisk', wanted, { key: 'partly', selection: '' });
    expect(codesOf(payload)).toEqual([...Array(60).fill('done'), 'PARTLY_APPLIED']);
    expect(payload.results[60].errors[0].inputPath).toEqual(['userIds', '60']);
    expect((await posts(answer)).map(({ status }) => status)).toEqual([204, 403]);
    const repeat = await act('dismissUsersRisk', wanted, { key: 'partly', selection: '' });
    expect(codesOf(repeat.payload)).toEqual(Array(61).fill('done'));
    expect(await posts(repeat.answer)).toHaveLength(1);
  });

  it('answers a repeat with its key without another POST', async () => {
    const wanted = freshIds(2);
    const answers = [];
    for (let repeat = 0; repeat < 2; repeat += 1)
      answers.push(await act('confirmUsersCompromised', wanted, { key: 'again' }));
    expect(answers[1]?.payload).toEqual(answers[0]?.payload);
    expect(await Promise.all(answers.map(async ({ answer }) => (await posts(answer)).length))).toEqual([1, 0]);
    const reused = await act('confirmUsersCompromised', freshIds(1), { key: 'again' });
    expect(reused.payload.errors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  it('is sent again after a 429, which did nothing', async () => {
    await fault({ kind: 'status', status: 429, times: 1, match: 'POST' });
    const { answer, payload } = await act('dismissUsersRisk', freshIds(1));
    expect(codesOf(payload)).toEqual(['done']);
    expect((await posts(answer)).map(({ status }) => status)).toEqual([429, 204]);
  });

  it('fails as a whole, with its cause, when nothing was done', async () => {
    await fault({ kind: 'forbidden', times: 1, match: 'POST' });
    const { answer, payload } = await act('dismissUsersRisk', freshIds(1));
    expect(payload).toBeNull();
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'UPSTREAM_FORBIDDEN',
      upstream: 'GRAPH_IDENTITY_PROTECTION',
      permission: 'IdentityRiskyUser.ReadWrite.All',
    });
  });

  it.each([{ kind: 'status', status: 503 }, { kind: 'reset' }])(
    'whose answer is lost (%j) is not sent again, and is told by what the upstream shows',
    async (lost) => {
      const [id] = freshIds(1) as [string];
      await fault({ ...lost, times: 1, match: 'POST' });
      const { answer, payload } = await act('confirmUsersCompromised', [id]);
      const { value } = await upstreamRow(
        stack.emulator,
        "/identityProtection/riskyUsers?$top=500&$filter=riskState eq 'confirmedCompromised'",
      );
      const isDone = value.some((row: { id: string }) => row.id === id);
      expect(codesOf(payload)).toEqual([isDone ? 'done' : 'OUTCOME_UNKNOWN']);
      expect((await posts(answer)).length).toBeLessThanOrEqual(1);
    },
  );

  it('shows in every read although the upstream lags', async () => {
    const id = freshRiskyId();
    const list =
      '{ riskyUsers(first: 200) { nodes { id riskState } } open: riskyUsers(first: 200, filter: { riskState: { in: [AT_RISK] } }) { nodes { id } } }';
    await stack.ask(list);
    await fault({ kind: 'writeLag', seconds: 600, times: 1 });
    const { payload } = await act('confirmUsersSafe', [id]);
    expect(payload.results[0].riskyUser).toMatchObject({ id, riskLevel: 'NONE', riskState: 'CONFIRMED_SAFE' });
    const { data } = await stack.ask(
      `{ riskyUser(id: "${id}") { riskState } user(id: "${id}") { riskyUser { riskState } } }`,
    );
    expect(data).toEqual({
      riskyUser: { riskState: 'CONFIRMED_SAFE' },
      user: { riskyUser: { riskState: 'CONFIRMED_SAFE' } },
    });
    const lists = (await stack.ask(list)).data;
    expect(lists?.riskyUsers.nodes).toContainEqual({ id, riskState: 'CONFIRMED_SAFE' });
    expect(lists?.open.nodes).not.toContainEqual({ id });
  });
});

describe('the permission to respond', () => {
  let guarded: GuardedStack;
  beforeAll(async () => {
    guarded = await startGuardedStack();
  });
  afterAll(() => guarded.stack.stop());

  it.each(['confirmUsersCompromised', 'dismissUsersRisk', 'confirmUsersSafe'])('is asked for %s', async (name) => {
    const query = `mutation { ${name}(input: { userIds: ["nobody"] }) { results { errors { code } } } }`;
    await guarded.expectRefused('Security.Respond', [['Security.Read'], ['Security.Triage', 'Security.Audit']], query);
    expect((await guarded.askAs(['Security.Respond'], query)).data).toEqual({
      [name]: { results: [{ errors: [{ code: 'INVALID_INPUT' }] }] },
    });
  });
});
