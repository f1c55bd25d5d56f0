import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mutate, newestAlerts, writesTo } from '../support/alertMutations.js';
import { type Stack, startStack } from '../support/startStack.js';
import { upstreamAlert } from '../support/upstreamAlert.js';

let stack: Stack;
let ids: string[];

beforeAll(async () => {
  stack = await startStack({ emulator: { alerts: 80 } });
  ids = (await newestAlerts(stack, 70)).map(({ id }) => id);
});
afterAll(() => stack.stop());

/** An alert that no other test of this file writes to. */
function freshId(): string {
  return ids.pop() as string;
}

describe('updateAlert', () => {
  const update = async (input: Record<string, unknown>) => {
    const { answer, payload } = await mutate(stack, 'updateAlert', input);
    expect(answer.errors).toBeUndefined();
    return payload;
  };

  it('writes what is there, leaves what is absent, and unassigns with null', async () => {
    const id = freshId();
    const all = {
      status: 'IN_PROGRESS',
      classification: 'TRUE_POSITIVE',
      determination: 'PHISHING',
      assignedTo: 'ann@contoso.example',
    };
    expect(await update({ id, ...all, customDetails: { ticket: '7' } })).toMatchObject({
      errors: [],
      alert: { ...all, customDetails: { ticket: '7' } },
    });
    expect((await update({ id, status: 'RESOLVED' })).alert).toMatchObject({ ...all, status: 'RESOLVED' });
    expect((await update({ id, assignedTo: null })).alert).toMatchObject({
      ...all,
      status: 'RESOLVED',
      assignedTo: null,
    });
    expect(await upstreamAlert(stack.emulator, 'alerts_v2', id)).toMatchObject({
      status: 'resolved',
      classification: 'truePositive',
      determination: 'phishing',
      assignedTo: null,
      customDetails: { ticket: '7' },
    });
  });

  it.each([
    ['a null status', { status: null }, ['status']],
    ['a null classification', { classification: null }, ['classification']],
    ['a null comment beside a good status', { comment: null, status: 'RESOLVED' }, ['comment']],
    ['a blank comment', { comment: '   ' }, ['comment']],
    ['a comment of 10,001 characters', { comment: 'x'.repeat(10_001) }, ['comment']],
    ['an empty owner', { assignedTo: '' }, ['assignedTo']],
    ['a detail that is no text', { customDetails: { ticket: 7 } }, ['customDetails']],
    ['an empty key', { status: 'RESOLVED', idempotencyKey: '' }, ['idempotencyKey']],
    ['nothing to change', {}, null],
  ])('answers INVALID_INPUT to %s beside the alert as it is, and writes nothing', async (_what, input, inputPath) => {
    const id = ids[0] as string;
    expect(await update({ id, ...input })).toMatchObject({
      cursor: null,
      errors: [{ code: 'INVALID_INPUT', inputPath }],
      alert: { id },
    });
    expect(await writesTo(stack, id)).toEqual([]);
  });

  it('answers NOT_FOUND for an alert that the upstream does not know', async () => {
    expect(await update({ id: 'da000_1', status: 'RESOLVED' })).toEqual({
      cursor: null,
      errors: [{ code: 'NOT_FOUND', inputPath: ['id'] }],
      alert: null,
    });
  });

  it.each(['', "x' or 1 eq 1", 'a/../../users', '\u0000'])(
    'answers the id %j with a coded error and writes nothing',
    async (id) => {
      const { answer, payload } = await mutate(stack, 'updateAlert', { id, status: 'RESOLVED' });
      const code = answer.errors?.[0]?.extensions?.code ?? payload.errors[0].code;
      expect(['BAD_USER_INPUT', 'INVALID_INPUT', 'NOT_FOUND']).toContain(code);
    },
  );

  it.each([{ status: 'UNKNOWN' }, { status: 'UNRECOGNIZED' }, { determination: 'APT' }, { status: 'DONE' }])(
    'refuses %j as BAD_USER_INPUT, because the upstream has no such word to write',
    async (input) => {
      const { answer, payload } = await mutate(stack, 'updateAlert', { id: ids[0], ...input });
      expect([payload, answer.errors?.[0]?.extensions?.code]).toEqual([null, 'BAD_USER_INPUT']);
    },
  );

  it('answers CONFLICT with the alert as it is now, when another console was faster', async () => {
    const id = freshId();
    const seen = (await stack.ask(`{ alert(id: "${id}") { lastUpdateDateTime } }`)).data?.alert;
    await stack.control('PATCH', `/_control/alerts/${id}`, { assignedTo: 'console@contoso.example' });
    const expectedLastUpdate = seen.lastUpdateDateTime;
    const lost = await update({ id, assignedTo: 'ann@contoso.example', expectedLastUpdate });
    expect(lost).toMatchObject({
      cursor: null,
      errors: [{ code: 'CONFLICT' }],
      alert: { assignedTo: 'console@contoso.example' },
    });
    expect(await writesTo(stack, id)).toEqual([]);
    const won = await update({
      id,
      assignedTo: 'ann@contoso.example',
      expectedLastUpdate: lost.alert.lastUpdateDateTime,
    });
    expect(won).toMatchObject({ errors: [], alert: { assignedTo: 'ann@contoso.example' } });
  });

  it('lets one of several guarded edits at the same time win', async () => {
    const id = freshId();
    const expectedLastUpdate = (await stack.ask(`{ alert(id: "${id}") { lastUpdateDateTime } }`)).data?.alert
      .lastUpdateDateTime;
    const rivals = Array.from({ length: 5 }, (_, index) =>
      update({ id, assignedTo: `rival${index}@contoso.example`, expectedLastUpdate }),
    );
    const outcomes = (await Promise.all(rivals)).map(({ errors }) => errors[0]?.code ?? 'won').sort();
    expect(outcomes).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 'CONFLICT', 'won']);
    expect(await writesTo(stack, id)).toHaveLength(1);
  });

  it('writes fields and comment of one input, the comment once', async () => {
    const id = freshId();
    const before = (await upstreamAlert(stack.emulator, 'alerts_v2', id)).comments.length;
    const { errors, alert } = await update({ id, status: 'IN_PROGRESS', comment: 'Asked the user.' });
    expect([errors, alert.status, alert.comments.at(-1)]).toEqual([[], 'IN_PROGRESS', { comment: 'Asked the user.' }]);
    expect((await upstreamAlert(stack.emulator, 'alerts_v2', id)).comments).toHaveLength(before + 1);
  });
});

describe('updateAlerts', () => {
  it('answers 50 items in input order, each for itself', async () => {
    const wanted = Array.from({ length: 50 }, freshId);
    const alerts = wanted.map((id, index) => ({ id, assignedTo: `owner${index}@contoso.example` })) as Record<
      string,
      unknown
    >[];
    alerts[3] = { id: 'da000_1', status: 'RESOLVED' };
    alerts[17] = { id: wanted[17], status: null };
    alerts[29] = { id: wanted[29], status: 'RESOLVED', expectedLastUpdate: '2020-01-01T00:00:00Z' };
    const { answer, payload } = await mutate(stack, 'updateAlerts', { alerts });
    expect(answer.errors).toBeUndefined();
    expect(payload.errors).toEqual([]);
    const codes = payload.results.map(({ errors }: any) => errors[0]?.code ?? 'written');
    expect(codes).toEqual(
      alerts.map((_, index) => ({ 3: 'NOT_FOUND', 17: 'INVALID_INPUT', 29: 'CONFLICT' })[index] ?? 'written'),
    );
    payload.results.forEach(({ alert }: any, index: number) => {
      if (codes[index] === 'written')
        expect(alert).toMatchObject({ id: wanted[index], assignedTo: `owner${index}@contoso.example` });
    });
  });

  it('nulls an item that failed for missing rights, with an error at its place, and writes the others', async () => {
    const [bad, good] = [freshId(), freshId()];
    await stack.control('POST', '/_control/faults', {
      upstream: 'alerts',
      kind: 'forbidden',
      match: `PATCH /v1.0/security/alerts_v2/${bad}`,
    });
    const { answer, payload } = await mutate(stack, 'updateAlerts', {
      alerts: [bad, good].map((id) => ({ id, status: 'IN_PROGRESS' })),
    });
    expect(payload.results).toMatchObject([null, { errors: [], alert: { id: good, status: 'IN_PROGRESS' } }]);
    expect(answer.errors).toMatchObject([
      {
        path: ['updateAlerts', 'results', 0],
        extensions: { code: 'UPSTREAM_FORBIDDEN', permission: 'SecurityAlert.ReadWrite.All' },
      },
    ]);
  });

  it.each([0, 51])('answers INVALID_INPUT to %i items, and writes nothing', async (count) => {
    const before = (await stack.ledger()).filter(({ method }) => method === 'PATCH').length;
    const alerts = Array.from({ length: count }, () => ({ id: ids[0], status: 'RESOLVED' }));
    const { payload } = await mutate(stack, 'updateAlerts', { alerts });
    expect(payload).toEqual({ results: [], errors: [{ code: 'INVALID_INPUT', inputPath: ['alerts'] }] });
    expect((await stack.ledger()).filter(({ method }) => method === 'PATCH')).toHaveLength(before);
  });

  it('runs items of the same alert in input order', async () => {
    const id = freshId();
    const owners = ['first', 'second', 'third'].map((name) => `${name}@contoso.example`);
    const { payload } = await mutate(stack, 'updateAlerts', {
      alerts: owners.map((assignedTo) => ({ id, assignedTo })),
    });
    expect(payload.results.map(({ alert }: any) => alert.assignedTo)).toEqual(owners);
    expect((await upstreamAlert(stack.emulator, 'alerts_v2', id)).assignedTo).toBe(owners[2]);
  });
});
