import { describe, expect, it } from '@jest/globals';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import { brief, day, entriesOf, hour, minute, setUpFeeds, ticksAt } from './support.js';

const idReads = (feed: ReturnType<typeof setUpFeeds>) => feed.alerts.requests.filter(({ kind }) => kind === 'ids');

/** Lets so much time pass in steps in which every feed has its turn. */
async function pass(feed: ReturnType<typeof setUpFeeds>, milliseconds: number, stepMs = minute): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += stepMs) await feed.next(stepMs);
}

describe('the hourly reconcile', () => {
  it('finds rows that come up to 24 hours late within an hour', async () => {
    const feed = setUpFeeds();
    await feed.begin();
    await pass(feed, 10 * minute);
    feed.alerts.put('late', ticksAt(feed.clock, -23 * hour), { createdDateTime: '2026-11-21T08:00:01Z' });
    await pass(feed, 59 * minute);
    expect((await feed.told()).map(brief)).toEqual([['CREATED', 'late']]);
    expect(feed.alerts.lookups).toEqual(['late']);
    await feed.feeds.stop();
  });

  it('reads ids and times only, as background work, and nothing else when nothing differs', async () => {
    const feed = setUpFeeds();
    for (let n = 0; n < 50; n += 1) feed.alerts.put(`da${n}`, ticksAt(feed.clock, -1 - n * 20 * minute));
    await feed.begin();
    feed.alerts.requests.length = 0;
    await pass(feed, hour + 2 * minute);
    const [read, ...others] = idReads(feed);
    expect(others).toEqual([]);
    expect(read).toMatchObject({ purpose: 'background', skip: 0 });
    expect(await entriesOf(feed.store, 'alert')).toEqual([]);
    expect(feed.alerts.lookups).toEqual([]);
    await feed.feeds.stop();
  });

  it('reads many rows that differ by their pages, not one by one', async () => {
    const feed = setUpFeeds();
    await feed.begin();
    await pass(feed, 10 * minute);
    for (let n = 0; n < 700; n += 1) feed.alerts.put(`late${n}`, ticksAt(feed.clock, -10 * hour, n));
    await pass(feed, hour);
    expect(await feed.told()).toHaveLength(700);
    expect(feed.alerts.lookups).toEqual([]);
    await feed.feeds.stop();
  });

  it('finds late rows among more of one instant than a page holds', async () => {
    const feed = setUpFeeds({ paging: { pageSize: 4, maxSkip: 4 } });
    await feed.begin();
    await pass(feed, 10 * minute);
    for (let n = 0; n < 8; n += 1) feed.alerts.put(`tie${n}`, ticksAt(feed.clock, -2 * hour));
    await pass(feed, 2 * hour);
    expect(await feed.told()).toHaveLength(8);
    await feed.feeds.stop();
  });
});

describe('rows of one instant that cannot all be read', () => {
  it('are only counted by the hourly reconcile, and none of them is taken for missing', async () => {
    const feed = setUpFeeds({ paging: { pageSize: 4, maxSkip: 2 } });
    await feed.begin();
    for (let n = 0; n < 9; n += 1) feed.alerts.put(`tie${n}`, ticksAt(feed.clock, 0));
    feed.alerts.put('after', ticksAt(feed.clock, 0, 1));
    await feed.next();
    await pass(feed, 50 * minute);
    feed.alerts.requests.length = 0;
    await pass(feed, 3 * hour);
    expect(idReads(feed).length).toBeLessThan(15);
    expect(idReads(feed).some(({ top }) => top === 1)).toBe(true);
    expect(feed.alerts.lookups).toEqual([]);
    expect((await feed.store.feed('alert')).marks).not.toHaveProperty('absent');
    await feed.feeds.stop();
  });
});

describe('the daily reconcile', () => {
  it('finds rows that come later than a day late', async () => {
    const feed = setUpFeeds();
    await feed.begin();
    await pass(feed, 10 * minute);
    feed.alerts.put('late', ticksAt(feed.clock, -20 * day));
    await pass(feed, 23 * hour, 20 * minute);
    expect(await feed.told()).toEqual([]);
    await pass(feed, 2 * hour, 20 * minute);
    expect((await feed.told()).map(brief)).toEqual([['UPDATED', 'late']]);
    await feed.feeds.stop();
  });

  it('spreads a large window over as many hours as its calls allow, and the last day goes first', async () => {
    const feed = setUpFeeds({ paging: { pageSize: 10, maxSkip: 5 } });
    for (let n = 0; n < 400; n += 1) feed.alerts.put(`da${n}`, ticksAt(feed.clock, -n * hour));
    await feed.begin();
    await pass(feed, day - hour, 15 * minute);
    const perHour: number[] = [];
    for (let hours = 0; hours < 8; hours += 1) {
      feed.alerts.requests.length = 0;
      await pass(feed, hour);
      perHour.push(idReads(feed).length);
    }
    expect(Math.max(...perHour)).toBeLessThanOrEqual(15);
    expect(perHour.reduce((sum, calls) => sum + calls)).toBeGreaterThan(40);
    await feed.feeds.stop();
  });
});

describe('a row that the upstream does not show any more', () => {
  it('is removed after it was missing twice and is unknown by its id', async () => {
    const feed = setUpFeeds();
    feed.alerts.put('da1', ticksAt(feed.clock, -2 * hour));
    await feed.begin();
    feed.alerts.rows.delete('da1');
    await pass(feed, hour + 5 * minute);
    expect(feed.alerts.lookups).toEqual([]);
    expect(await feed.told()).toEqual([]);
    await pass(feed, hour);
    expect(feed.alerts.lookups).toEqual(['da1']);
    expect((await feed.told()).map(brief)).toEqual([['REMOVED', 'da1']]);
    await pass(feed, 2 * hour, 5 * minute);
    expect(await feed.told()).toHaveLength(1);
    expect((await feed.store.feed('alert')).marks).not.toHaveProperty('absent');
    await feed.feeds.stop();
  });

  it('once, and then again, is not removed', async () => {
    const feed = setUpFeeds();
    const row = feed.alerts.put('da1', ticksAt(feed.clock, -2 * hour));
    await feed.begin();
    for (let turns = 0; turns < 3; turns += 1) {
      feed.alerts.rows.delete('da1');
      await pass(feed, hour + minute);
      feed.alerts.rows.set('da1', row);
      await pass(feed, hour + minute);
    }
    expect(feed.alerts.lookups).toEqual([]);
    expect(await feed.told()).toEqual([]);
    await feed.feeds.stop();
  });

  it('but still knows by its id is not removed', async () => {
    const feed = setUpFeeds();
    feed.alerts.put('da1', ticksAt(feed.clock, -2 * hour));
    await feed.begin();
    const ids = feed.alerts.ids.bind(feed.alerts);
    feed.alerts.ids = async (request) => ({ ...(await ids(request)), rows: [] });
    await pass(feed, 4 * hour, 5 * minute);
    expect(feed.alerts.lookups).toContain('da1');
    expect(await feed.told()).toEqual([]);
    await feed.feeds.stop();
  });

  it('because it moved is not removed', async () => {
    const feed = setUpFeeds();
    feed.alerts.put('da1', ticksAt(feed.clock, -2 * hour));
    await feed.begin();
    for (let hours = 0; hours < 5; hours += 1) {
      await pass(feed, hour, 5 * minute);
      feed.alerts.put('da1', ticksAt(feed.clock, 1_000), { title: `title ${hours}` });
    }
    expect(feed.alerts.lookups).toEqual([]);
    expect(new Set((await feed.told()).map(({ change }) => change))).toEqual(new Set(['UPDATED']));
    await feed.feeds.stop();
  });
});

describe('a reconcile that breaks off', () => {
  it('goes on where it stopped', async () => {
    const feed = setUpFeeds({ paging: { pageSize: 10, maxSkip: 5 } });
    for (let n = 0; n < 30; n += 1) feed.alerts.put(`da${n}`, ticksAt(feed.clock, -10 * minute - n * 30 * minute));
    await feed.begin();
    const ids = feed.alerts.ids.bind(feed.alerts);
    let reads = 0;
    feed.alerts.ids = (request) => {
      if (++reads === 3) throw new UpstreamError('UPSTREAM_TIMEOUT', 'late', { upstream: 'GRAPH_SECURITY' });
      return ids(request);
    };
    feed.alerts.requests.length = 0;
    await pass(feed, hour + 10 * minute);
    const froms = idReads(feed).map(({ from }) => from);
    expect(reads).toBe(5);
    expect(froms).toEqual([...froms].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(froms).size).toBe(froms.length);
    await feed.feeds.stop();
  });

  it('and one that is read without the upstream being whole changes nothing', async () => {
    const feed = setUpFeeds();
    feed.alerts.put('da1', ticksAt(feed.clock, -2 * hour));
    await feed.begin();
    feed.alerts.ids = () =>
      Promise.reject(new UpstreamError('UPSTREAM_BAD_RESPONSE', 'partial', { upstream: 'GRAPH_SECURITY' }));
    await pass(feed, 4 * hour, 5 * minute);
    expect(await feed.told()).toEqual([]);
    expect(feed.statusOf('alerts.reconcile')?.failures).toBeGreaterThan(1);
    expect(feed.statusOf('alerts')?.failures).toBe(0);
    await feed.feeds.stop();
  });
});
