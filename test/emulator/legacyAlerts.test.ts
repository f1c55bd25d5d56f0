import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestEmulator, type TestEmulator } from './startTestEmulator.js';

describe('legacy alerts', () => {
  let emulator: TestEmulator;
  beforeAll(async () => {
    emulator = await startTestEmulator({ alerts: 300 });
  });
  afterAll(() => emulator.stop());

  const path = '/v1.0/security/alerts';
  const providerOf = (row: { vendorInformation: { provider: string } }) => row.vendorInformation.provider;

  it('give $top rows of each provider and page all of them by opaque tokens', async () => {
    const { body } = await emulator.graph(`${path}?$top=2&$count=true`);
    const providers = new Set<string>(body.value.map(providerOf));
    expect(providers.size).toBeGreaterThan(1);
    expect(body.value.length).toBeGreaterThan(2);
    expect(body['@odata.nextLink']).toMatch(/\$skiptoken=[0-9a-f-]{36}$/);
    const seen: string[] = [];
    let next: string | undefined = `${path}?$top=20`;
    while (next !== undefined) {
      const page: { body: { value: { id: string }[]; '@odata.nextLink'?: string } } = await emulator.graph(next);
      seen.push(...page.body.value.map(({ id }) => id));
      next = page.body['@odata.nextLink'];
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(body['@odata.count']);
  });

  it('filter by provider and by what nested rows hold', async () => {
    const { body } = await emulator.graph(
      `${path}?$filter=vendorInformation/provider eq 'MCAS' and status ne 'resolved'`,
    );
    const filtered = body.value.filter((row: never) => providerOf(row) !== 'Office 365 Security and Compliance');
    expect(filtered.length).toBeGreaterThan(0);
    for (const row of filtered) expect(providerOf(row)).toBe('MCAS');
    const none = await emulator.graph(
      `${path}?$filter=userStates/any(u:u/userPrincipalName eq 'no''body@contoso.com')`,
    );
    expect(none.status).toBe(200);
    expect((await emulator.graph(`${path}?$skip=501`)).status).toBe(400);
  });

  it('are changed by PATCH with the vendor, and by nothing else', async () => {
    const { body } = await emulator.graph(`${path}?$filter=vendorInformation/provider eq 'MCAS'&$top=1`);
    const alert = body.value.find((row: never) => providerOf(row) === 'MCAS');
    const vendorInformation = { provider: 'MCAS', vendor: 'Microsoft' };
    const patch = (json: object, headers = {}) =>
      emulator.graph(`${path}/${alert.id}`, { method: 'PATCH', json, headers });
    expect((await patch({ status: 'resolved' })).body.error.code).toBe('InvalidRequestBody');
    expect((await patch({ ...alert, status: 'resolved' })).status).toBe(400);
    expect((await patch({ vendorInformation, comments: ['free text'] })).status).toBe(400);
    expect((await patch({ vendorInformation, comments: ['Closed in MCAS'], status: 'inProgress' })).status).toBe(204);
    const shown = await patch(
      { vendorInformation, status: 'resolved', feedback: 'truePositive' },
      { prefer: 'return=representation' },
    );
    expect(shown.status).toBe(200);
    expect(shown.body).toMatchObject({ status: 'resolved', feedback: 'truePositive', comments: ['Closed in MCAS'] });
    expect(shown.body.lastModifiedDateTime > alert.lastModifiedDateTime).toBe(true);
  });
});

describe('retired legacy alerts', () => {
  it.each([
    ['gone', 410],
    ['notFound', 404],
    ['empty', 200],
  ] as const)('answer as the switch %s says', async (legacyAlerts, status) => {
    const emulator = await startTestEmulator({ alerts: 20, users: 10, switches: { legacyAlerts } });
    try {
      const answer = await emulator.graph('/v1.0/security/alerts');
      expect(answer.status).toBe(status);
      if (status === 200) expect(answer.body.value).toEqual([]);
    } finally {
      await emulator.stop();
    }
  });
});
