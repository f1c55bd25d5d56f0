import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestEmulator, type TestEmulator } from './startTestEmulator.js';

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator({ alerts: 20, users: 10 });
});
afterAll(() => emulator.stop());

describe('paths of Graph', () => {
  it.each(['/v1.0/nonsense', '/v1.0/security', '/', '/v2.0/users', '/v1.0/users/x/y/z'])(
    'refuse %s in Graph form',
    async (path) => {
      const { status, body, headers } = await emulator.graph(path);
      expect([status, body.error.code]).toEqual([400, 'BadRequest']);
      expect(headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('ask for a token before they say what exists', async () => {
    const { status, body } = await emulator.graph('/v1.0/nonsense', { headers: { authorization: '' } });
    expect([status, body.error.code]).toEqual([401, 'InvalidAuthenticationToken']);
  });

  it('know no letter case, an alias under beta and keys in parentheses', async () => {
    const { body } = await emulator.graph('/v1.0/security/Alerts_V2?$top=1');
    const [alert] = body.value;
    expect((await emulator.graph(`/beta/security/alerts_v2/${alert.id}`)).body.id).toBe(alert.id);
    expect((await emulator.graph(`/v1.0/security/alerts_v2('${alert.id}')`)).body.id).toBe(alert.id);
    const { body: requests } = await emulator.control('GET', 'requests');
    expect(requests.at(-1).path).toBe(`/v1.0/security/alerts_v2('${alert.id}')`);
  });

  it('refuse bodies and encodings that cannot be read', async () => {
    const { body } = await emulator.graph('/v1.0/security/alerts_v2?$top=1');
    const path = `/v1.0/security/alerts_v2/${body.value[0].id}`;
    const headers = { 'content-type': 'application/json' };
    expect((await emulator.graph(path, { method: 'PATCH', body: '{"status":', headers })).body.error.code).toBe(
      'BadRequest',
    );
    expect((await emulator.graph(path, { method: 'PATCH', headers })).body.error.code).toBe('InvalidRequestBody');
    expect((await emulator.graph('/v1.0/users/%E0%A4%A')).status).toBe(400);
  });
});
