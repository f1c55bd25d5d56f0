import { describe, expect, it } from '@jest/globals';
import { alertsOfDevice } from '../../../../src/datasources/alerts/deviceAlerts.js';
import { alertRow, type Row, setUpAlerts } from './fakeAlertService.js';

const device = { deviceId: '0D0E0F00-0000-4000-8000-000000000001', displayName: 'LAPTOP-7' };
const another = '0d0e0f00-0000-4000-8000-000000000002';
const page = { first: 50, after: undefined };

function row(id: string, evidence: Record<string, unknown>): Row {
  return alertRow(id, { evidence: [{ '@odata.type': '#microsoft.graph.security.deviceEvidence', ...evidence }] });
}

async function idsOf(rows: readonly Row[], named: Parameters<typeof alertsOfDevice>[1] = device) {
  const set = setUpAlerts(rows);
  const found = await alertsOfDevice(set.open(), named, page);
  return { ids: found?.nodes.map(({ id }) => id), calls: set.upstream.calls };
}

describe('alerts of a device', () => {
  it.each(['laptop-7', 'LAPTOP-7', 'laptop-7.corp.contoso.com', 'Laptop-7.Corp.Contoso.com'])(
    'are found where the evidence calls it %s',
    async (deviceDnsName) => {
      const { ids } = await idsOf([row('da1', { deviceDnsName, azureAdDeviceId: device.deviceId.toLowerCase() })]);
      expect(ids).toEqual(['da1']);
    },
  );

  it('are not those of another device of the same name', async () => {
    const deviceDnsName = 'laptop-7.corp.contoso.com';
    const rows = [
      row('da1', { deviceDnsName, azureAdDeviceId: another }),
      row('da2', { deviceDnsName, azureAdDeviceId: device.deviceId }),
      row('da3', { deviceDnsName, azureAdDeviceId: null }),
    ];
    expect((await idsOf(rows)).ids).toEqual(['da2']);
  });

  it('are asked for by the domains that recent alerts show, the four commonest at most', async () => {
    const domains = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example', 'a.example'];
    const { calls } = await idsOf(
      domains.map((domain, n) => row(`da${n}`, { deviceDnsName: `pc.${domain}`, azureAdDeviceId: another })),
    );
    const filter = calls.at(-1)?.query.$filter ?? '';
    const names = [...filter.matchAll(/deviceDnsName eq '([^']+)'/g)].map(([, name]) => name);
    const first = ['laptop-7', 'laptop-7.a.example', 'laptop-7.b.example', 'laptop-7.c.example', 'laptop-7.d.example'];
    expect(names).toEqual(first);
  });

  it('cannot break out of the filter by their name', async () => {
    const { calls } = await idsOf([], { ...device, displayName: "x' or 'a' eq 'a" });
    expect(calls.at(-1)?.query.$filter).toContain("deviceDnsName eq 'x'' or ''a'' eq ''a'");
  });

  it.each([
    ['no id', { ...device, deviceId: null }],
    ['no name', { ...device, displayName: null }],
  ])('are null, without a call, for a device with %s', async (_what, named) => {
    expect(await idsOf([], named)).toEqual({ ids: undefined, calls: [] });
  });

  it('are none in the legacy dialect, whose evidence has no device ids, and cost no call', async () => {
    const set = setUpAlerts([], { dialect: 'legacy' });
    expect((await alertsOfDevice(set.open(), device, page))?.nodes).toEqual([]);
    expect(set.upstream.requests).toBe(0);
  });

  it('page on by a cursor that outlives a change of the known domains', async () => {
    const rows = Array.from({ length: 5 }, (_, n) =>
      row(`da${n}`, { deviceDnsName: 'laptop-7', azureAdDeviceId: device.deviceId }),
    );
    const set = setUpAlerts(rows);
    const head = await alertsOfDevice(set.open(), device, { first: 2, after: undefined });
    set.service.rows.set('da9', row('da9', { deviceDnsName: 'pc.new.example', azureAdDeviceId: another }));
    await set.clock.advance(60_000);
    const after = head?.pageInfo.endCursor ?? undefined;
    const tail = await alertsOfDevice(set.open(), device, { first: 9, after });
    expect([head, tail].flatMap((found) => found?.nodes.map(({ id }) => id))).toEqual(rows.map(({ id }) => id));
  });
});
