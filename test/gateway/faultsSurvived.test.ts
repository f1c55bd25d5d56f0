import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Fault, type FaultyTenant, startFaultyTenant } from '../support/faultyTenant.js';

let tenant: FaultyTenant;

beforeAll(async () => {
  tenant = await startFaultyTenant();
}, 60_000);
afterAll(() => tenant.stop());

/** What strikes lists of alerts, and spares the change feed. */
const alerts = { upstream: 'alerts', match: 'createdDateTime desc' };
const untilCleared = { seconds: 3600 };

describe('a fault that strikes once', () => {
  const areas = [alerts, ...['incidents', 'scores', 'directory', 'identity', 'mcas'].map((upstream) => ({ upstream }))];
  const kinds = [
    { kind: 'reset' },
    { kind: 'slow', delayMs: 600_000 },
    { kind: 'status', status: 500 },
    { kind: 'status', status: 503, retryAfter: 0.5 },
    { kind: 'status', status: 504 },
    { kind: 'status', status: 429, retryAfter: 1.25 },
    { kind: 'status', status: 429, retryAfter: 1, retryAfterForm: 'date' },
    { kind: 'status', status: 429, retryAfter: 'soon' },
    { kind: 'expiredToken' },
  ];
  /** Cloud Apps names the seconds in its body when no header does: a minute, which is too long to wait. */
  const isTooLong = (fault: { upstream: string; retryAfter?: unknown }) =>
    fault.upstream === 'mcas' && fault.retryAfter === 'soon';
  const faults = areas.flatMap((area) => kinds.map((kind) => ({ ...area, ...kind, times: 1 })));

  it.each(faults.filter((fault) => !isTooLong(fault)))('%j is repeated, and nobody notices', async (fault) => {
    const answer = await tenant.askUnder([fault]);
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual(tenant.whole.data);
  });
});

describe('an answer that is odd but whole', () => {
  it.each<Fault>([
    ...['duplicateRows', 'unknownEvidence', 'unknownEnum', 'nonAdvancingNextLink'].map((kind) => ({
      ...alerts,
      kind,
      ...untilCleared,
    })),
    { ...alerts, kind: 'emptyPage', times: 1 },
    { ...alerts, kind: 'clockSkew', skewSeconds: 86_400, ...untilCleared },
    { ...alerts, kind: 'clockSkew', skewSeconds: -86_400, ...untilCleared },
    ...['duplicateRows', 'unknownEnum', 'nonAdvancingNextLink'].map((kind) => ({
      upstream: 'incidents',
      kind,
      ...untilCleared,
    })),
    { upstream: 'incidents', kind: 'emptyPage', times: 1 },
    { upstream: 'scores', kind: 'unknownEnum', ...untilCleared },
    { upstream: 'directory', kind: 'duplicateRows', ...untilCleared },
    ...['duplicateRows', 'unknownEnum'].map((kind) => ({ upstream: 'identity', kind, ...untilCleared })),
    { upstream: 'identity', kind: 'emptyPage', times: 1 },
    { upstream: 'identity', kind: 'clockSkew', skewSeconds: 7200, ...untilCleared },
    ...['duplicateRows', 'unknownEnum'].map((kind) => ({ upstream: 'mcas', kind, ...untilCleared })),
  ])('is read as it is meant: %j', async (fault) => {
    const answer = await tenant.askUnder([fault]);
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual(tenant.whole.data);
  });

  it('keeps evidence of an unknown kind, and unknown words beside UNRECOGNIZED', async () => {
    const query = `{ alerts(first: 5) { nodes { serviceSource rawServiceSource detectionSource rawDetectionSource
      evidence { __typename verdict rawVerdict ... on GenericEvidence { odataType raw } } } } }`;
    const answer = await tenant.askUnder([{ ...alerts, kind: 'unknownEvidence', ...untilCleared }], query);
    expect(answer.errors).toBeUndefined();
    for (const { evidence } of answer.data?.alerts.nodes ?? []) {
      expect(evidence.at(-1)).toMatchObject({
        __typename: 'GenericEvidence',
        odataType: expect.stringContaining('quantumSensorEvidence'),
        raw: { sensorId: 'q-17' },
      });
    }
    const words = await tenant.askUnder([{ ...alerts, kind: 'unknownEnum', ...untilCleared }], query);
    for (const alert of words.data?.alerts.nodes ?? []) {
      expect(alert).toMatchObject({ serviceSource: 'UNRECOGNIZED', rawServiceSource: 'serviceSourceOfTomorrow' });
      expect(alert).toMatchObject({ detectionSource: 'UNRECOGNIZED', rawDetectionSource: 'detectionSourceOfTomorrow' });
    }
  });

  it('says that it is partial when a provider did not contribute, beside the data', async () => {
    const query =
      '{ alerts(first: 5) { info { partial stale truncated warnings { code upstream message } } nodes { id title status } } }';
    const answer = await tenant.askUnder([{ ...alerts, kind: 'partial206', ...untilCleared }], query);
    const warning = {
      code: 'UPSTREAM_PARTIAL',
      upstream: 'GRAPH_SECURITY',
      message: 'Microsoft WDATP did not contribute (status 504).',
    };
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.alerts.info).toEqual({ partial: true, stale: false, truncated: false, warnings: [warning] });
    expect(answer.extensions?.gateway?.warnings).toEqual([warning]);
    expect(answer.data?.alerts.nodes).toHaveLength(5);
  });
});

describe('a list that goes in circles', () => {
  it.each<[Fault, string]>([
    [{ ...alerts, kind: 'emptyPage', ...untilCleared }, 'alerts'],
    [{ upstream: 'incidents', kind: 'emptyPage', ...untilCleared }, 'incidents'],
    [{ upstream: 'scores', kind: 'emptyPage', ...untilCleared }, 'secureScore'],
    [{ upstream: 'identity', kind: 'nonAdvancingNextLink', ...untilCleared }, 'riskEvents'],
    [{ upstream: 'identity', kind: 'emptyPage', ...untilCleared }, 'riskEvents'],
  ])(
    '%j ends in UPSTREAM_BAD_RESPONSE after few calls, and is whole when it does not any more',
    async (fault, field) => {
      const query = {
        alerts: '{ alerts { nodes { id } } }',
        incidents: '{ incidents { nodes { id } } }',
        secureScore: '{ secureScore { id } }',
      };
      const asked = query[field as 'alerts'] ?? '{ riskEvents { nodes { id } } }';
      const answer = await tenant.askUnder([fault], asked);
      expect(answer.data).toEqual({ [field]: null });
      expect(answer.errors).toMatchObject([{ path: [field], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
      expect((await tenant.stack.callsOf(answer)).length).toBeLessThanOrEqual(3);
      const recovered = await tenant.askAfresh(asked);
      expect([recovered.errors, recovered.data?.[field] === null]).toEqual([undefined, false]);
    },
  );
});

describe('while an upstream is down', () => {
  it('old values stand in for what has lately been read, and the answer says so', async () => {
    const query = '{ incidents(first: 3) { info { stale asOf } nodes { id displayName } } }';
    const fresh = await tenant.askAfresh(query);
    await tenant.stack.control('POST', '/_control/faults', {
      upstream: 'incidents',
      kind: 'status',
      status: 503,
      seconds: 3600,
    });
    tenant.advance(20 * 60_000);
    const stale = await tenant.stack.ask(query);
    await tenant.stack.control('DELETE', '/_control/faults');
    expect(stale.errors).toBeUndefined();
    expect(stale.data?.incidents).toEqual({
      nodes: fresh.data?.incidents.nodes,
      info: { stale: true, asOf: fresh.data?.incidents.info.asOf },
    });
    expect(stale.extensions?.gateway).toMatchObject({ stale: true, asOf: fresh.data?.incidents.info.asOf });
  });
});
