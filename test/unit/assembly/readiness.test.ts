import { describe, expect, it } from '@jest/globals';
import { createReadiness, type ReadinessDeps } from '../../../src/assembly/readiness.js';
import { silentLogger } from '../../../src/observability/logger.js';
import { upstreamNames } from '../../../src/upstream/contract.js';
import { createManualClock } from '../cache/manualClock.js';

/** A gateway whose upstreams are well. */
function probe(parts: {
  readonly feeds?: readonly object[];
  readonly failures?: number;
  readonly engine?: readonly string[];
}) {
  const upstreams = Object.fromEntries(upstreamNames.map((name) => [name, { status: () => ({ state: 'OK' }) }]));
  const readiness = createReadiness({
    upstreams,
    feeds: { status: () => parts.feeds ?? [] },
    tail: { failures: parts.failures ?? 0 },
    engine: { degraded: () => parts.engine ?? [] },
    clock: createManualClock(),
    logger: silentLogger,
    credential: undefined,
  } as unknown as ReadinessDeps);
  const answer = readiness.probe();
  readiness.stop();
  return answer;
}

describe('readiness', () => {
  it('names each feed whose last sweep failed once, and goes on being ready', () => {
    const feeds = [
      { topic: 'alert', name: 'alerts', isSweeping: true, lastErrorCode: 'UPSTREAM_THROTTLED' },
      { topic: 'alert', name: 'alerts.reconcile', isSweeping: true, lastErrorCode: 'UPSTREAM_TIMEOUT' },
      { topic: 'incident', name: 'incidents', isSweeping: true, lastErrorCode: null },
      { topic: 'riskEvent', name: 'riskEvents', isSweeping: false, lastErrorCode: 'UPSTREAM_TIMEOUT' },
    ];
    expect(probe({ feeds })).toEqual({ ready: true, degraded: ['ALERT_FEED'] });
  });

  it('names the journal of changes while it cannot be read', () => {
    expect(probe({ failures: 1 })).toEqual({ ready: true, degraded: ['CHANGE_JOURNAL'] });
    expect(probe({})).toEqual({ ready: true, degraded: [] });
  });

  it('names what instances share while it is away', () => {
    expect(probe({ engine: ['REDIS'] })).toEqual({ ready: true, degraded: ['REDIS'] });
  });
});
