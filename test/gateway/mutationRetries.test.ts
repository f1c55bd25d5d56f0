import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AlertMutationName, mutate, newestAlerts, writesTo } from '../support/alertMutations.js';
import { type Stack, startStack } from '../support/startStack.js';
import { upstreamAlert } from '../support/upstreamAlert.js';

/** So short that a slow upstream and a long Retry-After are past it. */
const requestTimeoutMs = 1_200;

let stack: Stack;
let ids: string[];

beforeAll(async () => {
  stack = await startStack({ env: { REQUEST_TIMEOUT_MS: String(requestTimeoutMs) } });
  ids = (await newestAlerts(stack, 30)).map(({ id }) => id);
});
afterAll(() => stack.stop());

const freshId = () => ids.pop() as string;
const run = async (name: AlertMutationName, input: Record<string, unknown>) =>
  (await mutate(stack, name, input)).payload;
const script = (fault: Record<string, unknown>) =>
  stack.control('POST', '/_control/faults', { upstream: 'alerts', ...fault });
const commentsOf = async (id: string): Promise<string[]> =>
  (await upstreamAlert(stack.emulator, 'alerts_v2', id)).comments.map(({ comment }: { comment: string }) => comment);

describe('an idempotency key', () => {
  it('makes a repeat answer the first outcome and write nothing', async () => {
    const input = { id: freshId(), status: 'IN_PROGRESS', idempotencyKey: 'repeat' };
    const first = await run('updateAlert', input);
    await stack.control('PATCH', `/_control/alerts/${input.id}`, { status: 'resolved' });
    expect(first).toMatchObject({ errors: [], alert: { status: 'IN_PROGRESS' } });
    expect(await run('updateAlert', input)).toEqual(first);
    expect(await writesTo(stack, input.id)).toHaveLength(1);
    expect((await upstreamAlert(stack.emulator, 'alerts_v2', input.id)).status).toBe('resolved');
  });

  it('is refused for another input, which is not written', async () => {
    const id = freshId();
    await run('updateAlert', { id, status: 'IN_PROGRESS', idempotencyKey: 'reuse' });
    const reused = await run('updateAlert', { id, status: 'RESOLVED', idempotencyKey: 'reuse' });
    expect(reused).toMatchObject({
      cursor: null,
      errors: [{ code: 'IDEMPOTENCY_KEY_REUSED', inputPath: ['idempotencyKey'] }],
      alert: { status: 'IN_PROGRESS' },
    });
    expect(await writesTo(stack, id)).toHaveLength(1);
  });

  it('makes calls at the same time one write with one outcome', async () => {
    const input = { id: freshId(), comment: 'Once.', idempotencyKey: 'together' };
    const before = await commentsOf(input.id);
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => run('addAlertComment', input)));
    expect(outcomes.every((outcome) => JSON.stringify(outcome) === JSON.stringify(outcomes[0]))).toBe(true);
    expect(outcomes[0].errors).toEqual([]);
    expect(await commentsOf(input.id)).toEqual([...before, 'Once.']);
  });

  it('lets updateAlerts be repeated as a whole', async () => {
    const alerts = [freshId(), freshId()].map((id) => ({ id, comment: 'Bulk.' }));
    const first = await run('updateAlerts', { alerts, idempotencyKey: 'bulk' });
    expect(first.results.map(({ errors }: { errors: unknown[] }) => errors)).toEqual([[], []]);
    expect(await run('updateAlerts', { alerts, idempotencyKey: 'bulk' })).toEqual(first);
    for (const { id } of alerts) expect(await writesTo(stack, id)).toHaveLength(1);
    const other = await run('updateAlerts', { alerts: alerts.slice(1), idempotencyKey: 'bulk' });
    expect(other).toEqual({ results: [], errors: [{ code: 'IDEMPOTENCY_KEY_REUSED', inputPath: ['idempotencyKey'] }] });
  });

  it('is given back by a conflict', async () => {
    const id = freshId();
    const stale = await run('updateAlert', {
      id,
      status: 'RESOLVED',
      expectedLastUpdate: '2020-01-01T00:00:00Z',
      idempotencyKey: 'conflict',
    });
    expect(stale.errors).toMatchObject([{ code: 'CONFLICT' }]);
    const { lastUpdateDateTime: expectedLastUpdate } = stale.alert;
    expect(
      await run('updateAlert', { id, status: 'RESOLVED', expectedLastUpdate, idempotencyKey: 'conflict' }),
    ).toMatchObject({ errors: [], alert: { status: 'RESOLVED' } });
  });
});

describe('a comment whose answer is lost', () => {
  it.each(['truncated', 'empty', 'html'])(
    'is found by reading back when the answer was %s, and not sent again',
    async (kind) => {
      const id = freshId();
      const before = await commentsOf(id);
      await script({ kind, match: `POST /v1.0/security/alerts_v2/${id}` });
      const { errors, alert, cursor } = await run('addAlertComment', { id, comment: `Lost by ${kind}.` });
      expect([errors, alert.comments.at(-1)]).toEqual([[], { comment: `Lost by ${kind}.` }]);
      expect(cursor).not.toBeNull();
      expect(await commentsOf(id)).toEqual([...before, `Lost by ${kind}.`]);
      expect(await writesTo(stack, id)).toHaveLength(1);
    },
  );

  it.each([
    ['reset', { kind: 'reset' }],
    ['answered 503', { kind: 'status', status: 503 }],
  ])(
    'is OUTCOME_UNKNOWN when the call was %s and the alert does not show it, also to a repeat of the key',
    async (_what, fault) => {
      const id = freshId();
      const before = await commentsOf(id);
      await script({ ...fault, match: `POST /v1.0/security/alerts_v2/${id}` });
      const input = { id, comment: 'Perhaps.', idempotencyKey: `unknown ${_what}` };
      const first = await run('addAlertComment', input);
      expect(first).toMatchObject({
        cursor: null,
        errors: [{ code: 'OUTCOME_UNKNOWN', inputPath: ['comment'] }],
        alert: { id },
      });
      expect(await run('addAlertComment', input)).toEqual(first);
      expect(await writesTo(stack, id)).toHaveLength(1);
      expect(await commentsOf(id)).toEqual(before);
    },
  );

  it('is never sent twice when the upstream takes longer than the caller waits', async () => {
    const id = freshId();
    const before = await commentsOf(id);
    await script({ kind: 'slow', delayMs: 60_000, match: `POST /v1.0/security/alerts_v2/${id}` });
    const input = { id, comment: 'Slow.', idempotencyKey: 'slow' };
    const first = await mutate(stack, 'addAlertComment', input);
    const repeated = await mutate(stack, 'addAlertComment', input);
    const codesOf = ({ answer, payload }: typeof first) => [
      ...(answer.errors ?? []).map(({ extensions }) => extensions?.code),
      ...(payload?.errors ?? []).map(({ code }: any) => code),
    ];
    expect([codesOf(first), codesOf(repeated)]).toEqual([['OUTCOME_UNKNOWN'], ['OUTCOME_UNKNOWN']]);
    expect(await commentsOf(id)).toEqual([...before, 'Slow.']);
  });

  it('is PARTLY_APPLIED when the fields beside it were written and the comment was refused', async () => {
    const id = freshId();
    await script({ kind: 'forbidden', match: `POST /v1.0/security/alerts_v2/${id}` });
    const outcome = await run('updateAlert', { id, status: 'RESOLVED', comment: 'Refused.' });
    expect(outcome).toMatchObject({
      errors: [{ code: 'PARTLY_APPLIED', inputPath: ['comment'] }],
      alert: { status: 'RESOLVED' },
    });
    expect(outcome.cursor).not.toBeNull();
  });
});

describe('a change whose answer is lost', () => {
  it('is a success when the alert shows it', async () => {
    const id = freshId();
    await script({ kind: 'truncated', match: `PATCH /v1.0/security/alerts_v2/${id}` });
    expect(await run('updateAlert', { id, status: 'RESOLVED' })).toMatchObject({
      errors: [],
      alert: { status: 'RESOLVED' },
    });
  });

  it('is sent again when the connection broke before, because a PATCH sets values', async () => {
    const id = freshId();
    await script({ kind: 'reset', match: `PATCH /v1.0/security/alerts_v2/${id}` });
    expect(await run('updateAlert', { id, status: 'RESOLVED' })).toMatchObject({
      errors: [],
      alert: { status: 'RESOLVED' },
    });
    expect((await upstreamAlert(stack.emulator, 'alerts_v2', id)).status).toBe('resolved');
  });
});

describe('a throttled mutation', () => {
  it('is a GraphQL error that says when to come back, and gives its key back', async () => {
    const input = { id: freshId(), status: 'RESOLVED', idempotencyKey: 'throttled' };
    await script({ kind: 'status', status: 429, retryAfter: 1.5, match: `PATCH /v1.0/security/alerts_v2/${input.id}` });
    const refused = await mutate(stack, 'updateAlert', input);
    expect(refused.payload).toBeNull();
    expect(refused.answer.errors).toMatchObject([
      { path: ['updateAlert'], extensions: { code: 'UPSTREAM_THROTTLED', upstream: 'GRAPH_SECURITY' } },
    ]);
    expect(refused.answer.errors?.[0]?.extensions?.retryAfterMs).toBeGreaterThan(requestTimeoutMs);
    let retried = refused;
    while (retried.payload === null) retried = await mutate(stack, 'updateAlert', input);
    expect(retried.payload).toMatchObject({ errors: [], alert: { status: 'RESOLVED' } });
  });
});
