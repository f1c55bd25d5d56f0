import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestEmulator, type TestEmulator } from './startTestEmulator.js';

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.control('POST', 'reset'));

const alerts = '/v1.0/security/alerts_v2';
const patch = (id: string, json: object, headers = {}) =>
  emulator.graph(`${alerts}/${id}`, { method: 'PATCH', json, headers });

describe('alerts through the control routes', () => {
  it('are created with fields of their own and listed first', async () => {
    const { status, body } = await emulator.control('POST', 'alerts', { title: 'Mine', severity: 'high' });
    expect([status, body.title, body.severity, body.status]).toEqual([201, 'Mine', 'high', 'new']);
    const newest = await emulator.graph(`${alerts}?$top=1`);
    expect(newest.body.value[0].id).toBe(body.id);
  });

  it('are created many at one time', async () => {
    const at = '2026-11-01T00:00:00.1234567Z';
    const { body } = await emulator.control('POST', 'alerts', { count: 40, at });
    expect(body.value).toHaveLength(40);
    const filter = `lastUpdateDateTime ge ${at} and lastUpdateDateTime le ${at}`;
    const found = await emulator.graph(`${alerts}?$filter=${filter}&$count=true`);
    expect(found.body['@odata.count']).toBe(40);
  });

  it('change as if another console did it, and disappear', async () => {
    const { body } = await emulator.control('POST', 'alerts', {});
    const changed = await emulator.control('PATCH', `alerts/${body.id}`, {
      status: 'inProgress',
      assignedTo: 'lee@contoso.com',
    });
    expect(changed.body.lastUpdateDateTime > body.lastUpdateDateTime).toBe(true);
    expect((await emulator.graph(`${alerts}/${body.id}`)).body).toMatchObject({
      status: 'inProgress',
      assignedTo: 'lee@contoso.com',
    });
    const silent = await emulator.control('PATCH', `alerts/${body.id}`, { title: 'Silent', touch: false });
    expect(silent.body.lastUpdateDateTime).toBe(changed.body.lastUpdateDateTime);
    expect((await emulator.control('DELETE', `alerts/${body.id}`)).status).toBe(204);
    expect((await emulator.graph(`${alerts}/${body.id}`)).status).toBe(404);
    expect((await emulator.control('DELETE', `alerts/${body.id}`)).status).toBe(404);
  });

  it.each([
    ['alerts', { count: 0 }],
    ['alerts', { count: 2, id: 'same' }],
    ['alerts', { at: 'yesterday' }],
    ['alerts', { createdDateTime: 5 }],
    ['alerts', []],
    ['clock', {}],
    ['clock', { advanceSeconds: -1 }],
    ['clock', { now: 'now' }],
    ['token', { roles: 'x' }],
    ['token', { nonsense: 1 }],
  ])('refuses a malformed body for %s: %j', async (path, json) => {
    const { status, body } = await emulator.control('POST', path, json);
    expect([status, typeof body.error]).toEqual([400, 'string']);
  });
});

describe('the clock', () => {
  it('moves what the service calls now', async () => {
    await emulator.control('POST', 'clock', { now: '2030-01-01T00:00:00Z', freeze: true });
    const { body } = await emulator.control('POST', 'alerts', {});
    expect(body.createdDateTime).toBe('2030-01-01T00:00:00.0000000Z');
    const { body: clock } = await emulator.control('POST', 'clock', { advanceSeconds: 90 });
    expect(clock.now).toBe('2030-01-01T00:01:30.0000000Z');
    expect((await emulator.graph(`${alerts}?$top=1`)).headers.get('date')).toBe('Tue, 01 Jan 2030 00:01:30 GMT');
  });
});

describe('reset', () => {
  it('brings the same tenant back', async () => {
    const before = await emulator.graph(`${alerts}?$top=1`);
    await emulator.control('POST', 'alerts', { count: 3 });
    await patch(before.body.value[0].id, { status: 'resolved' });
    await emulator.control('POST', 'reset');
    const after = await emulator.graph(`${alerts}?$top=1&$count=true`);
    expect(after.body.value[0].id).toBe(before.body.value[0].id);
    expect(after.body['@odata.count']).toBe(120);
    expect((await emulator.control('GET', 'requests')).body).toHaveLength(1);
  });
});

describe('writes', () => {
  it('answer the whole alert with a later last update, whatever the letter case', async () => {
    const { body } = await emulator.control('POST', 'alerts', {});
    const { status, body: after } = await patch(body.id, {
      status: 'Resolved',
      determination: 'phishing',
      customDetails: { ticket: '7' },
    });
    expect(status).toBe(200);
    expect(after).toMatchObject({
      status: 'resolved',
      determination: 'phishing',
      customDetails: { ticket: '7' },
      evidence: expect.any(Array),
    });
    expect(after.resolvedDateTime).not.toBeNull();
    expect(after.lastUpdateDateTime > body.lastUpdateDateTime).toBe(true);
  });

  it.each([
    { classification: 'benignPositive' },
    { status: 'active' },
    { status: 'unknownFutureValue' },
    { title: 'x' },
    { assignedTo: 5 },
    { customDetails: { a: 1 } },
    {},
    [],
  ])('refuse %j with InvalidRequestBody', async (json) => {
    const { body } = await emulator.graph(`${alerts}?$top=1`);
    const refused = await patch(body.value[0].id, json);
    expect([refused.status, refused.body.error.code]).toEqual([400, 'InvalidRequestBody']);
  });

  it('answer all comments, and move the last update unless a fault says otherwise', async () => {
    const { body } = await emulator.control('POST', 'alerts', {});
    const post = (comment: string) =>
      emulator.graph(`${alerts}/${body.id}/comments`, { method: 'POST', json: { comment } });
    await post('one');
    const second = await post('two');
    expect(second.body.value.map(({ comment }: { comment: string }) => comment)).toEqual(['one', 'two']);
    const touched = await emulator.graph(`${alerts}/${body.id}`);
    expect(touched.body.lastUpdateDateTime > body.lastUpdateDateTime).toBe(true);
    await emulator.control('POST', 'faults', { upstream: 'alerts', kind: 'silentComment' });
    await post('three');
    const silent = await emulator.graph(`${alerts}/${body.id}`);
    expect(silent.body.comments).toHaveLength(3);
    expect(silent.body.lastUpdateDateTime).toBe(touched.body.lastUpdateDateTime);
    expect((await post('')).status).toBe(400);
  });

  it('stay invisible to lists for as long as a fault says', async () => {
    const { body } = await emulator.control('POST', 'alerts', {});
    await emulator.control('POST', 'faults', { upstream: 'alerts', kind: 'staleListAfterPatch', seconds: 30 });
    await patch(body.id, { status: 'inProgress' });
    const status = async () => (await emulator.graph(`${alerts}?$top=1`)).body.value[0].status;
    expect(await status()).toBe('new');
    expect((await emulator.graph(`${alerts}/${body.id}`)).body.status).toBe('inProgress');
    await emulator.control('POST', 'clock', { advanceSeconds: 31 });
    expect(await status()).toBe('inProgress');
  });

  it('stay invisible to every read during a write lag', async () => {
    const { body } = await emulator.control('POST', 'alerts', {});
    await emulator.control('POST', 'faults', { upstream: 'alerts', kind: 'writeLag', seconds: 30 });
    expect((await patch(body.id, { status: 'inProgress' })).body.status).toBe('inProgress');
    expect((await emulator.graph(`${alerts}/${body.id}`)).body.status).toBe('new');
    await emulator.control('POST', 'clock', { advanceSeconds: 31 });
    expect((await emulator.graph(`${alerts}/${body.id}`)).body.status).toBe('inProgress');
  });

  it('are stamped again when a fault says so', async () => {
    const { body } = await emulator.control('POST', 'alerts', {});
    await emulator.control('POST', 'faults', { upstream: 'alerts', kind: 'restamp' });
    const answered = await patch(body.id, { status: 'inProgress' });
    const read = await emulator.graph(`${alerts}/${body.id}`);
    expect(read.body.lastUpdateDateTime > answered.body.lastUpdateDateTime).toBe(true);
    expect({ ...read.body, lastUpdateDateTime: '' }).toEqual({ ...answered.body, lastUpdateDateTime: '' });
  });

  it('change incidents and say who did it', async () => {
    const { body } = await emulator.graph('/v1.0/security/incidents?$top=1');
    const path = `/v1.0/security/incidents/${body.value[0].id}`;
    const { status, body: after } = await emulator.graph(path, {
      method: 'PATCH',
      json: { status: 'resolved', customTags: ['x'] },
    });
    expect([status, after.status, after.customTags]).toEqual([200, 'resolved', ['x']]);
    expect(after.lastModifiedBy).toMatch(/^API-App:/);
    expect((await emulator.graph(path, { method: 'PATCH', json: { status: 'redirected' } })).status).toBe(400);
  });
});

describe('the ledger', () => {
  it('remembers calls with what they cost', async () => {
    await emulator.graph('/v1.0/users?$top=50', { headers: { 'client-request-id': 'abc' } });
    await emulator.graph(`${alerts}?$top=1`);
    const { body } = await emulator.control('GET', 'requests');
    expect(body).toEqual([
      expect.objectContaining({
        upstream: 'graph',
        area: 'directory',
        method: 'GET',
        path: '/v1.0/users?$top=50',
        status: 200,
        units: 2,
        clientRequestId: 'abc',
        batchPart: false,
      }),
      expect.objectContaining({ area: 'alerts', units: 1, clientRequestId: null }),
    ]);
    await emulator.control('DELETE', 'requests');
    expect((await emulator.control('GET', 'requests')).body).toEqual([]);
  });
});
