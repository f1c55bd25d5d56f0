import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestEmulator, type TestEmulator } from './startTestEmulator.js';

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator({ alerts: 1300, users: 130, switches: { incidentsExpandLimit: 1000 } });
});
afterAll(() => emulator.stop());

const alerts = '/v1.0/security/alerts_v2';
const ids = (value: readonly { id: string }[]) => value.map(({ id }) => id);

describe('alerts_v2', () => {
  it('lists newest first with the documented headers', async () => {
    const { status, headers, body } = await emulator.graph(`${alerts}?$top=5`, {
      headers: { 'client-request-id': 'a3b1c2d4-0000-4000-8000-000000000001' },
    });
    expect(status).toBe(200);
    expect(body.value).toHaveLength(5);
    expect(body['@odata.context']).toBe(`${emulator.graphUrl}/v1.0/$metadata#security/alerts_v2`);
    const times: string[] = body.value.map((row: { createdDateTime: string }) => row.createdDateTime);
    expect(times).toEqual([...times].sort().reverse());
    expect(headers.get('client-request-id')).toBe('a3b1c2d4-0000-4000-8000-000000000001');
    expect(headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('content-type')).toContain('odata.metadata=minimal');
    expect(headers.get('odata-version')).toBe('4.0');
    expect(JSON.parse(headers.get('x-ms-ags-diagnostic') ?? '')).toHaveProperty('ServerInfo.DataCenter');
  });

  it('clamps $top to 1000 and links to the rest', async () => {
    const first = await emulator.graph(`${alerts}?$top=5000&$count=true`);
    expect(first.body.value).toHaveLength(1000);
    const total = first.body['@odata.count'];
    const second = await emulator.graph(first.body['@odata.nextLink']);
    expect(new Set([...ids(first.body.value), ...ids(second.body.value)]).size).toBe(total);
    expect(second.body['@odata.nextLink']).toBeUndefined();
  });

  it('refuses $skip over 500 and takes 500', async () => {
    expect((await emulator.graph(`${alerts}?$skip=500&$top=1`)).body.value).toHaveLength(1);
    const refused = await emulator.graph(`${alerts}?$skip=501&$top=1`);
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toBe('$skip=501 cannot exceed 500');
    expect(refused.body.error.innerError).toHaveProperty('request-id');
  });

  it('walks by time boundary with $orderby and $filter', async () => {
    const seen = new Set<string>();
    let boundary = '2000-01-01T00:00:00Z';
    for (let page = 0; page < 20; page += 1) {
      const query = `$orderby=lastUpdateDateTime asc&$top=200&$filter=lastUpdateDateTime ge ${boundary}`;
      const { body } = await emulator.graph(`${alerts}?${query}`);
      const before = seen.size;
      for (const id of ids(body.value)) seen.add(id);
      if (seen.size === before) break;
      boundary = body.value.at(-1).lastUpdateDateTime;
    }
    const { body } = await emulator.graph(`${alerts}?$count=true&$top=0`);
    expect(seen.size).toBe(body['@odata.count']);
    expect((await emulator.graph(`${alerts}/$count`)).text).toBe(String(seen.size));
  });

  it('filters, selects and refuses what is not filterable', async () => {
    const { body } = await emulator.graph(
      `${alerts}?$filter=severity eq 'high' and status ne 'resolved'&$select=id,severity,status`,
    );
    expect(body.value.length).toBeGreaterThan(0);
    for (const row of body.value)
      expect(row).toEqual({ id: expect.any(String), severity: 'high', status: expect.not.stringMatching('resolved') });
    for (const query of [
      "$filter=investigationState eq 'running'",
      "$filter=createdDateTime ge '2026-01-01T00:00:00Z'",
      "$filter=status eq 'new",
      '$select=nonsense',
      '$orderby=evidence',
      '$top=-1',
      '$top=x',
      '$count=maybe',
      '$search="x"',
      '$expand=incident',
      '$nonsense=1',
      '$top=1&$top=2',
      '$skiptoken=zzz',
    ]) {
      const refused = await emulator.graph(`${alerts}?${query}`);
      expect([query, refused.status]).toEqual([query, 400]);
      expect(refused.body.error).toMatchObject({ code: 'BadRequest', message: expect.stringMatching(/./) });
    }
  });

  it('finds nothing, silently, for a status word of incidents', async () => {
    const { status, body } = await emulator.graph(`${alerts}?$filter=status eq 'active'`);
    expect([status, body.value]).toEqual([200, []]);
  });

  it('filters by evidence through a cast, quotes doubled', async () => {
    const all = await emulator.graph(`${alerts}?$top=1000`);
    const upnOf = (row: { evidence: { userAccount?: { userPrincipalName?: string } }[] }) =>
      row.evidence.find((item) => item.userAccount?.userPrincipalName)?.userAccount?.userPrincipalName;
    const upn = all.body.value.map(upnOf).find(Boolean);
    const lambda = `evidence/any(e:e/microsoft.graph.security.userEvidence/userAccount/userPrincipalName eq '${upn}')`;
    const found = await emulator.graph(`${alerts}?$filter=${encodeURIComponent(lambda)}`);
    expect(found.status).toBe(200);
    const quoted = lambda.replace(upn, "o''brien@contoso.com");
    expect((await emulator.graph(`${alerts}?$filter=${encodeURIComponent(quoted)}`)).body.value).toEqual([]);
  });

  it('hides members after the sentinel unless the caller prefers them', async () => {
    await emulator.control('POST', 'alerts', { id: 'snsentinel', serviceSource: 'microsoftSentinel' });
    const hidden = await emulator.graph(`${alerts}/snsentinel`);
    expect(hidden.body.serviceSource).toBe('unknownFutureValue');
    const shown = await emulator.graph(`${alerts}/snsentinel`, { headers: { prefer: 'include-unknown-enum-members' } });
    expect(shown.body.serviceSource).toBe('microsoftSentinel');
    expect(shown.headers.get('preference-applied')).toBe('include-unknown-enum-members');
  });

  it('answers 404 for an unknown id, whatever it holds', async () => {
    for (const id of ['nope', "it's", 'a%2Fb', '%F0%9F%98%80', 'x'.repeat(600)]) {
      const { status, body } = await emulator.graph(`${alerts}/${id}`);
      expect([id, status, body.error.code]).toEqual([id, 404, 'ResourceNotFound']);
    }
  });
});

describe('incidents', () => {
  it('refuses $top over 50 with an empty code', async () => {
    const { status, body } = await emulator.graph('/v1.0/security/incidents?$top=51');
    expect([status, body.error.code]).toEqual([400, '']);
    expect(body.error.message).toMatch(/'50'.*'51'/);
  });

  it('expands alerts and lists them below the incident', async () => {
    const { body } = await emulator.graph('/v1.0/security/incidents?$top=3&$expand=alerts');
    const [incident] = body.value;
    expect(incident.alerts.length).toBeGreaterThan(0);
    const own = await emulator.graph(`/v1.0/security/incidents/${incident.id}/alerts`);
    expect(ids(own.body.value).sort()).toEqual(ids(incident.alerts).sort());
  });

  it('filters by assignee null', async () => {
    const { body } = await emulator.graph('/v1.0/security/incidents?$filter=assignedTo eq null');
    for (const row of body.value) expect(row.assignedTo).toBeNull();
  });
});

describe('identity protection', () => {
  const path = '/v1.0/identityProtection/riskDetections';

  it('pages by 20 and follows links to the end without repeating', async () => {
    const seen: string[] = [];
    let next: string | undefined = `${path}?$top=7`;
    const { body } = await emulator.graph(path);
    expect(body.value.length).toBeLessThanOrEqual(20);
    while (next !== undefined) {
      const page: { body: { value: { id: string }[]; '@odata.nextLink'?: string } } = await emulator.graph(next);
      seen.push(...ids(page.body.value));
      next = page.body['@odata.nextLink'];
    }
    expect(seen.length).toBeGreaterThan(7);
    expect(new Set(seen).size).toBe(seen.length);
    expect((await emulator.graph(`${path}?$top=500`)).body.value).toHaveLength(Math.min(500, seen.length));
  });

  it.each([
    '$top=501',
    '$top=0',
    '$skip=1',
    '$orderby=detectedDateTime',
    "$filter=detectedDateTime ge '2026-01-01T00:00:00Z'",
  ])('refuses %s', async (query) => {
    expect((await emulator.graph(`${path}?${query}`)).status).toBe(400);
  });

  it('lets gt include equal rows and ignores $count', async () => {
    const { body } = await emulator.graph(`${path}?$top=1&$count=true`);
    expect(body['@odata.count']).toBeUndefined();
    const [row] = body.value;
    const again = await emulator.graph(`${path}?$top=500&$filter=detectedDateTime gt ${row.detectedDateTime}`);
    expect(ids(again.body.value)).toContain(row.id);
  });

  it('changes risky users by action, at most 60 at a time', async () => {
    const { body } = await emulator.graph('/v1.0/identityProtection/riskyUsers?$top=1');
    const id = body.value[0].id;
    const act = (name: string, userIds: string[]) =>
      emulator.graph(`/v1.0/identityProtection/riskyUsers/${name}`, { method: 'POST', json: { userIds } });
    expect((await act('confirmCompromised', [id])).status).toBe(204);
    const after = await emulator.graph(`/v1.0/identityProtection/riskyUsers/${id}`);
    expect(after.body).toMatchObject({ riskLevel: 'high', riskState: 'confirmedCompromised' });
    const history = await emulator.graph(`/v1.0/identityProtection/riskyUsers/${id}/history`);
    expect(history.body.value[0]).toMatchObject({ userId: id, activity: { detail: 'adminConfirmedUserCompromised' } });
    expect(
      (
        await act(
          'dismiss',
          Array.from({ length: 61 }, () => id),
        )
      ).status,
    ).toBe(400);
    expect((await act('dismiss', [])).status).toBe(400);
  });
});

describe('secure scores', () => {
  it('lists newest first', async () => {
    const { body } = await emulator.graph('/v1.0/security/secureScores?$top=2');
    expect(body.value).toHaveLength(2);
    expect(body.value[0].createdDateTime > body.value[1].createdDateTime).toBe(true);
  });

  it('appends a flat profile update and requires vendorInformation', async () => {
    const { body } = await emulator.graph('/v1.0/security/secureScoreControlProfiles?$top=1');
    const path = `/v1.0/security/secureScoreControlProfiles/${body.value[0].id}`;
    expect((await emulator.graph(path, { method: 'PATCH', json: { state: 'Ignored' } })).status).toBe(400);
    const vendorInformation = { provider: 'SecureScore', vendor: 'Microsoft' };
    const json = { state: 'ignored', comment: 'later', vendorInformation };
    expect((await emulator.graph(path, { method: 'PATCH', json })).status).toBe(204);
    const shown = await emulator.graph(path, { method: 'PATCH', json, headers: { prefer: 'return=representation' } });
    expect(shown.status).toBe(200);
    expect(shown.body.controlStateUpdates.at(-1)).toMatchObject({ state: 'Ignored', comment: 'later' });
  });
});

describe('directory', () => {
  it('returns the default properties unless others are selected', async () => {
    const { body } = await emulator.graph('/v1.0/users?$top=1');
    const [user] = body.value;
    expect(Object.keys(user).sort()).toEqual(
      'businessPhones displayName givenName id jobTitle mail mobilePhone officeLocation preferredLanguage surname userPrincipalName'
        .split(' ')
        .sort(),
    );
    const selected = await emulator.graph(`/v1.0/users/${user.userPrincipalName}?$select=id,accountEnabled`);
    expect(Object.keys(selected.body)).toEqual(['@odata.context', 'id', 'accountEnabled']);
    expect(selected.body.id).toBe(user.id);
  });

  it('pages users by $skiptoken only', async () => {
    const first = await emulator.graph('/v1.0/users');
    expect(first.body.value).toHaveLength(100);
    const second = await emulator.graph(first.body['@odata.nextLink']);
    expect(new Set([...ids(first.body.value), ...ids(second.body.value)]).size).toBe(130);
    const refused = await emulator.graph('/v1.0/users?$top=1000');
    expect(refused.body.error.message).toBe(
      "Invalid page size specified: '1000'. Must be between 1 and 999 inclusive.",
    );
    expect((await emulator.graph('/v1.0/users?$skip=1')).status).toBe(400);
  });

  it('asks for the advanced index where it is needed', async () => {
    const filter = "$filter=endswith(userPrincipalName,'.com')";
    expect((await emulator.graph(`/v1.0/users?${filter}`)).body.error.code).toBe('Request_UnsupportedQuery');
    const advanced = { headers: { ConsistencyLevel: 'eventual' } };
    const { body } = await emulator.graph(`/v1.0/users?${filter}&$count=true&$top=5`, advanced);
    expect(body['@odata.count']).toBe(130);
    const next = await emulator.graph(body['@odata.nextLink'], advanced);
    expect(next.body['@odata.count']).toBeUndefined();
    expect((await emulator.graph(body['@odata.nextLink'])).status).toBe(400);
    const name = body.value[0].givenName ?? body.value[0].displayName.split(' ')[0];
    const found = await emulator.graph(`/v1.0/users?$search="displayName:${name}"&$count=true`, advanced);
    expect(ids(found.body.value)).toContain(body.value[0].id);
  });

  it('takes at most 15 values and 15 alternatives', async () => {
    const { body } = await emulator.graph('/v1.0/users?$top=16&$select=id');
    const values = ids(body.value).map((id) => `'${id}'`);
    expect(
      (await emulator.graph(`/v1.0/users?$filter=id in (${values.slice(0, 15).join(',')})`)).body.value,
    ).toHaveLength(15);
    expect((await emulator.graph(`/v1.0/users?$filter=id in (${values.join(',')})`)).status).toBe(400);
    const or = ids(body.value)
      .map((id) => `id eq '${id}'`)
      .join(' or ');
    expect((await emulator.graph(`/v1.0/users?$filter=${or}`)).status).toBe(400);
  });

  it('gets mixed objects by id and leaves unknown ones out', async () => {
    const users = await emulator.graph('/v1.0/users?$top=2&$select=id');
    const devices = await emulator.graph('/v1.0/devices?$top=1&$select=id');
    const wanted = [...ids(users.body.value), ...ids(devices.body.value)];
    const getByIds = (json: unknown) => emulator.graph('/v1.0/directoryObjects/getByIds', { method: 'POST', json });
    const { body, headers } = await getByIds({ ids: [...wanted, 'unknown'] });
    expect(ids(body.value).sort()).toEqual([...wanted].sort());
    expect(new Set(body.value.map((row: Record<string, string>) => row['@odata.type']))).toEqual(
      new Set(['#microsoft.graph.user', '#microsoft.graph.device']),
    );
    expect(headers.get('x-ms-resource-unit')).toBe('5');
    expect((await getByIds({ ids: wanted, types: ['device'] })).body.value).toHaveLength(1);
    expect((await getByIds({ ids: Array.from({ length: 1001 }, (_, index) => String(index)) })).status).toBe(400);
  });

  it('finds a device by device id through the alternate key', async () => {
    const { body } = await emulator.graph('/v1.0/devices?$top=1');
    const [device] = body.value;
    const found = await emulator.graph(`/v1.0/devices(deviceId='${device.deviceId}')`);
    expect(found.body.id).toBe(device.id);
    expect((await emulator.graph(`/v1.0/devices?$filter=deviceId eq '${device.deviceId}'`)).body.value).toHaveLength(1);
    expect((await emulator.graph(`/v1.0/users('nobody@contoso.com')`)).body.error.code).toBe(
      'Request_ResourceNotFound',
    );
  });
});
