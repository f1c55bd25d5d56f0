import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mutate, newestAlerts, triageFields } from '../support/alertMutations.js';
import { type Stack, startStack } from '../support/startStack.js';
import { upstreamAlert } from '../support/upstreamAlert.js';

const reads = `query Reads($id: ID!, $filter: AlertFilter) {
  alert(id: $id) { ${triageFields} }
  alerts(first: 50, filter: $filter) { nodes { ${triageFields} } info { stale } }
  alertsByIds(ids: [$id]) { ${triageFields} } }`;

let stack: Stack;
let ids: string[];

beforeAll(async () => {
  stack = await startStack();
  ids = (await newestAlerts(stack, 20)).map(({ id }) => id);
});
afterAll(() => stack.stop());
afterEach(() => stack.control('DELETE', '/_control/faults'));

const freshId = () => ids.pop() as string;
const update = async (input: Record<string, unknown>) => {
  const { payload } = await mutate(stack, 'updateAlert', input);
  expect(payload.errors).toEqual([]);
  return payload.alert;
};

/** What the writer's next operation shows, by list and by id. */
async function readBack(id: string, filter?: Record<string, unknown>) {
  const answer = await stack.ask(reads, { variables: { id, filter: filter ?? null } });
  expect(answer.errors).toBeUndefined();
  expect([answer.data?.alerts.info.stale, answer.extensions?.gateway?.stale]).toEqual([false, undefined]);
  const listed = answer.data?.alerts.nodes.find((alert: { id: string }) => alert.id === id);
  return { byId: answer.data?.alert, byIds: answer.data?.alertsByIds[0], listed };
}

describe('the next reads after a mutation', () => {
  it('show the write although list and alert were cached before', async () => {
    const id = freshId();
    await readBack(id);
    const written = await update({ id, assignedTo: 'ann@contoso.example' });
    expect(await readBack(id)).toEqual({ byId: written, byIds: written, listed: written });
  });

  it.each([
    ['lags behind its writes', 'writeLag'],
    ['lists the old state after a PATCH', 'staleListAfterPatch'],
  ])('show the write although the upstream %s', async (_what, kind) => {
    const id = freshId();
    await readBack(id);
    await stack.control('POST', '/_control/faults', { upstream: 'alerts', kind, seconds: 600, times: 1 });
    const written = await update({ id, status: 'RESOLVED', classification: 'FALSE_POSITIVE' });
    expect(written).toMatchObject({ status: 'RESOLVED', classification: 'FALSE_POSITIVE' });
    expect(await readBack(id)).toEqual({ byId: written, byIds: written, listed: written });
    if (kind === 'writeLag') expect((await upstreamAlert(stack.emulator, 'alerts_v2', id)).status).not.toBe('resolved');
  });

  it.each([false, true])('leave a row out that no longer matches the filter (upstream lags: %s)', async (lags) => {
    const id = freshId();
    await update({ id, status: 'IN_PROGRESS' });
    const filter = { status: { in: ['IN_PROGRESS'] } };
    expect((await readBack(id, filter)).listed).toMatchObject({ id });
    if (lags)
      await stack.control('POST', '/_control/faults', { upstream: 'alerts', kind: 'writeLag', seconds: 600, times: 1 });
    await update({ id, status: 'RESOLVED' });
    expect(await readBack(id, filter)).toMatchObject({ listed: undefined, byId: { status: 'RESOLVED' } });
  });

  it('show each of several writes in a row while the upstream shows none of them', async () => {
    const id = freshId();
    await stack.control('POST', '/_control/faults', { upstream: 'alerts', kind: 'writeLag', seconds: 600 });
    await update({ id, assignedTo: 'ann@contoso.example' });
    await update({ id, status: 'IN_PROGRESS' });
    const { byId, listed } = await readBack(id);
    expect(byId).toMatchObject({ assignedTo: 'ann@contoso.example', status: 'IN_PROGRESS' });
    expect(listed).toEqual(byId);
  });

  it('show a comment once, while the upstream lags and when it does not any more', async () => {
    const id = freshId();
    const textsOf = (alert: { comments: { comment: string }[] }) =>
      alert.comments.map(({ comment }) => comment).filter((text) => text === 'Seen.');
    await stack.control('POST', '/_control/faults', { upstream: 'alerts', kind: 'writeLag', seconds: 300, times: 1 });
    const { payload } = await mutate(stack, 'addAlertComment', { id, comment: 'Seen.' });
    const lagging = await readBack(id);
    await stack.control('POST', '/_control/clock', { advanceSeconds: 301 });
    const settled = await readBack(id, { lastUpdateDateTime: { ge: '2000-01-01T00:00:00Z' } });
    expect([payload.alert, lagging.byId, lagging.listed, settled.byId, settled.listed].map(textsOf)).toEqual(
      Array.from({ length: 5 }, () => ['Seen.']),
    );
  });

  it('let a later change of another console through', async () => {
    const id = freshId();
    await update({ id, assignedTo: 'ann@contoso.example', status: 'IN_PROGRESS' });
    await stack.control('PATCH', `/_control/alerts/${id}`, { assignedTo: 'console@contoso.example' });
    const { payload } = await mutate(stack, 'updateAlert', {
      id,
      status: 'RESOLVED',
      expectedLastUpdate: '2020-01-01T00:00:00Z',
    });
    expect(payload).toMatchObject({
      errors: [{ code: 'CONFLICT' }],
      alert: { assignedTo: 'console@contoso.example', status: 'IN_PROGRESS' },
    });
  });

  it('let the same caller go on from the version that it was told, although the upstream stamped the alert again', async () => {
    const id = freshId();
    await stack.control('POST', '/_control/faults', { upstream: 'alerts', kind: 'restamp' });
    const { lastUpdateDateTime } = await update({ id, status: 'IN_PROGRESS' });
    expect((await upstreamAlert(stack.emulator, 'alerts_v2', id)).lastUpdateDateTime).not.toBe(lastUpdateDateTime);
    expect(await update({ id, status: 'RESOLVED', expectedLastUpdate: lastUpdateDateTime })).toMatchObject({
      status: 'RESOLVED',
    });
  });
});

describe('the permission to triage', () => {
  let guarded: Stack;
  beforeAll(async () => {
    guarded = await startStack({ env: { AUTH: 'entra' } });
  });
  afterAll(() => guarded.stop());

  const callAs = async (roles: string[]) => {
    const { access_token: token } = await guarded.control<{ access_token: string }>('POST', '/_control/token', {
      roles,
    });
    return mutate(guarded, 'updateAlert', { id: 'da000_1', status: 'RESOLVED' }, { authorization: `Bearer ${token}` });
  };

  it.each([[['Security.Read']], [['Security.Audit', 'Security.Respond']]])(
    'is asked of a caller with %j before anything is sent',
    async (roles) => {
      const { answer } = await callAs(roles);
      expect(answer).toMatchObject({
        status: 403,
        errors: [{ extensions: { code: 'FORBIDDEN', permission: 'Security.Triage' } }],
      });
      expect((await guarded.ledger()).some(({ path }) => path.includes('da000_1'))).toBe(false);
    },
  );

  it('lets its holder through to the upstream', async () => {
    const { payload } = await callAs(['Security.Read', 'Security.Triage']);
    expect(payload).toMatchObject({ errors: [{ code: 'NOT_FOUND' }] });
  });
});
