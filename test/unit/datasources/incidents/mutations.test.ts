import { describe, expect, it } from '@jest/globals';
import { failure, throwOn } from '../support/failures.js';
import { type Row, setUpWrites } from './support.js';

const at = '2026-11-20T10:00:00.0000000Z';
const incident = (id: string, members: object = {}): Row => ({
  id,
  status: 'active',
  severity: 'low',
  assignedTo: null,
  displayName: `Incident ${id}`,
  customTags: [],
  comments: [],
  createdDateTime: at,
  lastUpdateDateTime: at,
  ...members,
});
const list = { orderBy: 'CREATED_DESC', page: { first: 10, after: undefined }, withTotal: false } as const;
const methods = (set: ReturnType<typeof setUpWrites>) => set.upstream.calls.map(({ method }) => method);

describe('updateIncident', () => {
  it('sends only what changes, in the words of the upstream and in one call', async () => {
    const set = setUpWrites([incident('7')]);
    const payload = await set.mutate().updateIncident({
      id: '7',
      status: 'IN_PROGRESS',
      classification: 'TRUE_POSITIVE',
      determination: 'PHISHING',
      severity: 'HIGH',
      assignedTo: 'ann@contoso.com',
      customTags: ['VIP', 'Mail'],
      displayName: 'Phishing wave',
      description: 'What happened',
      resolvingComment: 'Why',
      summary: 'Overview',
    });
    const plain = {
      assignedTo: 'ann@contoso.com',
      customTags: ['VIP', 'Mail'],
      displayName: 'Phishing wave',
      description: 'What happened',
      resolvingComment: 'Why',
      summary: 'Overview',
    };
    expect(set.upstream.calls).toMatchObject([{ method: 'PATCH', path: '/v1.0/security/incidents/7' }]);
    expect(set.upstream.calls[0]?.body).toEqual({
      ...plain,
      status: 'inProgress',
      classification: 'truePositive',
      determination: 'phishing',
      severity: 'high',
    });
    expect(payload).toMatchObject({
      cursor: 'c1',
      errors: [],
      incident: { ...plain, status: 'IN_PROGRESS', rawStatus: 'inProgress', severity: 'HIGH' },
    });
  });

  it('unassigns with null and takes all tags away with an empty list', async () => {
    const set = setUpWrites([incident('7', { assignedTo: 'ann@contoso.com', customTags: ['VIP'] })]);
    const payload = await set.mutate().updateIncident({ id: '7', assignedTo: null, customTags: [] });
    expect(set.upstream.calls[0]?.body).toEqual({ assignedTo: null, customTags: [] });
    expect(payload.incident).toMatchObject({ assignedTo: null, customTags: [], status: 'ACTIVE' });
  });

  it.each([
    [{}, null],
    [{ status: null }, ['status']],
    [{ customTags: null }, ['customTags']],
    [{ customTags: ['good', ' '] }, ['customTags']],
    [{ customTags: Array.from({ length: 101 }, (_, n) => `t${n}`) }, ['customTags']],
    [{ displayName: '' }, ['displayName']],
    [{ comment: null, status: 'RESOLVED' }, ['comment']],
    [{ summary: 'x'.repeat(10_001) }, ['summary']],
    [{ status: 'RESOLVED', idempotencyKey: '' }, ['idempotencyKey']],
  ])('answers INVALID_INPUT to %j and writes nothing', async (change, inputPath) => {
    const set = setUpWrites([incident('7')]);
    expect(await set.mutate().updateIncident({ id: '7', ...change })).toMatchObject({
      incident: { id: '7' },
      cursor: null,
      errors: [{ code: 'INVALID_INPUT', inputPath }],
    });
    expect(methods(set)).toEqual(['GET']);
  });

  it.each([
    { status: 'REDIRECTED' },
    { status: 'AWAITING_ACTION' },
    { status: 'UNRECOGNIZED' },
    { severity: 'UNKNOWN' },
    { determination: 'APT' },
    { classification: 'UNRECOGNIZED' },
  ])('refuses %j, which the upstream does not take', async (change) => {
    const set = setUpWrites([incident('7')]);
    await expect(set.mutate().updateIncident({ id: '7', ...change })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(set.upstream.requests).toBe(0);
  });

  it('answers NOT_FOUND, and CONFLICT with the incident as it is', async () => {
    const set = setUpWrites([incident('7')]);
    expect(await set.mutate().updateIncident({ id: '8', status: 'RESOLVED' })).toMatchObject({
      incident: null,
      errors: [{ code: 'NOT_FOUND', inputPath: ['id'] }],
    });
    const expectedLastUpdate = '2026-11-20T10:00:00.0000001Z';
    expect(await set.mutate().updateIncident({ id: '7', status: 'RESOLVED', expectedLastUpdate })).toMatchObject({
      incident: { id: '7', status: 'ACTIVE' },
      cursor: null,
      errors: [{ code: 'CONFLICT', inputPath: ['expectedLastUpdate'] }],
    });
    expect(methods(set)).toEqual(['PATCH', 'GET']);
  });

  it('lets one of two guarded edits at the same time win', async () => {
    const set = setUpWrites([incident('7')]);
    const payloads = await Promise.all(
      ['IN_PROGRESS', 'RESOLVED'].map((status, caller) =>
        set.mutate(`tenant ${caller}`).updateIncident({ id: '7', status, expectedLastUpdate: at }),
      ),
    );
    expect(payloads.map(({ errors }) => errors.map(({ code }) => code))).toEqual([[], ['CONFLICT']]);
  });

  it('reads back when the answer is lost: a write that shows is a success, one that does not is an error', async () => {
    const set = setUpWrites([incident('7')]);
    const lost = failure('UPSTREAM_TIMEOUT', 'unknown');
    set.service.afterWrite = throwOn('PATCH', lost);
    expect(await set.mutate().updateIncident({ id: '7', customTags: ['b', 'a'] })).toMatchObject({ errors: [] });
    set.service.before = throwOn('PATCH', lost);
    await expect(set.mutate().updateIncident({ id: '7', status: 'RESOLVED' })).rejects.toBe(lost);
  });

  it('tells values that the upstream refuses as INVALID_INPUT', async () => {
    const set = setUpWrites([incident('7')]);
    set.service.before = throwOn('PATCH', failure('UPSTREAM_BAD_RESPONSE', 'none', 400));
    expect(await set.mutate().updateIncident({ id: '7', status: 'RESOLVED' })).toMatchObject({
      errors: [{ code: 'INVALID_INPUT' }],
    });
  });
});

describe('reads after a write to an incident', () => {
  it('show it although the upstream answers and lists the old state, until a later version comes', async () => {
    const set = setUpWrites([incident('7')]);
    set.service.patchAnswer = () => incident('7');
    await set.operation().list(list);
    await set.mutate().updateIncident({ id: '7', status: 'RESOLVED' });
    set.service.rows.set('7', incident('7'));
    expect(await set.operation().byId('7')).toMatchObject({ status: 'RESOLVED', rawStatus: 'resolved' });
    expect((await set.operation().list(list)).nodes).toMatchObject([{ status: 'RESOLVED' }]);
    const open = await set.operation().list({ ...list, filter: { status: { in: ['ACTIVE'] } } });
    expect(open.nodes).toEqual([]);
    set.service.rows.set('7', incident('7', { status: 'inProgress', lastUpdateDateTime: '2026-11-21T09:00:00Z' }));
    expect(await set.operation().freshById('7')).toMatchObject({ status: 'IN_PROGRESS' });
  });

  it('fill a page up when a row that the upstream still lists has left the filter', async () => {
    const time = (n: number) => ({ createdDateTime: `2026-11-20T10:00:0${n}Z` });
    const set = setUpWrites([1, 2, 3].map((n) => incident(`${n}`, time(n))));
    await set.mutate().updateIncident({ id: '3', status: 'RESOLVED' });
    set.service.rows.set('3', incident('3', time(3)));
    const filter = { status: { in: ['ACTIVE'] } };
    const first = await set.operation().list({ ...list, filter, page: { first: 1, after: undefined } });
    expect(first).toMatchObject({ nodes: [{ id: '2' }], pageInfo: { hasNextPage: true } });
    const after = first.pageInfo.endCursor ?? undefined;
    const rest = await set.operation().list({ ...list, filter, page: { first: 5, after } });
    expect(rest).toMatchObject({ nodes: [{ id: '1' }], pageInfo: { hasNextPage: false } });
  });

  it('believe the upstream again after five minutes', async () => {
    const set = setUpWrites([incident('7')]);
    await set.mutate().updateIncident({ id: '7', status: 'RESOLVED' });
    set.service.rows.set('7', incident('7'));
    await set.clock.advance(299_000);
    expect(await set.operation().freshById('7')).toMatchObject({ status: 'RESOLVED' });
    await set.clock.advance(1_000);
    expect(await set.operation().freshById('7')).toMatchObject({ status: 'ACTIVE' });
  });
});

describe('addIncidentComment', () => {
  it('posts once and answers the incident with the comment', async () => {
    const set = setUpWrites([incident('7')]);
    const payload = await set.mutate().addIncidentComment({ id: '7', comment: 'Looks bad' });
    expect(payload).toMatchObject({ errors: [], cursor: 'c1', incident: { comments: [{ comment: 'Looks bad' }] } });
    expect(set.upstream.calls.filter(({ method }) => method === 'POST')).toMatchObject([
      {
        path: '/v1.0/security/incidents/7/comments',
        body: { '@odata.type': 'microsoft.graph.security.alertComment', comment: 'Looks bad' },
      },
    ]);
  });

  it('answers a repeat with the same key without a second POST, and refuses the key for another text', async () => {
    const set = setUpWrites([incident('7')]);
    const input = { id: '7', comment: 'Once', idempotencyKey: 'k1' };
    const payloads = await Promise.all([
      set.mutate().addIncidentComment(input),
      set.mutate().addIncidentComment(input),
    ]);
    expect(payloads[1]).toEqual(payloads[0]);
    expect(await set.mutate().addIncidentComment({ ...input, comment: 'Twice' })).toMatchObject({
      incident: { id: '7' },
      errors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
    expect(methods(set).filter((method) => method === 'POST')).toHaveLength(1);
  });

  it('answers OUTCOME_UNKNOWN when the answer is lost and the comment does not show', async () => {
    const set = setUpWrites([incident('7')]);
    set.service.before = throwOn('POST', failure('UPSTREAM_TIMEOUT', 'unknown'));
    const input = { id: '7', comment: 'Looks bad', idempotencyKey: 'k1' };
    for (let repeat = 0; repeat < 2; repeat += 1) {
      expect(await set.mutate().addIncidentComment(input)).toMatchObject({
        cursor: null,
        errors: [{ code: 'OUTCOME_UNKNOWN', inputPath: ['comment'] }],
      });
    }
    expect(methods(set).filter((method) => method === 'POST')).toHaveLength(1);
  });

  it('is PARTLY_APPLIED when the fields were written and the comment was refused', async () => {
    const set = setUpWrites([incident('7')]);
    set.service.before = throwOn('POST', failure('UPSTREAM_THROTTLED', 'none'));
    expect(await set.mutate().updateIncident({ id: '7', status: 'RESOLVED', comment: 'Done' })).toMatchObject({
      cursor: 'c1',
      incident: { status: 'RESOLVED' },
      errors: [{ code: 'PARTLY_APPLIED', inputPath: ['comment'] }],
    });
  });
});

describe('merged incidents', () => {
  const merged = (id: string, into: string) => incident(id, { status: 'redirected', redirectIncidentId: into });

  it('lead to the one that the alerts moved to, at most five merges on', async () => {
    const chain = [1, 2, 3, 4, 5, 6, 7].map((n) => merged(`${n}`, `${n + 1}`));
    const set = setUpWrites([...chain, incident('8')]);
    expect(await set.operation().currentById('6')).toMatchObject({ id: '8' });
    expect(await set.operation().currentById('1')).toMatchObject({ id: '6', redirectIncidentId: '7' });
    expect(await set.operation().byId('6')).toMatchObject({ id: '6', status: 'REDIRECTED' });
  });

  it('that run in a circle or into nothing end at the last one read', async () => {
    const set = setUpWrites([merged('1', '2'), merged('2', '1'), merged('3', '3'), merged('4', '99')]);
    const ends = ['1', '3', '4', '5'].map(async (id) => (await set.operation().currentById(id))?.id ?? null);
    expect(await Promise.all(ends)).toEqual(['2', '3', '4', null]);
  });

  it('make everything be read anew that was kept of either, once', async () => {
    const set = setUpWrites([incident('1'), incident('2')]);
    await set.operation().currentById('2');
    set.service.rows.set('1', merged('1', '2'));
    set.service.rows.set('2', incident('2', { displayName: 'Both' }));
    expect(await set.operation().currentById('1')).toMatchObject({ id: '2', displayName: 'Both' });
    const before = set.upstream.requests;
    expect(await set.operation().currentById('1')).toMatchObject({ id: '2' });
    expect(set.upstream.requests).toBe(before);
  });
});
