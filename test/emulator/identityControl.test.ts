import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestEmulator, type TestEmulator } from './startTestEmulator.js';

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator({ switches: { limits: false } });
});
afterAll(() => emulator.stop());
beforeEach(() => emulator.control('POST', 'reset'));

const detections = '/v1.0/identityProtection/riskDetections';
const riskyUsers = '/v1.0/identityProtection/riskyUsers';
const guid = '00000000-0000-4000-8000-00000000beef';

describe('Identity Protection through the control routes', () => {
  it('finds detections with members of their own, changes them as time passes, and forgets them', async () => {
    const { status, body } = await emulator.control('POST', 'riskDetections', { riskLevel: 'high', userId: guid });
    expect([status, body.riskLevel, body.userId, body.lastUpdatedDateTime]).toEqual([
      201,
      'high',
      guid,
      body.detectedDateTime,
    ]);
    const found = await emulator.graph(`${detections}?$filter=lastUpdatedDateTime ge ${body.lastUpdatedDateTime}`);
    expect(found.body.value.map(({ id }: { id: string }) => id)).toEqual([body.id]);
    const changed = await emulator.control('PATCH', `riskDetections/${body.id}`, { riskState: 'dismissed' });
    expect(changed.body.lastUpdatedDateTime > body.lastUpdatedDateTime).toBe(true);
    expect((await emulator.graph(`${detections}/${body.id}`)).body.riskState).toBe('dismissed');
    expect((await emulator.control('DELETE', `riskDetections/${body.id}`)).status).toBe(204);
    expect((await emulator.graph(`${detections}/${body.id}`)).status).toBe(404);
    expect((await emulator.control('DELETE', `riskDetections/${body.id}`)).status).toBe(404);
    expect((await emulator.control('PATCH', `riskDetections/${body.id}`, {})).status).toBe(404);
  });

  it('finds many at once, late ones too', async () => {
    const late = '2026-11-01T00:00:00.1234567Z';
    const { body } = await emulator.control('POST', 'riskDetections', { count: 30, detectedDateTime: late });
    expect(new Set(body.value.map(({ id }: { id: string }) => id)).size).toBe(30);
    expect(body.value[0].lastUpdatedDateTime).toBe(late);
  });

  it('holds users at risk, changes them, and lets them go', async () => {
    const { body } = await emulator.control('POST', `riskyUsers/${guid}`, { riskLevel: 'low' });
    expect(body).toMatchObject({ id: guid, riskLevel: 'low', riskState: 'atRisk' });
    await emulator.control('POST', `riskyUsers/${guid}`, { riskState: 'remediated' });
    expect((await emulator.graph(`${riskyUsers}/${guid}`)).body).toMatchObject({
      riskLevel: 'low',
      riskState: 'remediated',
    });
    expect((await emulator.control('DELETE', `riskyUsers/${guid}`)).status).toBe(204);
    expect((await emulator.graph(`${riskyUsers}/${guid}`)).status).toBe(404);
  });

  it.each([
    ['riskDetections', { count: 0 }],
    ['riskDetections', { count: 2, id: 'same' }],
    ['riskDetections', { detectedDateTime: 'yesterday' }],
    [`riskyUsers/${guid}`, { id: 'other' }],
    ['secureScores', { day: 'today' }],
  ])('refuse what makes no sense (%s, case %#)', async (path, body) => {
    expect((await emulator.control('POST', path, body)).status).toBe(400);
  });
});

describe('secure scores through the control routes', () => {
  it('are those of today unless another day is named, and the newest comes first', async () => {
    const { status, body } = await emulator.control('POST', 'secureScores', { currentScore: 77 });
    expect([status, body.currentScore]).toEqual([201, 77]);
    const newest = await emulator.graph('/v1.0/security/secureScores?$top=1');
    expect(newest.body.value).toMatchObject([{ id: body.id, currentScore: 77 }]);
    const other = await emulator.control('POST', 'secureScores', { day: '2026-01-31' });
    expect(other.body.id).toMatch(/_2026-01-31$/);
  });
});
