import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type GuardedStack, startGuardedStack } from '../support/rights.js';
import { type Stack, startStack } from '../support/startStack.js';
import { upstreamRow } from '../support/upstreamRow.js';

const updates = 'controlStateUpdates { state rawState assignedTo comment updatedBy updatedDateTime }';
const document = `mutation ($input: UpdateSecureScoreControlInput!) {
  updateSecureScoreControl(input: $input) { errors { code inputPath } profile { id ${updates} } } }`;
const profiles = `{ secureScoreControlProfiles { id ${updates} } }`;

let stack: Stack;
let ids: string[];

beforeAll(async () => {
  stack = await startStack();
  ids = (await stack.ask('{ secureScoreControlProfiles { id } }')).data?.secureScoreControlProfiles.map(
    ({ id }: { id: string }) => id,
  );
});
afterAll(() => stack.stop());
afterEach(() => stack.control('DELETE', '/_control/faults'));

/** A control that no other test of this file decides about. */
const freshId = () => ids.pop() as string;
const fault = (options: object) => stack.control('POST', '/_control/faults', { upstream: 'scores', ...options });

async function decide(input: Record<string, unknown>) {
  const answer = await stack.ask(document, { variables: { input } });
  return { answer, payload: answer.data?.updateSecureScoreControl };
}

async function latestRead(id: string) {
  const rows = (await stack.ask(profiles)).data?.secureScoreControlProfiles;
  return rows.find((row: { id: string }) => row.id === id).controlStateUpdates.at(-1);
}

async function patchesOf(id: string) {
  return (await stack.ledger()).filter(({ method, path }) => method === 'PATCH' && path.endsWith(`/${id}`));
}

describe('updateSecureScoreControl', () => {
  it('appends the decision, which every read shows from then on', async () => {
    const id = freshId();
    await latestRead(id);
    const decision = { state: 'THIRD_PARTY', assignedTo: 'ann@contoso.example', comment: 'Covered elsewhere.' };
    const { answer, payload } = await decide({ id, ...decision });
    expect(answer.errors).toBeUndefined();
    expect(payload.errors).toEqual([]);
    const latest = payload.profile.controlStateUpdates.at(-1);
    expect(latest).toMatchObject({ ...decision, rawState: 'ThirdParty', updatedBy: expect.any(String) });
    expect(await latestRead(id)).toEqual(latest);
    const upstream = await upstreamRow(stack.emulator, `/security/secureScoreControlProfiles/${id}`);
    expect(upstream.controlStateUpdates.at(-1)).toMatchObject({ ...decision, state: 'ThirdParty' });
    const later = await decide({ id, comment: 'Still so.' });
    expect(later.payload.profile.controlStateUpdates.at(-1)).toMatchObject({ ...decision, comment: 'Still so.' });
  });

  it('shows through the profile of a control score', async () => {
    const { data } = await stack.ask('{ secureScore { controlScores { controlName profile { id } } } }');
    const joined = data?.secureScore.controlScores.find(({ profile }: any) => ids.includes(profile?.id));
    await decide({ id: joined.profile.id, state: 'IGNORED' });
    const answer = await stack.ask(`{ secureScore { controlScores { controlName profile { ${updates} } } } }`);
    const scores = answer.data?.secureScore.controlScores;
    const seen = scores.find(({ controlName }: any) => controlName === joined.controlName);
    expect(seen.profile.controlStateUpdates.at(-1)).toMatchObject({ state: 'IGNORED' });
    ids = ids.filter((id) => id !== joined.profile.id);
  });

  it('is what reads show although the upstream lags', async () => {
    const id = freshId();
    await fault({ kind: 'writeLag', seconds: 600, times: 1 });
    const { payload } = await decide({ id, state: 'REVIEWED', comment: 'Seen.' });
    expect(payload).toMatchObject({ errors: [] });
    const mine = await latestRead(id);
    expect(mine).toMatchObject({ state: 'REVIEWED', comment: 'Seen.' });
  });

  it('answers NOT_FOUND, INVALID_INPUT and BAD_USER_INPUT without a write', async () => {
    const id = ids[0] as string;
    expect((await decide({ id: 'NoSuchControl', state: 'REVIEWED' })).payload).toEqual({
      errors: [{ code: 'NOT_FOUND', inputPath: ['id'] }],
      profile: null,
    });
    expect((await decide({ id })).payload).toMatchObject({ errors: [{ code: 'INVALID_INPUT' }], profile: { id } });
    expect((await decide({ id, state: 'UNRECOGNIZED' })).answer.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    expect(await patchesOf(id)).toEqual([]);
  });

  it('is sent once for a key, once more after a 429, and never again after a lost answer', async () => {
    const [once, throttled, lost] = [freshId(), freshId(), freshId()];
    const input = { id: once, state: 'REVIEWED', idempotencyKey: 'k1' };
    const answers = [await decide(input), await decide(input)];
    expect(answers[1]?.payload).toEqual(answers[0]?.payload);
    expect((await decide({ ...input, state: 'IGNORED' })).payload.errors).toMatchObject([
      { code: 'IDEMPOTENCY_KEY_REUSED' },
    ]);
    await fault({ kind: 'status', status: 429, retryAfter: 0.1, times: 1, match: 'PATCH' });
    expect((await decide({ id: throttled, state: 'REVIEWED' })).payload.errors).toEqual([]);
    await fault({ kind: 'status', status: 504, times: 1, match: 'PATCH' });
    expect((await decide({ id: lost, state: 'REVIEWED' })).payload.errors).toMatchObject([{ code: 'OUTCOME_UNKNOWN' }]);
    const statuses = await Promise.all([once, throttled, lost].map(patchesOf));
    expect(statuses.map((rows) => rows.map(({ status }) => status))).toEqual([[200], [429, 200], [504]]);
  });

  it('names the permission that the gateway lacks', async () => {
    await fault({ kind: 'forbidden', times: 1, match: 'PATCH' });
    const { answer } = await decide({ id: freshId(), state: 'REVIEWED' });
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'UPSTREAM_FORBIDDEN',
      permission: 'SecurityEvents.ReadWrite.All',
    });
  });
});

describe('secure scores', () => {
  it('are a history of days in which a missing day is null, with averages that may be none', async () => {
    const { data, errors } = await stack.ask(
      '{ secureScores(first: 90) { totalCount nodes { id createdDateTime averageComparativeScores { basis averageScore } } } none: secureScore(date: "2001-01-01") { id } }',
    );
    expect(errors).toBeUndefined();
    const days = data?.secureScores.nodes.map(({ id }: { id: string }) => id.slice(-10));
    expect([...days].sort().reverse()).toEqual(days);
    expect(new Set(days).size).toBe(days.length);
    const averages = data?.secureScores.nodes.flatMap((node: any) => node.averageComparativeScores);
    const upstream = await upstreamRow(stack.emulator, '/security/secureScores?$top=100');
    const wire = upstream.value.flatMap((row: any) => row.averageComparativeScores);
    expect(wire.some(({ averageScore }: any) => averageScore === -1)).toBe(true);
    expect(averages.map(({ averageScore }: any) => averageScore)).toEqual(
      wire.map(({ averageScore }: any) => (averageScore === -1 ? null : averageScore)),
    );
    expect(data?.none).toBeNull();
    const newest = Date.parse(`${days[0]}T00:00:00Z`);
    const all = days.map((_: string, n: number) => new Date(newest - n * 86_400_000).toISOString().slice(0, 10));
    const missing = all.find((day: string) => !days.includes(day)) as string;
    const dayBefore = new Date(Date.parse(missing) - 86_400_000).toISOString().slice(0, 10);
    const around = `{ gap: secureScore(date: "${missing}") { id } before: secureScore(date: "${dayBefore}") { id } }`;
    expect((await stack.ask(around)).data).toEqual({
      gap: null,
      before: { id: expect.stringMatching(new RegExp(`_${dayBefore}$`)) },
    });
  });
});

describe('the permission to respond', () => {
  let guarded: GuardedStack;
  beforeAll(async () => {
    guarded = await startGuardedStack();
  });
  afterAll(() => guarded.stack.stop());

  it('is asked for decisions about controls', async () => {
    const query =
      'mutation { updateSecureScoreControl(input: { id: "NoSuchControl", state: REVIEWED }) { errors { code } } }';
    await guarded.expectRefused('Security.Respond', [['Security.Read'], ['Security.Triage']], query);
    expect((await guarded.askAs(['Security.Respond'], query)).data).toEqual({
      updateSecureScoreControl: { errors: [{ code: 'NOT_FOUND' }] },
    });
  });
});
