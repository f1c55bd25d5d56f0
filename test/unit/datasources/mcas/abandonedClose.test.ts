import { describe, expect, it } from '@jest/globals';
import type { IdempotencyStore } from '../../../../src/datasources/mutations/IdempotencyStore.js';
import { alertId, alertService, setUpCloudApps } from './cloudApps.js';
import { now } from './support.js';

/** Every key was claimed by an instance that died over the work. */
const abandoned: IdempotencyStore = {
  claim: async () => ({
    kind: 'abandoned',
    claimedAt: now,
    finish: async () => undefined,
    leave: async () => undefined,
  }),
};

const closedAsBenign = { statusValue: 2, resolutionStatusValue: 4 };
const rows = [
  { _id: alertId(1), timestamp: now, ...closedAsBenign },
  { _id: alertId(2), timestamp: now, statusValue: 0, resolutionStatusValue: 0 },
];

describe('closing alerts over which another instance died', () => {
  it('is read back: what shows it is done, the rest is OUTCOME_UNKNOWN and not closed a second time', async () => {
    const { upstream, operation } = setUpCloudApps(alertService(rows), abandoned);
    const { results } = await operation().alertMutations.close({
      ids: [alertId(1), alertId(2), alertId(3)],
      as: 'BENIGN',
      idempotencyKey: 'k',
    });
    expect(results).toMatchObject([
      { id: alertId(1), done: true },
      { id: alertId(2), done: false, errors: [{ code: 'OUTCOME_UNKNOWN' }] },
      { id: alertId(3), done: false, errors: [{ code: 'NOT_FOUND' }] },
    ]);
    expect(upstream.calls.filter(({ path }) => path.includes('close'))).toEqual([]);
  });

  it('says OUTCOME_UNKNOWN of a new IP range, which is not made a second time', async () => {
    const { upstream, operation } = setUpCloudApps(alertService([]), abandoned);
    const payload = await operation().rangeMutations.create({
      name: 'Office',
      subnets: ['192.0.2.0/24'],
      category: 'CORPORATE',
      idempotencyKey: 'k',
    });
    expect(payload).toMatchObject({ errors: [{ code: 'OUTCOME_UNKNOWN' }] });
    expect(upstream.requests).toBe(0);
  });
});
