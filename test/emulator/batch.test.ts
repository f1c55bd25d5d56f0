import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { issueGraphToken, startTestEmulator, type TestEmulator } from './startTestEmulator.js';

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator({ switches: { limits: true } });
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.control('POST', 'reset'));

const batch = (requests: readonly object[], headers = {}) =>
  emulator.graph('/v1.0/$batch', { method: 'POST', json: { requests }, headers });
const get = (id: string, url: string, more = {}) => ({ id, method: 'GET', url, ...more });
const statuses = (body: { responses: { id: string; status: number }[] }) =>
  Object.fromEntries(body.responses.map(({ id, status }) => [id, status]));

describe('$batch', () => {
  it('answers in any order, the same order for the same seed', async () => {
    const parts = Array.from({ length: 12 }, (_, index) => get(String(index), '/security/alerts_v2?$top=1'));
    const first = await batch(parts);
    expect(first.status).toBe(200);
    const order: string[] = first.body.responses.map(({ id }: { id: string }) => id);
    expect(order).not.toEqual(parts.map(({ id }) => id));
    expect([...order].sort()).toEqual(parts.map(({ id }) => id).sort());
    await emulator.control('POST', 'reset');
    const again = await batch(parts);
    expect(again.body.responses.map(({ id }: { id: string }) => id)).toEqual(order);
  });

  it.each([
    ['21 parts', Array.from({ length: 21 }, (_, index) => get(String(index), '/users'))],
    ['ids that differ by case only', [get('a', '/users'), get('A', '/users')]],
    ['an absolute url', [get('1', 'https://graph.microsoft.com/v1.0/users')]],
    ['a nested batch', [get('1', '/$batch')]],
    ['a dependency that comes later', [get('1', '/users', { dependsOn: ['2'] }), get('2', '/users')]],
    [
      'a body without Content-Type',
      [{ id: '1', method: 'POST', url: '/directoryObjects/getByIds', body: { ids: ['x'] } }],
    ],
    ['no method', [{ id: '1', url: '/users' }]],
  ])('refuses %s as a whole', async (_name, requests) => {
    const { status, body } = await batch(requests);
    expect(status).toBe(400);
    expect(body.error.code).toBe('BadRequest');
  });

  it('refuses a body that is no batch', async () => {
    for (const json of [{}, [], { requests: 'x' }, null]) {
      expect((await emulator.graph('/v1.0/$batch', { method: 'POST', json })).status).toBe(400);
    }
    const broken = await emulator.graph('/v1.0/$batch', {
      method: 'POST',
      body: '{"requests":[',
      headers: { 'content-type': 'application/json' },
    });
    expect([broken.status, broken.body.error.code]).toEqual([400, 'BadRequest']);
  });

  it('fails what depends on a failed part with 424 and runs the rest', async () => {
    const { body } = await batch([
      get('1', '/security/alerts_v2/nope'),
      get('2', '/security/alerts_v2?$top=1', { dependsOn: ['1'] }),
      get('3', '/security/alerts_v2?$top=1', { dependsOn: ['2'] }),
      get('4', '/users?$top=1'),
    ]);
    expect(statuses(body)).toEqual({ 1: 404, 2: 424, 3: 424, 4: 200 });
  });

  it('throttles each part alone and keeps the envelope at 200', async () => {
    const parts = Array.from({ length: 5 }, (_, index) =>
      get(String(index), '/identityProtection/riskDetections?$top=1'),
    );
    const { status, body } = await batch(parts);
    expect(status).toBe(200);
    const all = Object.values(statuses(body));
    expect(all.filter((code) => code === 200)).toHaveLength(1);
    expect(all.filter((code) => code === 429)).toHaveLength(4);
    const refused = body.responses.find((item: { status: number }) => item.status === 429);
    expect(refused.headers['Retry-After']).toBeUndefined();
    expect(refused.body.error.code).toBe('TooManyRequests');
  });

  it('puts the envelope and every part into the ledger, with the correlation id of the caller', async () => {
    await batch([get('1', '/users?$top=1'), get('2', '/security/incidents?$top=1')], {
      'client-request-id': 'trace-1',
    });
    const { body } = await emulator.control('GET', 'requests');
    const view = body.map(({ area, batchPart, units, clientRequestId }: Record<string, unknown>) => ({
      area,
      batchPart,
      units,
      clientRequestId,
    }));
    expect(view).toHaveLength(3);
    expect(view).toContainEqual({ area: 'batch', batchPart: false, units: 0, clientRequestId: 'trace-1' });
    expect(view).toContainEqual({ area: 'directory', batchPart: true, units: 1, clientRequestId: 'trace-1' });
    expect(view).toContainEqual({ area: 'incidents', batchPart: true, units: 1, clientRequestId: 'trace-1' });
  });

  it('gives parts their own headers and bodies', async () => {
    const { body: users } = await emulator.graph('/v1.0/users?$top=2&$select=id');
    const ids = users.value.map(({ id }: { id: string }) => id);
    const json = { 'content-type': 'application/json' };
    const { body } = await batch([
      { id: '1', method: 'POST', url: 'directoryObjects/getByIds?$select=id', headers: json, body: { ids } },
      get('2', '/users?$count=true&$top=1', { headers: { ConsistencyLevel: 'eventual' } }),
    ]);
    const byId = new Map(body.responses.map((item: { id: string }) => [item.id, item])) as Map<string, any>;
    expect(byId.get('1').body.value).toHaveLength(2);
    expect(byId.get('1').headers['Content-Type']).toContain('application/json');
    expect(byId.get('2').body['@odata.count']).toBe(30);
  });

  it('checks the token of every part', async () => {
    const token = await issueGraphToken(emulator, { roles: ['User.Read.All'] });
    const { body } = await emulator.graph('/v1.0/$batch', {
      method: 'POST',
      json: { requests: [get('1', '/users?$top=1'), get('2', '/security/alerts_v2')] },
      headers: { authorization: `Bearer ${token}` },
    });
    expect(statuses(body)).toEqual({ 1: 200, 2: 403 });
  });

  it('does not let a caller pose as a part', async () => {
    await emulator.graph('/v1.0/users?$top=1', { headers: { 'x-emulator-batch-part': 'true' } });
    const { body } = await emulator.control('GET', 'requests');
    expect(body[0].batchPart).toBe(false);
  });
});
