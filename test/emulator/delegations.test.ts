import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueGraphToken, startTestEmulator, type TestEmulator } from './startTestEmulator.js';

const scopes = ['SecurityAlert.ReadWrite.All', 'SecurityIncident.Read.All', 'User.Read.All'];

describe('a person for whom an application asks', () => {
  let emulator: TestEmulator;
  let user: string;
  let headers: { readonly authorization: string };

  beforeAll(async () => {
    emulator = await startTestEmulator();
    const { body } = await emulator.graph('/v1.0/users?$top=1');
    user = body.value[0].id;
    headers = { authorization: `Bearer ${await issueGraphToken(emulator, { roles: [], scopes, user })}` };
  });
  afterAll(() => emulator.stop());

  const read = (path: string, init: object = {}) => emulator.graph(path, { ...init, headers });
  const delegate = (rights: object) => emulator.control('POST', 'delegations', { user, ...rights });
  const allRows = async () => (await emulator.graph('/v1.0/security/alerts_v2?$top=1000')).body.value;

  it('may do what the scopes of the token say, while nothing else is said', async () => {
    expect((await read('/v1.0/security/alerts_v2?$top=1000')).body.value).toEqual(await allRows());
    expect((await read('/v1.0/identityProtection/riskDetections')).status).toBe(403);
  });

  it('may do no more than their own roles, from the moment on that these change', async () => {
    await delegate({ permissions: ['User.Read.All', 'IdentityRiskEvent.Read.All'] });
    const statuses = await Promise.all(
      ['users', 'security/alerts_v2', 'identityProtection/riskDetections'].map(async (path) => {
        return (await read(`/v1.0/${path}`)).status;
      }),
    );
    expect(statuses).toEqual([200, 403, 403]);
  });

  it('sees, counts and writes the alerts of their own products alone', async () => {
    const rows = await allRows();
    const [{ serviceSource }] = rows;
    const own = rows.filter((row: { serviceSource: string }) => row.serviceSource === serviceSource);
    const hidden = rows.find((row: { serviceSource: string }) => row.serviceSource !== serviceSource);
    await delegate({ serviceSources: [serviceSource] });
    expect((await read('/v1.0/security/alerts_v2?$top=1000')).body.value).toEqual(own);
    expect((await read('/v1.0/security/alerts_v2/$count')).text).toBe(String(own.length));
    expect((await read(`/v1.0/security/alerts_v2/${own[0].id}`)).status).toBe(200);
    expect((await read(`/v1.0/security/alerts_v2/${hidden.id}`)).status).toBe(404);
    const patch = { method: 'PATCH', json: { status: 'resolved' } };
    expect((await read(`/v1.0/security/alerts_v2/${hidden.id}`, patch)).status).toBe(404);
    const ofIncident = await read(`/v1.0/security/incidents/${hidden.incidentId}/alerts`);
    expect(ofIncident.body.value.map(({ id }: { id: string }) => id)).not.toContain(hidden.id);
  });

  it('has to be somebody', async () => {
    expect((await emulator.control('POST', 'delegations', { user: 'nobody@nowhere.example' })).status).toBe(404);
    expect((await emulator.control('POST', 'delegations', { user, rights: [] })).status).toBe(400);
  });

  it('has the rights of the token again after all is taken back', async () => {
    expect((await emulator.control('DELETE', 'delegations')).status).toBe(204);
    expect((await read('/v1.0/security/alerts_v2?$top=1000')).body.value).toEqual(await allRows());
  });
});
