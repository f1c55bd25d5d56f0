import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SourceSlice } from '../../../../src/changes/feeds/contract.js';
import { splitSlice, wholeInstant } from '../../../../src/changes/feeds/splitSlice.js';
import { fromTicks } from '../../../../src/time/instant.js';
import { hour, setUpFeeds, ticksAt } from './support.js';

const severities = ['LOW', 'MEDIUM', 'HIGH'];
const splits = [
  { field: 'severity', words: severities },
  { field: 'status', words: ['NEW', 'RESOLVED'] },
] as const;

/** Alerts that were last updated 5 ticks after the clock's time, and one that came after. */
function crowd(feed: ReturnType<typeof setUpFeeds>, size: number, fieldsOf: (n: number) => object = () => ({})) {
  for (let n = 0; n < size; n += 1) feed.alerts.put(`tie${n}`, ticksAt(feed.clock, 0, 5), { ...fieldsOf(n) });
  feed.alerts.put('after', ticksAt(feed.clock, 0, 6));
}

async function sweepOver(feed: ReturnType<typeof setUpFeeds>, size: number, fieldsOf?: (n: number) => object) {
  await feed.begin();
  crowd(feed, size, fieldsOf);
  feed.alerts.requests.length = 0;
  await feed.next();
  for (let turns = 0; feed.clock.sleepers().length < 4 && turns < 100; turns += 1) await feed.next(0);
  const told = await feed.told();
  await feed.feeds.stop();
  return { told, ids: new Set(told.map(({ id }) => id)), resyncs: told.filter(({ change }) => change === 'RESYNC') };
}

describe('more rows of one instant than a page holds', () => {
  const paging = { pageSize: 4, maxSkip: 2 };

  it('are read by skipping, then the feed moves past them', async () => {
    const feed = setUpFeeds({ paging });
    const { ids, resyncs } = await sweepOver(feed, 6);
    const at = fromTicks(ticksAt(feed.clock, -15_000, 5));
    expect(feed.alerts.takeReads().slice(2)).toEqual([
      [at, at, 0],
      [at, at, 2],
      [fromTicks(ticksAt(feed.clock, -15_000, 6)), undefined, 0],
    ]);
    expect(ids.size).toBe(7);
    expect(resyncs).toEqual([]);
    expect(await feed.store.feed('alert')).toMatchObject({ isComplete: true });
  });

  it('are skipped through in steps of a page, so that none lies between two', async () => {
    const feed = setUpFeeds({ paging: { pageSize: 50, maxSkip: 500 } });
    const { ids } = await sweepOver(feed, 550);
    expect(feed.alerts.takeReads().flatMap(([, to, skip]) => (to === undefined ? [] : [skip]))).toEqual([
      0, 50, 100, 150, 200, 250, 300, 350, 400, 450, 500,
    ]);
    expect(ids.size).toBe(551);
  });

  it('are delivered whole by following links: 3,000 of one instant', async () => {
    const feed = setUpFeeds();
    feed.alerts.links = true;
    const { ids, told, resyncs } = await sweepOver(feed, 3_000);
    expect(resyncs).toEqual([]);
    expect(ids.size).toBe(3_001);
    expect(told).toHaveLength(3_001);
    expect(feed.alerts.requests.length).toBeLessThan(10);
  });

  it.each([
    ['severity', (n: number) => ({ severity: severities[n % 3] })],
    ['severity, one of a word that we do not know', (n: number) => ({ severity: [...severities, 'NEWER'][n % 4] })],
    ['status behind severity', (n: number) => ({ severity: 'LOW', status: ['NEW', 'RESOLVED'][n % 2] })],
    [
      'creation',
      (n: number) => ({ severity: 'LOW', status: 'NEW', createdDateTime: `2026-11-20T08:00:${10 + (n % 50)}Z` }),
    ],
  ])('are delivered whole without links when %s tells them apart: 3,000 of one instant', async (_field, fieldsOf) => {
    const feed = setUpFeeds();
    feed.alerts.splits = splits;
    const { ids, resyncs } = await sweepOver(feed, 3_000, fieldsOf);
    expect(resyncs).toEqual([]);
    expect(ids.size).toBe(3_001);
    expect(await feed.store.feed('alert')).toMatchObject({ isComplete: true });
  });

  it('are read again when rows that move away shift the others', async () => {
    const feed = setUpFeeds({ paging: { pageSize: 3, maxSkip: 3 } });
    feed.alerts.beforeAnswer = () => {
      if (feed.alerts.requests.at(-1)?.skip === 3) {
        feed.alerts.put('tie0', ticksAt(feed.clock, 0, 50));
        feed.alerts.beforeAnswer = () => undefined;
      }
    };
    const { ids, resyncs } = await sweepOver(feed, 6);
    expect(ids.size).toBe(7);
    expect(resyncs).toEqual([]);
  });

  it('are only counted by later sweeps while they are as many, and read again when there are more', async () => {
    const feed = setUpFeeds({ paging });
    await feed.begin();
    crowd(feed, 5);
    await feed.next();
    feed.alerts.requests.length = 0;
    await feed.next();
    expect(feed.alerts.requests.map(({ top }) => top)).toEqual([4, 1, 4]);
    feed.alerts.put('tieX', ticksAt(feed.clock, -30_000, 5));
    await feed.next();
    expect((await feed.told()).map(({ id }) => id)).toContain('tieX');
    await feed.feeds.stop();
  });

  it('are read again when as many came late as have left', async () => {
    const feed = setUpFeeds({ paging });
    await feed.begin();
    crowd(feed, 5);
    await feed.next();
    feed.alerts.put('tie0', ticksAt(feed.clock, 1_000));
    feed.alerts.put('tieX', ticksAt(feed.clock, -15_000, 5));
    await feed.next();
    await feed.next();
    expect((await feed.told()).map(({ id }) => id)).toContain('tieX');
    await feed.feeds.stop();
  });
});

describe('rows of one instant that nothing tells apart and that are more than paging reaches', () => {
  const paging = { pageSize: 4, maxSkip: 2 };

  it.each([true, false])(
    'are a gap: one RESYNC with its reason, incomplete, and on it goes (counts: %s)',
    async (counts) => {
      const feed = setUpFeeds({ paging });
      feed.alerts.countsRows = counts;
      await feed.begin();
      crowd(feed, 9);
      for (let sweep = 0; sweep < 3; sweep += 1) await feed.next();
      const told = await feed.told();
      const resyncs = told.filter(({ change }) => change === 'RESYNC');
      expect(resyncs).toHaveLength(1);
      expect(resyncs[0]?.reason).toContain(counts ? '9 rows were last updated at' : 'At least 6 rows');
      expect(told.map(({ id }) => id)).toContain('after');
      expect(await feed.store.feed('alert')).toMatchObject({ isComplete: false });
      await feed.feeds.stop();
    },
  );

  it('are declared again when there are yet more of them', async () => {
    const feed = setUpFeeds({ paging });
    await feed.begin();
    crowd(feed, 9);
    await feed.next();
    feed.alerts.put('tieX', ticksAt(feed.clock, -15_000, 5));
    await feed.next();
    expect((await feed.told()).filter(({ change }) => change === 'RESYNC')).toHaveLength(2);
    await feed.feeds.stop();
  });

  it('leave the feed complete again once they can be read', async () => {
    const feed = setUpFeeds({ paging });
    await feed.begin();
    crowd(feed, 9);
    await feed.next();
    for (let n = 0; n < 5; n += 1) feed.alerts.put(`tie${n}`, ticksAt(feed.clock, 0, n + 10));
    await feed.next();
    expect(await feed.store.feed('alert')).toMatchObject({ isComplete: true });
    await feed.feeds.stop();
  });

  it('leave the feed complete again once they have left the window', async () => {
    const feed = setUpFeeds({ paging, windowMs: 2 * hour });
    await feed.begin();
    crowd(feed, 9);
    for (let quarters = 0; quarters < 7; quarters += 1) await feed.next(hour / 4);
    expect(await feed.store.feed('alert')).toMatchObject({ isComplete: false });
    for (let quarters = 0; quarters < 3; quarters += 1) await feed.next(hour / 4);
    expect(await feed.store.feed('alert')).toMatchObject({ isComplete: true });
    await feed.feeds.stop();
  });
});

describe('the parts of a slice', () => {
  const row = fc.record({
    severity: fc.constantFrom(...severities, 'OTHER'),
    status: fc.constantFrom('NEW', 'RESOLVED', 'OTHER'),
    created: fc.bigInt({ min: 0n, max: 8n }),
  });
  type Row = typeof row extends fc.Arbitrary<infer R> ? R : never;
  const isIn = ({ values, createdFrom, createdBefore }: SourceSlice, it: Row) =>
    values.every((value) => {
      const word = it[value.field as 'severity' | 'status'];
      return 'is' in value ? word === value.is : !value.isNoneOf.includes(word);
    }) &&
    it.created >= (createdFrom ?? it.created) &&
    (createdBefore === undefined || it.created < createdBefore);
  const cut = (slice: SourceSlice, rows: readonly Row[]): readonly (readonly Row[])[] => {
    const inside = rows.filter((it) => isIn(slice, it));
    const parts = splitSlice(
      slice,
      splits,
      inside.map(({ created }) => created),
    );
    return parts.length === 0 ? [inside] : parts.flatMap((part) => cut(part, inside));
  };

  it('hold each row of it exactly once, and in the end only rows that nothing tells apart', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const groups = cut(wholeInstant, rows);
        expect(groups.flat()).toHaveLength(rows.length);
        for (const group of groups) expect(new Set(group.map(({ created }) => created)).size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });
});
