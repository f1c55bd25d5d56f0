import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCache } from '../../../src/cache/createCache.js';
import { IncidentsDataSource } from '../../../src/datasources/incidents/IncidentsDataSource.js';
import { toIncident } from '../../../src/datasources/incidents/map.js';
import { createIncidentWrites } from '../../../src/datasources/incidents/mutations/createIncidentWrites.js';
import { parseIncidentPage } from '../../../src/datasources/incidents/wire.js';
import type { Mirror } from '../../../src/mirror/contract.js';
import { silentLogger } from '../../../src/observability/logger.js';
import { IncidentOrder } from '../../../src/schema/inputs/incidentFilter.input.js';
import { compareInstants, fromTicks } from '../../../src/time/instant.js';
import { createManualClock, settle } from '../cache/manualClock.js';
import { incidentService, type Row } from '../datasources/incidents/support.js';
import { buildScope, FakeUpstream } from '../datasources/support/fakeUpstream.js';
import { now, setUpMirror, ticks } from './support.js';

const windowStart = '2026-10-25T00:00:00.0000000Z';
const instants = Array.from({ length: 10 }, (_, day) =>
  fromTicks(ticks('2026-10-21T00:00:00Z') + BigInt(day) * 864_000_000_000n),
);
const instant = fc.constantFrom(...instants);

const rows = fc
  .array(
    fc.record({
      times: fc.tuple(instant, instant),
      status: fc.constantFrom('active', 'resolved'),
      severity: fc.constantFrom('low', 'high'),
    }),
    {
      maxLength: 25,
    },
  )
  .map((all) =>
    all.map(({ times, ...members }, n): Row => {
      const [created, updated] = [...times].sort(compareInstants) as [string, string];
      return {
        id: String(1_000 + n),
        ...members,
        displayName: `Story ${n % 3}`,
        createdDateTime: created,
        lastUpdateDateTime: updated,
      };
    }),
  );
const span = fc.option(fc.record({ ge: instant, lt: instant }, { requiredKeys: [] }), { nil: null });
const list = fc.record({
  filter: fc.record(
    {
      status: fc.constantFrom({ in: ['ACTIVE'] }, { notIn: ['RESOLVED'] }, null),
      createdDateTime: span,
      lastUpdateDateTime: span,
    },
    { requiredKeys: [] },
  ),
  orderBy: fc.constantFrom(...Object.values(IncidentOrder)),
  first: fc.integer({ min: 1, max: 6 }),
  withTotal: fc.boolean(),
});
type List = typeof list extends fc.Arbitrary<infer Value> ? Value : never;

function open(tenant: readonly Row[], mirror?: Mirror) {
  const upstream = new FakeUpstream('GRAPH_SECURITY', incidentService(tenant));
  const clock = createManualClock(Date.parse(now));
  const source = new IncidentsDataSource(
    {
      upstream,
      cache: createCache({ clock, logger: silentLogger, random: () => 0 }),
      clock,
      logger: silentLogger,
      incidentWrites: createIncidentWrites({ clock }),
      ...(mirror === undefined ? {} : { mirror }),
    },
    buildScope(),
  );
  return { source, upstream };
}

async function setUpMirrored(tenant: readonly Row[]) {
  const mirrored = await setUpMirror();
  const recent = tenant.filter(
    ({ lastUpdateDateTime }) => compareInstants(String(lastUpdateDateTime), windowStart) >= 0,
  );
  const incidents = parseIncidentPage({ value: recent }).rows.map(toIncident);
  await mirrored.feed.move('incident', { start: ticks(now), coveredFrom: ticks(windowStart) });
  await mirrored.feed.observe('incident', incidents);
  await mirrored.feed.move('incident', { isFilled: true });
  await settle();
  await mirrored.sweep({}, 'incident');
  await mirrored.sweep({}, 'incident');
  return mirrored;
}

async function readPages({ filter, orderBy, first, withTotal }: List, source: IncidentsDataSource) {
  const pages: object[] = [];
  for (let after: string | undefined; pages.length < 40; ) {
    const { edges, pageInfo, totalCount } = await source.list({ filter, orderBy, page: { first, after }, withTotal });
    pages.push({ edges: edges.map(({ cursor, node }) => [node.id, cursor]), totalCount, more: pageInfo.hasNextPage });
    if (!pageInfo.hasNextPage) return pages;
    after = pageInfo.endCursor ?? undefined;
  }
  throw new Error('The list does not end.');
}

describe('incidents from the mirror', () => {
  it('are listed as the upstream lists them, for every filter, order and page', async () => {
    await fc.assert(
      fc.asyncProperty(rows, list, async (tenant, one) => {
        const mirrored = await setUpMirrored(tenant);
        try {
          const expected = await readPages(one, open(tenant).source);
          expect(await readPages(one, open(tenant, mirrored.mirror).source)).toEqual(expected);
        } finally {
          await mirrored.stop();
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are read by id and searched without a call, within the window', async () => {
    const at = {
      createdDateTime: '2026-10-26T00:00:00Z',
      lastUpdateDateTime: '2026-10-26T00:00:00Z',
      status: 'active',
    };
    const tenant = ['Phishing wave', 'Ransomware on srv-1'].map((displayName, n) => ({
      id: String(n),
      displayName,
      ...at,
    }));
    const mirrored = await setUpMirrored(tenant);
    const { source, upstream } = open(tenant, mirrored.mirror);
    expect((await source.byId('1'))?.displayName).toBe('Ransomware on srv-1');
    const page = { first: 10, after: undefined };
    const filter = { search: 'SRV-1 ransom', createdDateTime: { ge: windowStart } };
    const found = await source.list({ filter, orderBy: 'CREATED_DESC', page, withTotal: true });
    expect(found.nodes.map(({ id }) => id)).toEqual(['1']);
    expect(found).toMatchObject({ totalCount: 1, info: { source: 'MIRROR' } });
    await expect(
      source.list({ filter: { search: 'ransom' }, orderBy: 'CREATED_DESC', page, withTotal: true }),
    ).rejects.toMatchObject({ code: 'BAD_USER_INPUT', extensions: { coveredFrom: windowStart } });
    expect(upstream.requests).toBe(0);
    await mirrored.stop();
  });
});
