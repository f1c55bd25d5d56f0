import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RiskEventFilter } from '../../../../src/schema/inputs/riskEventFilter.input.js';
import { buildScope, guid } from '../support/fakeUpstream.js';
import { type DetectionRow, detection, identity, riskyUser, setUpIdentity } from './fakeIdentity.js';

type Open = ReturnType<typeof setUpIdentity>['open'];

async function readAll(open: Open, first: number, filter?: RiskEventFilter): Promise<string[]> {
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await open().riskEvents(filter, { first, after });
    seen.push(...page.nodes.map(({ id }) => id));
    after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? undefined) : undefined;
  } while (after);
  return seen;
}

function newestFirst(rows: readonly DetectionRow[]): string[] {
  return [...rows]
    .sort((a, b) => Date.parse(b.detectedDateTime) - Date.parse(a.detectedDateTime) || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

/** A fixed shuffle, so that rows do not lie in any helpful order. */
function shuffled<T>(rows: readonly T[]): T[] {
  return rows
    .map((row, n) => ({ row, place: (n * 7_919) % 10_007 }))
    .sort((a, b) => a.place - b.place)
    .map(({ row }) => row);
}

describe('risk events of the tenant', () => {
  it('reads a small tenant with one call, all pages included', async () => {
    const detections = shuffled(Array.from({ length: 300 }, (_, n) => detection(n, n % 9, n * 60)));
    const { upstream, open } = setUpIdentity(identity({ detections }));
    expect(await readAll(open, 40)).toEqual(newestFirst(detections));
    expect(upstream.requests).toBe(1);
    const page = await open().riskEvents(null, { first: 1, after: undefined });
    expect(page.totalCount).toBe(300);
  });

  it('reads of a large unsorted tenant only the window that certainly holds the newest page', async () => {
    const detections = shuffled(Array.from({ length: 1_900 }, (_, n) => detection(n, n % 9, n * 45)));
    const { upstream, open } = setUpIdentity(identity({ detections }));
    const page = await open().riskEvents(null, { first: 50, after: undefined });
    expect(page.nodes.map(({ id }) => id)).toEqual(newestFirst(detections).slice(0, 50));
    expect(page).toMatchObject({ totalCount: null, info: { truncated: false } });
    expect(page.pageInfo.hasNextPage).toBe(true);
    expect(upstream.calls[1]?.query.$filter).toBe('detectedDateTime ge 2026-11-11T08:00:00.0000000Z');
    expect(upstream.requests).toBe(2);
    await open().riskEvents(null, { first: 40, after: page.pageInfo.endCursor ?? undefined });
    expect(upstream.requests).toBe(2);
  });

  it('pages through a large tenant without losing or repeating a row', async () => {
    const detections = shuffled(Array.from({ length: 1_400 }, (_, n) => detection(n, n % 9, Math.floor(n / 3) * 45)));
    const { open } = setUpIdentity(identity({ detections }));
    expect(await readAll(open, 100)).toEqual(newestFirst(detections));
  });

  it('stops at four pages and says so', async () => {
    const detections = Array.from({ length: 3_000 }, (_, n) => detection(n, 0, 3_000 - n));
    const { upstream, open } = setUpIdentity(identity({ detections }));
    const scope = buildScope();
    const page = await open(scope).riskEvents(null, { first: 600, after: undefined });
    expect(page).toMatchObject({ totalCount: null, info: { truncated: true, warnings: [{ code: 'TRUNCATED' }] } });
    expect(scope.meter.warnings).toEqual(['TRUNCATED']);
    expect(upstream.requests).toBeLessThanOrEqual(5);
  });

  it('drops rows that pages repeat', async () => {
    const row = detection(1, 0, 1);
    const { open } = setUpIdentity(identity({ detections: [row, detection(2, 0, 2), row], pageSize: 1 }));
    expect((await open().riskEvents(null, { first: 10, after: undefined })).nodes.map(({ id }) => id)).toEqual([
      'd1',
      'd2',
    ]);
  });

  it('sends what the upstream filters and checks the rest itself', async () => {
    const detections = [
      detection(1, 1, 1, { riskEventType: 'unlikelyTravel', riskLevel: 'high', riskState: 'atRisk' }),
      detection(2, 1, 2, { riskEventType: 'unlikelyTravel', riskLevel: 'high', riskState: 'dismissed' }),
      detection(3, 1, 3, { riskEventType: 'unlikelyTravel', riskLevel: 'low', riskState: 'atRisk' }),
      detection(4, 1, 4, { riskEventType: 'newCountry', riskLevel: 'high', riskState: 'atRisk' }),
      detection(5, 1, 9_000, { riskEventType: 'unlikelyTravel', riskLevel: 'high', riskState: 'atRisk' }),
    ];
    const { upstream, open } = setUpIdentity(identity({ detections }));
    const filter = {
      riskEventType: { in: ['UnlikelyTravel'] },
      riskLevel: { in: ['HIGH', 'MEDIUM'] },
      riskState: { in: ['AT_RISK'] },
      detectedDateTime: { ge: '2026-11-21T01:00:00+02:00', lt: '2026-11-21T08:00:00Z' },
    };
    expect(await readAll(open, 10, filter)).toEqual(['d1']);
    expect(upstream.calls[0]?.query.$filter).toBe(
      "detectedDateTime ge 2026-11-20T23:00:00.0000000Z and riskEventType eq 'unlikelyTravel' and (riskLevel eq 'high' or riskLevel eq 'medium')",
    );
    expect(await readAll(open, 10, { riskLevel: { notIn: ['HIGH'] } })).toEqual(['d3']);
    expect(await readAll(open, 10, { userId: { in: [guid(1).toUpperCase()] }, riskState: { isNull: true } })).toEqual(
      [],
    );
  });

  it('answers an empty list of values without a call and refuses words that are none', async () => {
    const { upstream, open } = setUpIdentity(identity({ detections: [detection(1, 0, 1)] }));
    expect(await readAll(open, 10, { riskLevel: { in: [] } })).toEqual([]);
    expect(upstream.requests).toBe(0);
    await expect(readAll(open, 10, { riskLevel: { in: ['UNRECOGNIZED'] } })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      extensions: { argument: 'filter.riskLevel' },
    });
  });

  it('survives quotes, halves of letters and very many values in a filter', async () => {
    const { upstream, open } = setUpIdentity(
      identity({ detections: [detection(1, 0, 1, { userPrincipalName: "o'neill@contoso.com" })] }),
    );
    expect(await readAll(open, 10, { userPrincipalName: { in: ["O'NEILL@contoso.com"] } })).toEqual(['d1']);
    expect(upstream.calls[0]?.query.$filter).toBe("userPrincipalName eq 'O''NEILL@contoso.com'");
    await readAll(open, 10, { userPrincipalName: { in: ['\ud800@contoso.com'] } });
    const many = Array.from({ length: 500 }, (_, n) => `${n}@contoso.com`);
    expect(await readAll(open, 10, { userPrincipalName: { in: [...many, "o'neill@contoso.com"] } })).toEqual(['d1']);
    expect(upstream.calls.at(-1)?.query.$filter).toBeUndefined();
  });

  it('equals sorting and filtering everything, whatever the times and the page size', async () => {
    const minutes = fc.oneof(fc.nat(90), fc.nat(200_000));
    const level = fc.constantFrom('low', 'high', 'somethingNew', undefined);
    const planned = fc.array(fc.tuple(minutes, level), { maxLength: 150 });
    const wanted = fc.constantFrom<RiskEventFilter | undefined>(
      undefined,
      { riskLevel: { in: ['HIGH'] } },
      { riskLevel: { notIn: ['LOW'] } },
    );
    await fc.assert(
      fc.asyncProperty(
        planned,
        fc.integer({ min: 60, max: 500 }),
        fc.integer({ min: 1, max: 60 }),
        wanted,
        async (rows, pageSize, first, filter) => {
          const detections = rows.map(([at, riskLevel], n) =>
            detection(n, 0, at, riskLevel === undefined ? {} : { riskLevel }),
          );
          const { open } = setUpIdentity(identity({ detections, pageSize }));
          const matching = detections.filter(({ riskLevel }) =>
            filter?.riskLevel?.in ? riskLevel === 'high' : filter?.riskLevel?.notIn ? riskLevel !== 'low' : true,
          );
          expect(await readAll(open, first, filter)).toEqual(newestFirst(matching));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('risky users of the tenant', () => {
  it('lists them latest changed first, from one call', async () => {
    const risky = shuffled(Array.from({ length: 60 }, (_, n) => riskyUser(n, { riskLevel: n % 2 ? 'high' : 'low' })));
    const { upstream, open } = setUpIdentity(identity({ risky }));
    const one = await open().riskyUsers(null, { first: 40, after: undefined });
    const two = await open().riskyUsers(null, { first: 40, after: one.pageInfo.endCursor ?? undefined });
    expect([...one.nodes, ...two.nodes].map(({ id }) => id)).toEqual(Array.from({ length: 60 }, (_, n) => guid(n)));
    expect(one.totalCount).toBe(60);
    expect(upstream.requests).toBe(1);
    const high = await open().riskyUsers({ riskLevel: { in: ['HIGH'] } }, { first: 40, after: undefined });
    expect(high.totalCount).toBe(30);
    expect(upstream.calls.at(-1)?.query.$filter).toBe("riskLevel eq 'high'");
  });

  it('says when it stopped reading', async () => {
    const risky = Array.from({ length: 30 }, (_, n) => riskyUser(n));
    const { open } = setUpIdentity(identity({ risky, pageSize: 5 }));
    const page = await open().riskyUsers(null, { first: 50, after: undefined });
    expect(page).toMatchObject({ totalCount: null, info: { truncated: true } });
    expect(page.nodes).toHaveLength(20);
  });

  it('reads the history, both spellings of its words, and an empty one of the unknown', async () => {
    const history = [
      {
        id: 'h1',
        riskLastUpdatedDateTime: '2026-11-01T00:00:00Z',
        activity: { detail: 'none', eventTypes: ['leakedCredentials'] },
      },
      {
        id: 'h2',
        riskLastUpdatedDateTime: '2026-11-02T00:00:00Z',
        activity: { riskEventTypes: ['newCountry'] },
        riskLevel: 'high',
      },
    ];
    const { open } = setUpIdentity(identity({ risky: [riskyUser(0)], history }));
    const items = await open().riskyUserHistory(guid(0));
    expect(items.map(({ id, activity }) => [id, activity?.riskEventTypes])).toEqual([
      ['h2', ['newCountry']],
      ['h1', ['leakedCredentials']],
    ]);
    expect(await open().riskyUserHistory(guid(1))).toEqual([]);
  });
});
