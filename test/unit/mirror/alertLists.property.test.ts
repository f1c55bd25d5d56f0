import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AlertsDataSource } from '../../../src/datasources/alerts/AlertsDataSource.js';
import { AlertOrder } from '../../../src/schema/inputs/alertFilter.input.js';
import { compareInstants, fromTicks } from '../../../src/time/instant.js';
import { alertRow, type Row } from '../datasources/alerts/fakeAlertService.js';
import { openAlerts, openMirrored, windowStart } from './mirroredAlerts.js';
import { ticks } from './support.js';

const start = ticks('2026-10-20T00:00:00Z');
const dayTicks = 864_000_000_000n;

/** Few enough that rows share them, on both sides of the window's begin, and a tick beside it. */
const instants = [
  ...Array.from({ length: 12 }, (_, day) => fromTicks(start + BigInt(day) * dayTicks)),
  fromTicks(ticks(windowStart) - 1n),
  fromTicks(ticks(windowStart) + 1n),
];
const instant = fc.constantFrom(...instants);
const upn = fc.constantFrom('ann@contoso.com', 'Bob@contoso.com');

const row: fc.Arbitrary<Omit<Row, 'id'>> = fc
  .record({
    times: fc.tuple(instant, instant),
    status: fc.constantFrom('new', 'inProgress', 'resolved', 'somethingElse'),
    severity: fc.constantFrom('low', 'high', 'unknown'),
    assignedTo: fc.constantFrom(null, 'Ann@contoso.com', 'bob@contoso.com'),
    classification: fc.constantFrom(null, 'truePositive'),
    named: fc.uniqueArray(upn),
  })
  .map(({ times, named, ...members }) => {
    const [created, updated] = [...times].sort(compareInstants) as [string, string];
    const evidence = named.map((userPrincipalName) => ({
      '@odata.type': '#microsoft.graph.security.userEvidence',
      userAccount: { userPrincipalName },
    }));
    return { ...members, evidence, createdDateTime: created, lastUpdateDateTime: updated };
  });

const rows = fc
  .array(row, { maxLength: 40 })
  .map((all) => all.map((members, n): Row => alertRow(`a${(n * 7) % 41}`, members)));

const values = (...words: string[]) =>
  fc.option(
    fc.record(
      {
        in: fc.option(fc.subarray(words, { minLength: 1 }), { nil: null }),
        notIn: fc.option(fc.subarray(words), { nil: null }),
        isNull: fc.option(fc.boolean(), { nil: null }),
      },
      { requiredKeys: [] },
    ),
    { nil: null, freq: 2 },
  );
const span = fc.option(fc.record({ ge: instant, lt: instant }, { requiredKeys: [] }), { nil: null });

const filter = fc.option(
  fc.record(
    {
      status: values('NEW', 'IN_PROGRESS', 'RESOLVED'),
      severity: values('LOW', 'HIGH'),
      assignedTo: values('ann@contoso.com', 'BOB@contoso.com'),
      classification: values('TRUE_POSITIVE'),
      createdDateTime: span,
      lastUpdateDateTime: span,
      userPrincipalName: fc.option(upn, { nil: null }),
    },
    { requiredKeys: [] },
  ),
  { nil: undefined },
);

const list = fc.record({
  filter,
  orderBy: fc.constantFrom(...Object.values(AlertOrder)),
  first: fc.integer({ min: 1, max: 8 }),
  withTotal: fc.boolean(),
});
type List = typeof list extends fc.Arbitrary<infer Value> ? Value : never;

/** Every page of a list, each from the next of the sources in turn, with the cursor of the page before. */
async function readPages({ filter, orderBy, first, withTotal }: List, sources: readonly AlertsDataSource[]) {
  const pages: { ids: string[]; cursors: string[]; hasNextPage: boolean; total: number | null }[] = [];
  for (let after: string | undefined; pages.length < 60; ) {
    const source = sources[pages.length % sources.length] as AlertsDataSource;
    const page = await source.list({ filter, orderBy, page: { first, after }, withTotal });
    const { edges, pageInfo, totalCount } = page;
    const ids = edges.map(({ node }) => node.id);
    pages.push({
      ids,
      cursors: edges.map(({ cursor }) => cursor),
      hasNextPage: pageInfo.hasNextPage,
      total: totalCount,
    });
    if (!pageInfo.hasNextPage) return pages;
    after = pageInfo.endCursor ?? undefined;
  }
  throw new Error('The list does not end.');
}

describe('lists of alerts from the mirror', () => {
  it('equal those of the upstream for every filter, order and page, with the same cursors on both', async () => {
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(rows, fc.array(list, { minLength: 1, maxLength: 4 }), async (tenant, lists) => {
        const mirrored = await openMirrored(tenant);
        try {
          for (const one of lists) {
            const expected = await readPages(one, [openAlerts(tenant).open()]);
            expect(await readPages(one, [mirrored.open()])).toEqual(expected);
            expect(await readPages(one, [openAlerts(tenant).open(), mirrored.open()])).toEqual(expected);
          }
          hits += mirrored.hits.mirror;
        } finally {
          await mirrored.stop();
        }
      }),
      { numRuns: 250 },
    );
    expect(hits).toBeGreaterThan(200);
  });

  it('cost no call when the filter keeps to the window, whatever the order, with the total', async () => {
    await fc.assert(
      fc.asyncProperty(rows, list, fc.boolean(), async (tenant, one, byCreation) => {
        const bound = { ge: windowStart };
        const filter = { ...one.filter, ...(byCreation ? { createdDateTime: bound } : { lastUpdateDateTime: bound }) };
        const bounded = { ...one, filter: filter as List['filter'], withTotal: true };
        const mirrored = await openMirrored(tenant);
        try {
          const pages = await readPages(bounded, [mirrored.open()]);
          expect(mirrored.upstream.requests).toBe(0);
          expect(pages[0]?.total).toBe(pages.flatMap(({ ids }) => ids).length);
        } finally {
          await mirrored.stop();
        }
      }),
      { numRuns: 60 },
    );
  });
});
