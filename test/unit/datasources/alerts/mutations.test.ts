import { describe, expect, it } from '@jest/globals';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import { alertRow, setUpAlerts } from './fakeAlertService.js';

const page = { first: 10, after: undefined };

/** As the upstream client tells failures: `effect` says whether the call may have been carried out. */
function failure(
  code: 'UPSTREAM_TIMEOUT' | 'UPSTREAM_THROTTLED' | 'UPSTREAM_BAD_RESPONSE',
  effect: 'none' | 'unknown',
  status?: number,
) {
  return new UpstreamError(code, 'failed', { upstream: 'GRAPH_SECURITY' }, { effect, status });
}

function throwOn(method: string, error: Error) {
  return (call: { readonly method: string }) => {
    if (call.method === method) throw error;
  };
}

const methods = (set: ReturnType<typeof setUpAlerts>) => set.upstream.calls.map((call) => call.method);

describe('updateAlert', () => {
  it('sends only what changes, in one call, and journals the answer', async () => {
    const set = setUpAlerts([alertRow('a1')]);
    const payload = await set.mutate().updateAlert({ id: 'a1', status: 'IN_PROGRESS', assignedTo: 'ann@contoso.com' });
    expect(payload).toMatchObject({
      cursor: 'c1',
      errors: [],
      alert: { status: 'IN_PROGRESS', rawStatus: 'inProgress', assignedTo: 'ann@contoso.com' },
    });
    expect(set.upstream.calls).toMatchObject([
      { method: 'PATCH', body: { status: 'inProgress', assignedTo: 'ann@contoso.com' } },
    ]);
    expect(set.recorded).toHaveLength(1);
  });

  it('unassigns with null', async () => {
    const set = setUpAlerts([alertRow('a1', { assignedTo: 'ann@contoso.com' })]);
    const payload = await set.mutate().updateAlert({ id: 'a1', assignedTo: null });
    expect(set.upstream.calls[0]?.body).toEqual({ assignedTo: null });
    expect(payload.alert?.assignedTo).toBeNull();
  });

  it.each([
    [{ id: 'a1' }, null],
    [{ id: 'a1', status: null }, ['status']],
    [{ id: 'a1', comment: null }, ['comment']],
    [{ id: 'a1', status: 'NEW', expectedLastUpdate: null }, ['expectedLastUpdate']],
    [{ id: 'a1', comment: '  ' }, ['comment']],
    [{ id: 'a1', assignedTo: '' }, ['assignedTo']],
    [{ id: 'a1', customDetails: { n: 1 } }, ['customDetails']],
    [{ id: 'a1', customDetails: ['x'] }, ['customDetails']],
    [{ id: 'a1', status: 'NEW', idempotencyKey: 'x'.repeat(256) }, ['idempotencyKey']],
  ])('answers INVALID_INPUT to %j and writes nothing', async (input, inputPath) => {
    const set = setUpAlerts([alertRow('a1')]);
    const payload = await set.mutate().updateAlert(input);
    expect(payload).toMatchObject({
      alert: { id: 'a1' },
      cursor: null,
      errors: [{ code: 'INVALID_INPUT', inputPath }],
    });
    expect(methods(set)).toEqual(['GET']);
  });

  it.each([
    { status: 'UNRECOGNIZED' },
    { status: 'UNKNOWN' },
    { classification: 'BENIGN_POSITIVE' },
    { determination: 'APT' },
  ])('refuses %j, which the upstream does not take', async (change) => {
    const set = setUpAlerts([alertRow('a1')]);
    await expect(set.mutate().updateAlert({ id: 'a1', ...change })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(set.upstream.requests).toBe(0);
  });

  it('answers NOT_FOUND for an unknown alert', async () => {
    const payload = await setUpAlerts([]).mutate().updateAlert({ id: 'gone', status: 'NEW' });
    expect(payload).toMatchObject({ alert: null, cursor: null, errors: [{ code: 'NOT_FOUND' }] });
  });

  it('answers an id that cannot be one without a call', async () => {
    const set = setUpAlerts([]);
    await expect(set.mutate().updateAlert({ id: '..', status: 'NEW' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    expect(await set.mutate().updateAlert({ id: '', status: 'NEW' })).toMatchObject({
      alert: null,
      errors: [{ code: 'INVALID_INPUT' }],
    });
    expect(set.upstream.requests).toBe(0);
  });

  it('compares expectedLastUpdate at 100 ns against a fresh read', async () => {
    const set = setUpAlerts([alertRow('a1', { lastUpdateDateTime: '2026-11-20T10:00:00.1234567Z' })]);
    await set.open().byId('a1');
    const late = await set
      .mutate()
      .updateAlert({ id: 'a1', status: 'RESOLVED', expectedLastUpdate: '2026-11-20T10:00:00.1234566Z' });
    expect(late).toMatchObject({
      cursor: null,
      errors: [{ code: 'CONFLICT' }],
      alert: { status: 'NEW', lastUpdateDateTime: '2026-11-20T10:00:00.1234567Z' },
    });
    const right = await set
      .mutate()
      .updateAlert({ id: 'a1', status: 'RESOLVED', expectedLastUpdate: '2026-11-20T11:00:00.1234567+01:00' });
    expect(right).toMatchObject({ errors: [], alert: { status: 'RESOLVED' } });
    expect(methods(set)).toEqual(['GET', 'GET', 'GET', 'PATCH']);
  });

  it('lets one of two concurrent guarded edits win', async () => {
    const set = setUpAlerts([alertRow('a1')]);
    const expectedLastUpdate = '2026-11-20T10:00:00Z';
    const payloads = await Promise.all([
      set.mutate('tenant ann').updateAlert({ id: 'a1', status: 'IN_PROGRESS', expectedLastUpdate }),
      set.mutate('tenant bob').updateAlert({ id: 'a1', status: 'RESOLVED', expectedLastUpdate }),
    ]);
    expect(payloads.map((payload) => payload.errors.map((error) => error.code))).toEqual([[], ['CONFLICT']]);
    expect(payloads[1]?.alert?.status).toBe('IN_PROGRESS');
  });

  it('accepts the version that it answered, although the upstream stamped the alert again', async () => {
    const set = setUpAlerts([alertRow('a1')]);
    const first = await set.mutate().updateAlert({ id: 'a1', status: 'IN_PROGRESS' });
    const row = set.service.rows.get('a1');
    if (row) set.service.rows.set('a1', { ...row, lastUpdateDateTime: set.service.nextUpdate() });
    const expectedLastUpdate = first.alert?.lastUpdateDateTime ?? '';
    expect(await set.mutate().updateAlert({ id: 'a1', status: 'RESOLVED', expectedLastUpdate })).toMatchObject({
      errors: [],
    });
  });

  it('tells values that the upstream refuses as INVALID_INPUT', async () => {
    const set = setUpAlerts([alertRow('a1')]);
    set.service.before = throwOn('PATCH', failure('UPSTREAM_BAD_RESPONSE', 'none', 400));
    expect(await set.mutate().updateAlert({ id: 'a1', status: 'NEW' })).toMatchObject({
      errors: [{ code: 'INVALID_INPUT' }],
    });
  });

  it('reads back when the answer is lost: a write that shows is a success, one that does not is an error', async () => {
    const lost = failure('UPSTREAM_TIMEOUT', 'unknown');
    const set = setUpAlerts([alertRow('a1')]);
    set.service.afterWrite = throwOn('PATCH', lost);
    expect(await set.mutate().updateAlert({ id: 'a1', status: 'RESOLVED' })).toMatchObject({
      errors: [],
      cursor: 'c1',
      alert: { status: 'RESOLVED' },
    });
    set.service.before = throwOn('PATCH', lost);
    await expect(set.mutate().updateAlert({ id: 'a1', status: 'NEW' })).rejects.toBe(lost);
  });
});

describe('reads after a write', () => {
  it('show it although the upstream answers and lists the old state, until a later version comes', async () => {
    const set = setUpAlerts([alertRow('a1')]);
    const old = alertRow('a1');
    set.service.patchAnswer = () => old;
    await set.open().list({ page });
    const payload = await set.mutate().updateAlert({ id: 'a1', status: 'RESOLVED' });
    expect(payload.alert).toMatchObject({ status: 'RESOLVED', rawStatus: 'resolved' });
    set.service.rows.set('a1', old);
    expect(await set.open().byId('a1')).toMatchObject({ status: 'RESOLVED' });
    expect((await set.open().list({ page })).nodes).toMatchObject([{ status: 'RESOLVED' }]);
    expect((await set.open().list({ page, filter: { status: { in: ['NEW'] } } })).nodes).toEqual([]);
    set.service.rows.set('a1', alertRow('a1', { status: 'inProgress', lastUpdateDateTime: '2026-11-21T09:00:00Z' }));
    expect(await set.open().freshById('a1')).toMatchObject({ status: 'IN_PROGRESS' });
  });

  it('fill a page up when a row that the upstream still lists has left the filter', async () => {
    const at = (n: number) => ({
      createdDateTime: `2026-11-20T10:00:0${n}Z`,
      lastUpdateDateTime: `2026-11-20T10:00:0${n}Z`,
    });
    const set = setUpAlerts([1, 2, 3, 4].map((n) => alertRow(`a${n}`, at(n))));
    await set.mutate().updateAlert({ id: 'a4', status: 'RESOLVED' });
    set.service.rows.set('a4', alertRow('a4', at(4)));
    const filter = { status: { in: ['NEW'] } };
    const first = await set.open().list({ filter, page: { first: 1, after: undefined } });
    expect(first).toMatchObject({ nodes: [{ id: 'a3' }], pageInfo: { hasNextPage: true } });
    const rest = await set.open().list({ filter, page: { first: 5, after: first.pageInfo.endCursor ?? undefined } });
    expect(rest).toMatchObject({ nodes: [{ id: 'a2' }, { id: 'a1' }], pageInfo: { hasNextPage: false } });
  });

  it('believe the upstream again after five minutes', async () => {
    const set = setUpAlerts([alertRow('a1')]);
    await set.mutate().updateAlert({ id: 'a1', status: 'RESOLVED' });
    set.service.rows.set('a1', alertRow('a1'));
    await set.clock.advance(299_000);
    expect(await set.open().freshById('a1')).toMatchObject({ status: 'RESOLVED' });
    await set.clock.advance(1_000);
    expect(await set.open().freshById('a1')).toMatchObject({ status: 'NEW' });
  });
});

describe('addAlertComment', () => {
  it('posts once and answers the alert with the comment', async () => {
    const set = setUpAlerts([alertRow('a1')]);
    const payload = await set.mutate().addAlertComment({ id: 'a1', comment: 'Looks bad' });
    expect(payload).toMatchObject({ errors: [], cursor: 'c1', alert: { comments: [{ comment: 'Looks bad' }] } });
    expect(methods(set).filter((method) => method === 'POST')).toHaveLength(1);
  });

  it('shows the comment although reads lag, and once when they do not', async () => {
    const set = setUpAlerts([alertRow('a1')]);
    await set.mutate().addAlertComment({ id: 'a1', comment: 'Looks bad' });
    expect((await set.open().freshById('a1'))?.comments).toHaveLength(1);
    set.service.rows.set('a1', alertRow('a1'));
    expect((await set.open().freshById('a1'))?.comments).toMatchObject([{ comment: 'Looks bad' }]);
  });

  it('finds a comment whose answer was lost, and never posts twice', async () => {
    const set = setUpAlerts([alertRow('a1')]);
    set.service.afterWrite = throwOn('POST', failure('UPSTREAM_TIMEOUT', 'unknown'));
    const payload = await set.mutate().addAlertComment({ id: 'a1', comment: 'Looks bad' });
    expect(payload).toMatchObject({ errors: [], alert: { comments: [{ comment: 'Looks bad' }] } });
    expect(methods(set).filter((method) => method === 'POST')).toHaveLength(1);
  });

  it('answers OUTCOME_UNKNOWN when it cannot find out, also to a repeat with the same key', async () => {
    const old = { comment: 'Looks bad', createdByDisplayName: 'Ann', createdDateTime: '2026-11-20T00:00:00Z' };
    const set = setUpAlerts([alertRow('a1', { comments: [old] })]);
    set.service.before = throwOn('POST', failure('UPSTREAM_TIMEOUT', 'unknown'));
    const input = { id: 'a1', comment: 'Looks bad', idempotencyKey: 'k1' };
    for (let repeat = 0; repeat < 2; repeat += 1) {
      const payload = await set.mutate().addAlertComment(input);
      expect(payload).toMatchObject({ cursor: null, errors: [{ code: 'OUTCOME_UNKNOWN', inputPath: ['comment'] }] });
    }
    expect(methods(set).filter((method) => method === 'POST')).toHaveLength(1);
  });

  it('is PARTLY_APPLIED when the fields were written and the comment was refused', async () => {
    const set = setUpAlerts([alertRow('a1')]);
    set.service.before = throwOn('POST', failure('UPSTREAM_THROTTLED', 'none'));
    const payload = await set.mutate().updateAlert({ id: 'a1', status: 'RESOLVED', comment: 'Done' });
    expect(payload).toMatchObject({
      cursor: 'c1',
      alert: { status: 'RESOLVED' },
      errors: [{ code: 'PARTLY_APPLIED', inputPath: ['comment'] }],
    });
  });

  it('is an error when nothing was written', async () => {
    const set = setUpAlerts([alertRow('a1')]);
    const throttled = failure('UPSTREAM_THROTTLED', 'none');
    set.service.before = throwOn('POST', throttled);
    await expect(set.mutate().addAlertComment({ id: 'a1', comment: 'Done' })).rejects.toBe(throttled);
  });
});

describe('an idempotency key', () => {
  const input = { id: 'a1', comment: 'Once', idempotencyKey: 'k1' };

  it('makes a repeat answer the first outcome, also while the first is at work', async () => {
    const set = setUpAlerts([alertRow('a1')]);
    const payloads = await Promise.all([set.mutate().addAlertComment(input), set.mutate().addAlertComment(input)]);
    payloads.push(await set.mutate().addAlertComment(input));
    expect(new Set(payloads.map((payload) => payload.cursor))).toEqual(new Set(['c1']));
    expect(methods(set).filter((method) => method === 'POST')).toHaveLength(1);
  });

  it('stands for one input of one principal', async () => {
    const set = setUpAlerts([alertRow('a1')]);
    await set.mutate('tenant ann').addAlertComment(input);
    const other = await set.mutate('tenant ann').addAlertComment({ ...input, comment: 'Twice' });
    expect(other).toMatchObject({
      alert: { id: 'a1' },
      cursor: null,
      errors: [{ code: 'IDEMPOTENCY_KEY_REUSED', inputPath: ['idempotencyKey'] }],
    });
    expect(await set.mutate('tenant bob').addAlertComment({ ...input, comment: 'Twice' })).toMatchObject({
      errors: [],
    });
  });

  it('is given back by a call that wrote nothing', async () => {
    const set = setUpAlerts([alertRow('a1')]);
    set.service.before = throwOn('PATCH', failure('UPSTREAM_THROTTLED', 'none'));
    await expect(set.mutate().updateAlert({ id: 'a1', status: 'NEW', idempotencyKey: 'k2' })).rejects.toThrow();
    set.service.before = () => undefined;
    expect(await set.mutate().updateAlert({ id: 'a1', status: 'RESOLVED', idempotencyKey: 'k2' })).toMatchObject({
      errors: [],
      alert: { status: 'RESOLVED' },
    });
  });
});

describe('updateAlerts', () => {
  it('answers in input order, each for itself', async () => {
    const set = setUpAlerts([alertRow('a1'), alertRow('a2')]);
    const throttled = failure('UPSTREAM_THROTTLED', 'none');
    set.service.before = (call) => {
      if (call.path.endsWith('/a2')) throw throttled;
    };
    const { results, errors } = await set.mutate().updateAlerts({
      alerts: [
        { id: 'gone', status: 'NEW' },
        { id: 'a1', status: 'RESOLVED' },
        { id: 'a2', status: 'NEW' },
        { id: 'a1' },
      ],
    });
    expect(errors).toEqual([]);
    expect(results).toMatchObject([
      { errors: [{ code: 'NOT_FOUND' }] },
      { errors: [], alert: { status: 'RESOLVED' } },
      throttled,
      { errors: [{ code: 'INVALID_INPUT' }] },
    ]);
  });

  it('goes on where an outage stopped the first try of the same key', async () => {
    const set = setUpAlerts([alertRow('a1'), alertRow('a2')]);
    const input = { idempotencyKey: 'k', alerts: ['a1', 'a2'].map((id) => ({ id, comment: 'Once' })) };
    set.service.before = (call) => {
      if (call.path.includes('/a2')) throw failure('UPSTREAM_THROTTLED', 'none');
    };
    await set.mutate().updateAlerts(input);
    set.service.before = () => undefined;
    expect((await set.mutate().updateAlerts(input)).results).toMatchObject([{ errors: [] }, { errors: [] }]);
    expect([...set.service.rows.values()].map((row) => row.comments)).toMatchObject([[{}], [{}]]);
  });

  it.each([0, 51])('refuses %d items', async (count) => {
    const set = setUpAlerts([]);
    const alerts = Array.from({ length: count }, (_, n) => ({ id: `a${n}`, status: 'NEW' }));
    expect(await set.mutate().updateAlerts({ alerts })).toMatchObject({
      results: [],
      errors: [{ code: 'INVALID_INPUT', inputPath: ['alerts'] }],
    });
    expect(set.upstream.requests).toBe(0);
  });
});

describe('the legacy dialect', () => {
  const row = {
    id: 'l1',
    status: 'newAlert',
    feedback: null,
    createdDateTime: '2018-09-27T16:24:58.363Z',
    lastModifiedDateTime: '2018-09-27T16:24:59.3930894Z',
    vendorInformation: { provider: 'MCAS', providerVersion: '3.0', subProvider: null, vendor: 'Microsoft' },
  };

  it('re-sends the vendor of a fresh read and speaks the old words', async () => {
    const set = setUpAlerts([row], { dialect: 'legacy' });
    const payload = await set
      .mutate()
      .updateAlert({ id: 'l1', status: 'NEW', classification: 'INFORMATIONAL_EXPECTED_ACTIVITY' });
    expect(set.upstream.calls).toMatchObject([
      { method: 'GET' },
      {
        method: 'PATCH',
        headers: { Prefer: 'return=representation' },
        body: { vendorInformation: row.vendorInformation, status: 'newAlert', feedback: 'benignPositive' },
      },
    ]);
    expect(payload).toMatchObject({
      errors: [],
      alert: { status: 'NEW', classification: 'INFORMATIONAL_EXPECTED_ACTIVITY' },
    });
  });

  it('covers an answer with old values', async () => {
    const set = setUpAlerts([row], { dialect: 'legacy' });
    set.service.patchAnswer = () => row;
    const payload = await set.mutate().updateAlert({ id: 'l1', status: 'RESOLVED' });
    expect(payload.alert).toMatchObject({ status: 'RESOLVED', rawStatus: 'resolved' });
  });

  it('cannot write comments, determinations and custom details', async () => {
    const set = setUpAlerts([row], { dialect: 'legacy' });
    const payload = await set
      .mutate()
      .updateAlert({ id: 'l1', status: 'NEW', determination: 'MALWARE', comment: 'x', customDetails: { a: 'b' } });
    expect(payload).toMatchObject({
      alert: { id: 'l1' },
      errors: ['determination', 'customDetails', 'comment'].map((part) => ({
        code: 'UNSUPPORTED_BY_DIALECT',
        inputPath: [part],
      })),
    });
    expect(methods(set)).toEqual(['GET']);
  });
});
