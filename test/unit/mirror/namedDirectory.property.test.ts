import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCache } from '../../../src/cache/createCache.js';
import { devicesOfAlert, usersOfAlert } from '../../../src/datasources/alerts/alertJoins.js';
import type { DataSources } from '../../../src/datasources/createDataSources.js';
import { createNamedDirectory, type NamedDirectory } from '../../../src/datasources/directory/createNamedDirectory.js';
import { DirectoryDataSource } from '../../../src/datasources/directory/DirectoryDataSource.js';
import { silentLogger } from '../../../src/observability/logger.js';
import type { Upstreams } from '../../../src/upstream/contract.js';
import { createManualClock, settle } from '../cache/manualClock.js';
import {
  buildScope,
  collection,
  FakeUpstream,
  guid,
  type Service,
  satisfies,
} from '../datasources/support/fakeUpstream.js';
import { alertOf, now, ticks } from './support.js';

const people = Array.from({ length: 4 }, (_, n) => ({
  id: guid(n),
  userPrincipalName: `User${n}@contoso.com`,
  displayName: `User ${n}`,
}));
const machines = Array.from({ length: 3 }, (_, n) => ({
  id: guid(n, 1),
  deviceId: guid(n, 2),
  displayName: `PC ${n}`,
}));

const directory: Service = (call) => {
  if (call.path.endsWith('getByIds')) {
    const rows = call.body.types[0] === 'user' ? people : machines;
    return { value: rows.filter(({ id }) => call.body.ids.includes(id)) };
  }
  const rows: readonly object[] = call.path === '/v1.0/users' ? people : machines;
  return collection(
    rows.filter((row) => satisfies(row, call.query.$filter)),
    call,
    100,
  );
};

// Beyond those that the directory has are some that it has not.
const id = fc.option(
  fc.integer({ min: 0, max: 5 }).map((n) => guid(n)),
  { nil: null },
);
const name = fc.option(
  fc.integer({ min: 0, max: 5 }).map((n) => `user${n}@CONTOSO.com`),
  { nil: null },
);
const userEvidence = fc.record({ azureAdUserId: id, userPrincipalName: name }).map((userAccount) => ({
  '@odata.type': '#microsoft.graph.security.userEvidence',
  userAccount: { accountName: 'somebody', ...userAccount },
}));
const deviceEvidence = fc.integer({ min: 0, max: 4 }).map((n) => ({
  '@odata.type': '#microsoft.graph.security.deviceEvidence',
  azureAdDeviceId: guid(n, 2),
}));
const alerts = fc
  .array(fc.array(fc.oneof(userEvidence, deviceEvidence), { maxLength: 5 }), { minLength: 1, maxLength: 4 })
  .map((all) => all.map((evidence, n) => alertOf(`a${n}`, { evidence })));

function open(named?: NamedDirectory) {
  const upstream = new FakeUpstream('GRAPH_DIRECTORY', directory);
  const cache = createCache({ clock: createManualClock(), logger: silentLogger, random: () => 0 });
  const upstreams = { GRAPH_DIRECTORY: upstream } as unknown as Upstreams;
  const source = new DirectoryDataSource({ upstreams, cache, ...(named === undefined ? {} : { named }) }, buildScope());
  return { sources: { directory: source } as unknown as DataSources, upstream };
}

describe('users and devices that mirrored alerts name', () => {
  it('are joined as the directory has them, and without a call, absent ones too', async () => {
    await fc.assert(
      fc.asyncProperty(alerts, async (rows) => {
        const clock = createManualClock(Date.parse(now));
        const named = createNamedDirectory({
          upstream: new FakeUpstream('GRAPH_DIRECTORY', directory),
          makeScope: (signal, purpose) => ({ ...buildScope(), signal, purpose }),
          clock,
          random: () => 0,
          logger: silentLogger,
          windowMs: 30 * 86_400_000,
        });
        named.start();
        for (const alert of rows) named.notice('alert', alert, ticks(now));
        await settle();
        await clock.advance(250);
        const [mine, theirs] = [open(named), open()];
        try {
          for (const alert of rows) {
            expect(await usersOfAlert(mine.sources, alert)).toEqual(await usersOfAlert(theirs.sources, alert));
            expect(await devicesOfAlert(mine.sources, alert)).toEqual(await devicesOfAlert(theirs.sources, alert));
          }
          expect(mine.upstream.requests).toBe(0);
        } finally {
          await named.stop();
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are not kept for alerts from before the window', async () => {
    const clock = createManualClock(Date.parse(now));
    const upstream = new FakeUpstream('GRAPH_DIRECTORY', directory);
    const named = createNamedDirectory({
      upstream,
      makeScope: (signal, purpose) => ({ ...buildScope(), signal, purpose }),
      clock,
      random: () => 0,
      logger: silentLogger,
      windowMs: 30 * 86_400_000,
    });
    named.start();
    const evidence = [
      { '@odata.type': '#microsoft.graph.security.userEvidence', userAccount: { azureAdUserId: guid(1) } },
    ];
    named.notice('alert', alertOf('a1', { evidence }), ticks('2026-10-01T00:00:00Z'));
    await settle();
    await clock.advance(250);
    expect(upstream.requests).toBe(0);
    await named.stop();
  });
});
