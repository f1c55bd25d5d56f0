import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createEmulator } from '../../../emulator/createEmulator.js';
import type { Emulator } from '../../../emulator/EmulatorOptions.js';
import { createUpstreamCredential } from '../../../src/auth/credentials/createUpstreamCredential.js';
import { silentLogger } from '../../../src/observability/logger.js';
import { systemClock } from '../../../src/time/clock.js';
import { graphScope, mcasScope } from '../../../src/upstream/clouds.js';
import { upstreamDefaults } from '../../../src/upstream/config.js';
import type { CallScope } from '../../../src/upstream/contract.js';
import { createUpstreams, type RunningUpstreams } from '../../../src/upstream/createUpstreams.js';
import { parsePage } from '../../../src/upstream/odata.js';
import { callOf, RecordingMeter, requestId } from './support/harness.js';

let emulator: Emulator;
let running: RunningUpstreams;
const trustedBefore = getCACertificates('default');

beforeAll(async () => {
  emulator = await createEmulator({ alerts: 60, users: 10 });
  setDefaultCACertificates([...trustedBefore, readFileSync(emulator.caFile, 'utf8')]);
  const { graphUrl, mcasUrl, mcasToken, tenantId, clientId, clientSecret, authorityUrl: authorityHost } = emulator;
  const credential = { kind: 'client-secret', tenantId, clientId, clientSecret, authorityHost } as const;
  running = createUpstreams(
    { ...upstreamDefaults, graphUrl, mcasUrl, mcasToken },
    {
      clock: systemClock,
      logger: silentLogger,
      random: Math.random,
      credentials: {
        graph: createUpstreamCredential(credential, graphScope('global'), systemClock),
        mcas: createUpstreamCredential(credential, mcasScope, systemClock),
      },
    },
  );
});
afterAll(async () => {
  await running?.stop();
  await emulator?.stop();
  setDefaultCACertificates(trustedBefore);
});

const scope = (): CallScope & { readonly meter: RecordingMeter } => ({
  purpose: 'interactive',
  requestId,
  signal: new AbortController().signal,
  deadlineAt: Date.now() + 15_000,
  meter: new RecordingMeter(),
  accessScope: 'test',
});
const row = z.object({ id: z.string() });
const rows = (body: unknown) => parsePage(body, (value) => row.parse(value));

describe('against the emulated tenant', () => {
  it('reads alerts page by page with a token that the emulated authority issued over TLS', async () => {
    const ids: string[] = [];
    const call = callOf({ parse: rows, query: { $top: '25' } });
    for await (const { value } of running.upstreams.GRAPH_SECURITY.pages(call, scope())) {
      ids.push(...value.rows.map(({ id }) => id));
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(25);
  });

  it('reads single alerts in one $batch', async () => {
    const { value } = await running.upstreams.GRAPH_SECURITY.send(
      callOf({ parse: rows, query: { $top: '20' } }),
      scope(),
    );
    const calls = value.rows.map(({ id }) =>
      callOf({ path: `/v1.0/security/alerts_v2/${id}`, parse: (body) => z.object({ id: z.string() }).parse(body).id }),
    );
    const own = scope();
    const results = await running.upstreams.GRAPH_SECURITY.sendBatch(calls, own);
    expect(results.map((result) => result.ok && result.answer.value)).toEqual(value.rows.map(({ id }) => id));
    expect(own.meter.calls).toEqual([['GRAPH_SECURITY', 20]]);
  });

  it('reads Cloud Apps with a token for its own resource', async () => {
    const call = callOf({
      operation: 'activities.list',
      method: 'POST',
      path: '/api/v1/activities/',
      body: { filters: {}, skip: 0, limit: 5 },
      safeToRepeat: true,
      permission: 'Investigation.read',
      parse: (body) => z.object({ data: z.array(z.unknown()) }).parse(body).data.length,
    });
    const answer = await running.upstreams.MCAS.send(call, scope());
    expect(answer.value).toBeLessThanOrEqual(5);
  });
});
