import { afterEach, describe, expect, it } from '@jest/globals';
import { createEmulator } from '../../emulator/createEmulator.js';
import { readSettings } from '../../emulator/readSettings.js';
import type { EmulatorSwitchesInput } from '../../emulator/switches.js';
import { startTestEmulator, type TestEmulator } from './startTestEmulator.js';

let emulator: TestEmulator | undefined;
afterEach(async () => {
  await emulator?.stop();
  emulator = undefined;
});
const start = async (switches: EmulatorSwitchesInput) => {
  emulator = await startTestEmulator({ alerts: 60, users: 20, switches });
  return emulator;
};

describe('switches', () => {
  it('take the nextLink of alerts away, always or with $top', async () => {
    const never = await start({ alertsNextLink: 'never', alertsDefaultPageSize: 10 });
    expect((await never.graph('/v1.0/security/alerts_v2')).body['@odata.nextLink']).toBeUndefined();
    await never.stop();
    const withoutTop = await start({ alertsNextLink: 'withoutTop', alertsDefaultPageSize: 10 });
    expect((await withoutTop.graph('/v1.0/security/alerts_v2')).body['@odata.nextLink']).toBeDefined();
    expect((await withoutTop.graph('/v1.0/security/alerts_v2?$top=10')).body['@odata.nextLink']).toBeUndefined();
  });

  it('let $expand=alerts fail on incidents with many alerts', async () => {
    const { graph } = await start({ incidentsExpandLimit: 0 });
    expect((await graph('/v1.0/security/incidents?$expand=alerts')).status).toBe(500);
    expect((await graph('/v1.0/security/incidents')).status).toBe(200);
  });

  it('wrap a single risk detection, order detections and respect gt', async () => {
    const { graph } = await start({
      riskDetectionWrapped: true,
      riskDetectionsOrder: 'newestFirst',
      riskDetectionsGtIsGe: false,
    });
    const { body } = await graph('/v1.0/identityProtection/riskDetections');
    const times: string[] = body.value.map((row: { detectedDateTime: string }) => row.detectedDateTime);
    expect(times).toEqual([...times].sort().reverse());
    const one = await graph(`/v1.0/identityProtection/riskDetections/${body.value[0].id}`);
    expect(one.body.value[0].id).toBe(body.value[0].id);
    const later = await graph(`/v1.0/identityProtection/riskDetections?$filter=detectedDateTime gt ${times[0]}`);
    expect(later.body.value).toEqual([]);
  });

  it('spell the inner error, ignore unwritable properties and lag behind writes', async () => {
    const { graph, control } = await start({
      innerErrorKey: 'innererror',
      alertsUnwritableProperty: 'ignore',
      alertsEvidenceFilter: false,
      writeLagSeconds: 60,
    });
    expect((await graph('/v1.0/security/alerts_v2/nope')).body.error).toHaveProperty('innererror');
    expect((await graph('/v1.0/security/alerts_v2?$filter=evidence/any()')).status).toBe(400);
    const { body } = await control('POST', 'alerts', {});
    const patched = await graph(`/v1.0/security/alerts_v2/${body.id}`, {
      method: 'PATCH',
      json: { status: 'resolved', title: 'x' },
    });
    expect([patched.status, patched.body.title]).toEqual([200, body.title]);
    expect((await graph(`/v1.0/security/alerts_v2/${body.id}`)).body.status).toBe('new');
  });

  it('let the advanced index of the directory lag behind', async () => {
    const { graph, control } = await start({ directoryIndexLagSeconds: 60 });
    const { body } = await graph('/v1.0/users?$top=1&$select=id,jobTitle');
    const { id, jobTitle } = body.value[0];
    await control('PATCH', `users/${id}`, { jobTitle: 'Changed' });
    const list = `/v1.0/users?$filter=id eq '${id}'&$select=jobTitle&$count=true`;
    expect((await graph(list)).body.value[0].jobTitle).toBe('Changed');
    const advanced = await graph(list, { headers: { ConsistencyLevel: 'eventual' } });
    expect(advanced.body.value[0].jobTitle).toBe(jobTitle);
  });

  it('are refused by name when they do not exist or do not fit', async () => {
    await expect(createEmulator({ switches: { nonsense: true } as never })).rejects.toThrow(/nonsense/);
    await expect(createEmulator({ switches: { retryAfterForm: 'never' } as never })).rejects.toThrow(/retryAfterForm/);
  });
});

describe('settings', () => {
  it('are read from the environment', () => {
    const env = {
      EMULATOR_PORT: '5000',
      EMULATOR_SEED: 'other',
      EMULATOR_ALERTS: '10',
      EMULATOR_USERS: '20',
      EMULATOR_DATA: '/data',
      EMULATOR_LIVE: '1',
      EMULATOR_SWITCHES: '{"limits":false}',
    };
    expect(readSettings(env)).toEqual({
      port: 5000,
      seed: 'other',
      alerts: 10,
      users: 20,
      dataDir: '/data',
      live: true,
      switches: { limits: false },
    });
    expect(readSettings({})).toEqual({ live: false });
  });

  it('are refused all at once', () => {
    const env = { EMULATOR_PORT: 'x', EMULATOR_ALERTS: '-1', EMULATOR_SWITCHES: '{' };
    expect(() => readSettings(env)).toThrow(/EMULATOR_PORT.*EMULATOR_ALERTS.*EMULATOR_SWITCHES/);
  });
});

describe('an emulator', () => {
  it('listens on four consecutive ports of 127.0.0.1 when one is given, and says so when one is taken', async () => {
    const free = await createEmulator({ alerts: 1, users: 5 });
    const port = Number(new URL(free.controlUrl).port);
    await expect(createEmulator({ alerts: 1, users: 5, port })).rejects.toThrow(/EADDRINUSE/);
    await free.stop();
  });

  it('serves captured answers as they were', async () => {
    const dataDir = new URL('../fixtures/captured', import.meta.url).pathname;
    emulator = await startTestEmulator({ dataDir });
    const { body } = await emulator.graph("/v1.0/security/alerts?$filter=vendorInformation/provider eq 'MCAS'");
    expect(body.value).toEqual([
      expect.objectContaining({
        id: '992431C8-A8CC-3B88-A5A2-37F3A1930BC1',
        status: 'newAlert',
        riskScore: '',
        createdDateTime: '2018-09-27T16:24:58.363Z',
        lastModifiedDateTime: '2018-09-27T16:24:59.3930894Z',
      }),
    ]);
  });
});
