import { describe, expect, it } from '@jest/globals';
import { createSqliteChangeStore } from '../../../../src/changes/sqliteChangeStore.js';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import { fromTicks } from '../../../../src/time/instant.js';
import { createManualClock } from '../../cache/manualClock.js';
import { makeTemporaryDirectory } from '../temporaryDirectory.js';
import { brief, day, entriesOf, hour, ModelSource, minute, setUpFeeds, ticksAt } from './support.js';

const paging = { pageSize: 4, maxSkip: 2 };
const at = (feed: ReturnType<typeof setUpFeeds>, offsetMs = 0, ticks = 0) =>
  fromTicks(ticksAt(feed.clock, offsetMs, ticks));

describe('the first fill', () => {
  it('remembers the window without an event, in ascending order, as background work', async () => {
    const feed = setUpFeeds({ paging });
    for (const n of [5, 4, 3, 2, 1]) feed.alerts.put(`da${n}`, ticksAt(feed.clock, -n * day));
    feed.alerts.put('old', ticksAt(feed.clock, -31 * day));
    await feed.begin();
    expect(new Set(feed.alerts.requests.map(({ purpose }) => purpose))).toEqual(new Set(['background']));
    expect(feed.alerts.takeReads()).toEqual([
      [at(feed, -30 * day), undefined, 0],
      [at(feed, -2 * day), undefined, 0],
    ]);
    expect(await entriesOf(feed.store, 'alert')).toEqual([]);
    expect([...(await feed.store.versions('alert', 0n, ticksAt(feed.clock))).keys()].sort()).toEqual([
      'da1',
      'da2',
      'da3',
      'da4',
      'da5',
    ]);
    expect(await feed.store.feed('alert')).toMatchObject({
      start: ticksAt(feed.clock),
      coveredFrom: ticksAt(feed.clock, -30 * day),
      isFilled: true,
      isComplete: true,
      sweptAt: at(feed),
    });
    await feed.next();
    expect(feed.alerts.requests.map(({ purpose }) => purpose)).toEqual(['feed']);
    await feed.feeds.stop();
  });

  it('tells of what happens after it began, even while it is still reading', async () => {
    const feed = setUpFeeds({ paging });
    for (const n of [5, 4, 3, 2, 1]) feed.alerts.put(`da${n}`, ticksAt(feed.clock, -n * hour));
    let reads = 0;
    feed.alerts.beforeAnswer = () => {
      if (++reads === 3) feed.alerts.put('da9', ticksAt(feed.clock, 500));
    };
    await feed.begin();
    expect((await feed.told()).map(brief)).toEqual([['CREATED', 'da9']]);
    await feed.feeds.stop();
  });

  it('that begins late tells of what happened since the journal began, when clients may have read their lists', async () => {
    const feed = setUpFeeds({ paging });
    feed.alerts.put('before', ticksAt(feed.clock, -1_000));
    await feed.clock.advance(10 * minute);
    feed.alerts.put('since', ticksAt(feed.clock, -minute));
    await feed.begin();
    expect((await feed.told()).map(brief)).toEqual([['CREATED', 'since']]);
    await feed.feeds.stop();
  });

  it('that begins hours after the journal declares that time with one RESYNC', async () => {
    const feed = setUpFeeds({ paging });
    await feed.clock.advance(2 * hour);
    feed.alerts.put('since', ticksAt(feed.clock, -minute));
    await feed.begin();
    expect((await feed.told()).map(brief)).toEqual([['RESYNC', null]]);
    await feed.feeds.stop();
  });

  it('that breaks off goes on where it stopped, with its first beginning', async () => {
    const feed = setUpFeeds({ paging });
    for (const n of [5, 4, 3, 2, 1]) feed.alerts.put(`da${n}`, ticksAt(feed.clock, -n * hour));
    let reads = 0;
    feed.alerts.beforeAnswer = () => {
      if (++reads === 3) throw new Error('reset');
    };
    await feed.begin();
    const start = ticksAt(feed.clock);
    expect(feed.statusOf('alerts')).toMatchObject({ isFilling: true, failures: 1, position: at(feed, -2 * hour) });
    feed.alerts.put('da9', ticksAt(feed.clock, 2_000));
    feed.alerts.requests.length = 0;
    await feed.next();
    expect(feed.alerts.takeReads()[0]?.[0]).toBe(at(feed, -15_000 - 2 * hour - 5 * minute));
    expect(feed.statusOf('alerts')).toMatchObject({ isFilling: false, failures: 0 });
    expect((await feed.store.feed('alert')).start).toBe(start);
    expect((await feed.told()).map(brief)).toEqual([['CREATED', 'da9']]);
    await feed.feeds.stop();
  });

  it('goes on after a restart over the same store', async () => {
    const directory = makeTemporaryDirectory();
    const clock = createManualClock();
    const alerts = new ModelSource('alert', clock, paging);
    for (const n of [5, 4, 3, 2, 1]) alerts.put(`da${n}`, ticksAt(clock, -n * day));
    let reads = 0;
    alerts.beforeAnswer = () => {
      if (++reads === 3) throw new Error('killed');
    };
    const killed = createSqliteChangeStore({ directory: directory.path, clock });
    const before = setUpFeeds({ store: killed, clock, alerts });
    await before.begin();
    await before.feeds.stop();
    await killed.close();
    const store = createSqliteChangeStore({ directory: directory.path, clock });
    const after = setUpFeeds({ store, clock, alerts });
    alerts.requests.length = 0;
    await after.begin();
    expect(alerts.takeReads()[0]?.[0]).toBe(at(after, -2 * day - 5 * minute));
    expect((await store.feed('alert')).isFilled).toBe(true);
    await after.feeds.stop();
    await store.close();
    directory.remove();
  });

  it('begins again from the window, with a RESYNC, when the feed was away for longer', async () => {
    const feed = setUpFeeds({ windowMs: day });
    feed.alerts.put('gone', ticksAt(feed.clock, -hour));
    await feed.begin();
    feed.alerts.failures.push(new Error('away'));
    await feed.next();
    feed.alerts.put('da1', ticksAt(feed.clock, 5 * hour));
    await feed.next(26 * hour);
    expect((await feed.told()).map(brief)).toEqual([['RESYNC', null]]);
    expect(await feed.store.feed('alert')).toMatchObject({
      isFilled: true,
      start: ticksAt(feed.clock),
      coveredFrom: ticksAt(feed.clock, -day),
    });
    expect([...(await feed.store.versions('alert', 0n, ticksAt(feed.clock))).keys()]).toEqual(['da1']);
    await feed.feeds.stop();
  });
});

describe('a sweep', () => {
  it('happens once per interval, from five minutes before the position', async () => {
    const feed = setUpFeeds();
    feed.alerts.put('da1', ticksAt(feed.clock, -10 * minute, 7));
    await feed.begin();
    feed.alerts.requests.length = 0;
    await feed.next(14_999);
    expect(feed.alerts.requests).toHaveLength(0);
    await feed.next(1);
    expect(feed.alerts.takeReads()).toEqual([[at(feed, -15_000 - 15 * minute, 7), undefined, 0]]);
    await feed.feeds.stop();
  });

  it('keeps its position 30 seconds behind the upstream clock and never moves it back', async () => {
    const feed = setUpFeeds();
    feed.alerts.put('da1', ticksAt(feed.clock, 90_000));
    await feed.begin();
    expect(feed.statusOf('alerts')?.position).toBe(at(feed, -30_000));
    feed.alerts.rows.clear();
    await feed.next();
    expect(feed.statusOf('alerts')?.position).toBe(at(feed, -45_000));
    await feed.feeds.stop();
  });

  it('of a quiet tenant falls no further behind than an hour', async () => {
    const feed = setUpFeeds();
    feed.alerts.put('da1', ticksAt(feed.clock, -3 * day));
    await feed.begin();
    expect(feed.statusOf('alerts')?.position).toBe(at(feed, -hour));
    await feed.feeds.stop();
  });

  it('finds rows that arrive up to five minutes late', async () => {
    const feed = setUpFeeds();
    await feed.begin();
    feed.alerts.put('da1', ticksAt(feed.clock, 10 * minute));
    await feed.next(11 * minute);
    feed.alerts.put('late', ticksAt(feed.clock, -minute - 5 * minute));
    await feed.next();
    expect((await feed.told()).map(brief)).toEqual([
      ['CREATED', 'da1'],
      ['CREATED', 'late'],
    ]);
    await feed.feeds.stop();
  });

  it('tells of a row once, however often the overlap reads it again', async () => {
    const feed = setUpFeeds();
    await feed.begin();
    feed.alerts.put('da1', ticksAt(feed.clock, 1_000));
    for (let sweep = 0; sweep < 4; sweep += 1) await feed.next();
    expect(await feed.told()).toHaveLength(1);
    await feed.feeds.stop();
  });

  it('leaves out rows without a readable time and goes on', async () => {
    const feed = setUpFeeds();
    await feed.begin();
    const read = feed.alerts.read.bind(feed.alerts);
    feed.alerts.read = async (request) => {
      const page = await read(request);
      const odd = { ...page.rows[0], id: 'odd', lastUpdateDateTime: 'yesterday', createdDateTime: null };
      return { ...page, rows: [odd as never, ...page.rows] };
    };
    feed.alerts.put('da1', ticksAt(feed.clock, 1_000));
    await feed.next();
    expect((await feed.told()).map(brief)).toEqual([['CREATED', 'da1']]);
    await feed.feeds.stop();
  });

  it('forgets what has left the window without a word', async () => {
    const feed = setUpFeeds({ windowMs: 2 * day });
    feed.alerts.put('da1', ticksAt(feed.clock, -hour));
    await feed.begin();
    for (let hours = 0; hours < 50; hours += 1) await feed.next(hour);
    expect(await feed.store.remembered('alert', ['da1'])).toEqual([]);
    expect(await entriesOf(feed.store, 'alert')).toEqual([]);
    const { coveredFrom } = await feed.store.feed('alert');
    expect(ticksAt(feed.clock, -2 * day) - (coveredFrom as bigint)).toBeLessThan(11n * 60n * 10_000_000n);
    await feed.feeds.stop();
  });

  it('commits a page in parts of at most 200 rows, each with the position that it reaches', async () => {
    const feed = setUpFeeds();
    await feed.begin();
    const steps: [number, bigint | null | undefined][] = [];
    const commit = feed.store.commit.bind(feed.store);
    feed.store.commit = (step) => {
      if (step.topic === 'alert') steps.push([step.observations.length, step.feed?.position]);
      return commit(step);
    };
    for (let n = 0; n < 450; n += 1) feed.alerts.put(`da${n}`, ticksAt(feed.clock, -40_000, n));
    await feed.next();
    const position = (n: number) => ticksAt(feed.clock, -55_000, n);
    expect(steps).toEqual([
      [200, position(199)],
      [200, position(399)],
      [50, position(449)],
    ]);
    await feed.feeds.stop();
  });

  it('that is stopped in the middle of a page keeps exactly what it had committed', async () => {
    const feed = setUpFeeds();
    await feed.begin();
    const commit = feed.store.commit.bind(feed.store);
    let stopping: Promise<void> | undefined;
    feed.store.commit = (step) => {
      if (step.observations.length > 0) stopping ??= feed.feeds.stop();
      return commit(step);
    };
    for (let n = 0; n < 450; n += 1) feed.alerts.put(`da${n}`, ticksAt(feed.clock, -40_000, n));
    await feed.next();
    await stopping;
    expect(await feed.told()).toHaveLength(200);
    expect((await feed.store.feed('alert')).position).toBe(ticksAt(feed.clock, -55_000, 199));
  });

  it('keeps the parts that it had read when the next page fails', async () => {
    const feed = setUpFeeds({ paging });
    await feed.begin();
    for (const n of [1, 2, 3, 4, 5]) feed.alerts.put(`da${n}`, ticksAt(feed.clock, n * 1_000));
    let reads = 0;
    feed.alerts.beforeAnswer = () => {
      if (++reads === 2) throw new UpstreamError('UPSTREAM_TIMEOUT', 'late', { upstream: 'GRAPH_SECURITY' });
    };
    await feed.next();
    expect(await feed.told()).toHaveLength(4);
    await feed.next();
    expect((await feed.told()).map(({ id }) => id)).toEqual(['da1', 'da2', 'da3', 'da4', 'da5']);
    await feed.feeds.stop();
  });
});

describe('pages', () => {
  it('are followed by the time of the last row, including it', async () => {
    const feed = setUpFeeds({ paging });
    await feed.begin();
    feed.alerts.requests.length = 0;
    [1, 2, 3, 3, 3, 4, 5].forEach((tick, index) => feed.alerts.put(`da${index}`, ticksAt(feed.clock, 0, tick)));
    await feed.next();
    const reads = feed.alerts.takeReads().map(([from]) => from);
    expect(reads.slice(1)).toEqual([at(feed, -15_000, 3), at(feed, -15_000, 4)]);
    expect(await feed.told()).toHaveLength(7);
    await feed.feeds.stop();
  });

  it('whose rows move up while they are read lose none of them', async () => {
    const feed = setUpFeeds({ paging });
    await feed.begin();
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) feed.alerts.put(`da${n}`, ticksAt(feed.clock, 0, n));
    let reads = 0;
    feed.alerts.beforeAnswer = () => {
      reads += 1;
      if (reads === 2) feed.alerts.put('da1', ticksAt(feed.clock, 0, 50), { title: 'moved' });
      if (reads === 3) feed.alerts.put('da6', ticksAt(feed.clock, 0, 60), { title: 'moved' });
    };
    await feed.next();
    const last = new Map((await feed.told()).map(({ id, entity }) => [id, entity]));
    for (const [id, row] of feed.alerts.rows) expect(last.get(id)).toEqual(row);
    await feed.feeds.stop();
  });

  it('that are cut short by the upstream are followed when its count says so', async () => {
    const feed = setUpFeeds();
    await feed.begin();
    feed.alerts.paging = { pageSize: 2, maxSkip: 500 };
    for (const n of [1, 2, 3, 4, 5]) feed.alerts.put(`da${n}`, ticksAt(feed.clock, 0, n));
    await feed.next();
    expect(await feed.told()).toHaveLength(5);
    await feed.feeds.stop();
  });

  it.each([
    ['out of order', (rows: readonly unknown[]) => [...rows].reverse()],
    ['empty although more rows match', () => []],
  ])('%s are refused, because nothing before them is proved', async (_what, spoil) => {
    const feed = setUpFeeds({ paging });
    await feed.begin();
    for (const n of [1, 2, 3, 4, 5]) feed.alerts.put(`da${n}`, ticksAt(feed.clock, 0, n));
    const read = feed.alerts.read.bind(feed.alerts);
    feed.alerts.read = async (request) => {
      const page = await read(request);
      return { ...page, rows: spoil(page.rows) as never };
    };
    await feed.next();
    expect(feed.statusOf('alerts')).toMatchObject({ failures: 1, lastErrorCode: 'UPSTREAM_BAD_RESPONSE' });
    expect(await feed.told()).toEqual([]);
    await feed.feeds.stop();
  });

  it('of rows before the time that was asked for are refused instead of being read for ever', async () => {
    const feed = setUpFeeds({ paging });
    await feed.begin();
    const old = [1, 2, 3, 4].map((n) => feed.alerts.put(`da${n}`, ticksAt(feed.clock, -2 * day)));
    const upstreamDate = new Date(feed.clock.now()).toISOString();
    feed.alerts.read = async () => ({ rows: old, upstreamDate, hasMore: true });
    await feed.next();
    expect(feed.statusOf('alerts')).toMatchObject({ failures: 1, lastErrorCode: 'UPSTREAM_BAD_RESPONSE' });
    await feed.feeds.stop();
  });
});
