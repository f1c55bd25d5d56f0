import { afterEach, describe, expect, it } from '@jest/globals';
import { resourceUnits } from '../../emulator/graph/resourceUnits.js';
import type { EmulatorSwitchesInput } from '../../emulator/switches.js';
import { issueGraphToken, startTestEmulator, type TestEmulator } from './startTestEmulator.js';

let emulator: TestEmulator;

const start = async (switches: EmulatorSwitchesInput = {}) => {
  emulator = await startTestEmulator({ alerts: 30, users: 20, switches: { limits: true, ...switches } });
};
const statusesOf = async (path: string, count: number) => {
  const statuses: number[] = [];
  for (let call = 0; call < count; call += 1) statuses.push((await emulator.graph(path)).status);
  return statuses;
};
const count = (statuses: readonly number[], status: number) => statuses.filter((one) => one === status).length;

describe('budgets of Graph', () => {
  afterEach(() => emulator.stop());

  it('let alerts, incidents and scores share 150 calls a minute, refused ones counted', async () => {
    await start();
    const statuses = [
      ...(await statusesOf('/v1.0/security/alerts_v2?$top=1', 60)),
      ...(await statusesOf('/v1.0/security/incidents?$top=1', 60)),
      ...(await statusesOf('/v1.0/security/secureScores?$top=1', 32)),
    ];
    expect([count(statuses, 200), count(statuses, 429)]).toEqual([150, 2]);
    const refused = await emulator.graph('/v1.0/security/alerts_v2?$top=1');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    await emulator.control('POST', 'clock', { advanceSeconds: 61 });
    expect(await statusesOf('/v1.0/security/alerts_v2?$top=1', 1)).toEqual([200]);
  });

  it('let identity protection answer once a second, without Retry-After', async () => {
    await start();
    const path = '/v1.0/identityProtection/riskyUsers?$top=1';
    expect(await statusesOf(path, 3)).toEqual([200, 429, 429]);
    expect((await emulator.graph(path)).headers.get('retry-after')).toBeNull();
    await emulator.control('POST', 'clock', { advanceSeconds: 1.01 });
    expect(await statusesOf(path, 1)).toEqual([200]);
  });

  it('count the directory in resource units and name the limit', async () => {
    await start();
    const { body } = await emulator.graph('/v1.0/users?$top=1&$select=id');
    const json = { ids: [body.value[0].id] };
    let refused: Awaited<ReturnType<TestEmulator['graph']>> | undefined;
    let warned = false;
    for (let call = 0; call < 720 && refused === undefined; call += 1) {
      const answer = await emulator.graph('/v1.0/directoryObjects/getByIds', { method: 'POST', json });
      warned ||= answer.headers.get('x-ms-throttle-limit-percentage') !== null;
      if (answer.status === 429) refused = answer;
    }
    expect(warned).toBe(true);
    expect(refused?.headers.get('x-ms-throttle-scope')).toMatch(/^Tenant_Application\/Read\//);
    expect(refused?.headers.get('x-ms-throttle-information')).toBe('ResourceUnitLimitExceeded');
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('allow four calls to secure scores in flight', async () => {
    await start();
    await emulator.control('POST', 'faults', { upstream: 'scores', kind: 'slow', delayMs: 150, times: 4 });
    const calls = Array.from({ length: 4 }, () => emulator.graph('/v1.0/security/secureScores?$top=1'));
    await allFaultsStruck();
    expect((await emulator.graph('/v1.0/security/secureScores?$top=1')).status).toBe(429);
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await emulator.graph('/v1.0/security/secureScores?$top=1')).status).toBe(200);
  });

  it('do not count calls without an accepted token', async () => {
    await start();
    const headers = { authorization: `Bearer ${await issueGraphToken(emulator, { expiresInSeconds: -5 })}` };
    for (let call = 0; call < 160; call += 1) await emulator.graph('/v1.0/security/alerts_v2', { headers });
    expect(await statusesOf('/v1.0/security/alerts_v2?$top=1', 1)).toEqual([200]);
  });

  it.each([
    ['decimal', /^\d+\.\d{3}$/],
    ['date', /GMT$/],
    ['none', /^null$/],
  ] as const)('word Retry-After as the switch %s says', async (retryAfterForm, form) => {
    await start({ retryAfterForm, incidentsShareAlertsBudget: false });
    await statusesOf('/v1.0/security/alerts_v2?$top=0', 150);
    const refused = await emulator.graph('/v1.0/security/alerts_v2?$top=0');
    expect([refused.status, String(refused.headers.get('retry-after'))]).toEqual([429, expect.stringMatching(form)]);
    expect((await emulator.graph('/v1.0/security/incidents?$top=1')).status).toBe(200);
  });

  async function allFaultsStruck(): Promise<void> {
    const { body } = await emulator.control('GET', 'faults');
    if (body.length > 0) await allFaultsStruck();
  }
});

describe('resource units', () => {
  it.each([
    ['/v1.0/users', 2],
    ['/v1.0/users?$select=id', 1],
    ['/v1.0/users?$top=5', 1],
    ['/v1.0/users?$top=5&$select=id', 1],
    ['/v1.0/users?$expand=manager', 3],
    ['/v1.0/users/x', 1],
    ['/v1.0/devices', 2],
    ['/v1.0/directoryObjects/getByIds', 5],
    ['/v1.0/directoryObjects/getByIds?$select=id', 2],
  ])('of %s are %i', (path, units) => {
    expect(resourceUnits(path)).toBe(units);
  });
});
