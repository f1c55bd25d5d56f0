import { describe, expect, it } from '@jest/globals';
import { createSqliteChangeStore } from '../../../src/changes/sqliteChangeStore.js';
import { UpstreamError } from '../../../src/errors/GatewayError.js';
import type { Alert } from '../../../src/schema/types/alert.type.js';
import { toTicks } from '../../../src/time/instant.js';
import { alertOf, brief, instant, makeTemporaryDirectory, settle, setUpFeed } from './support.js';

const minute = 60_000;
const hour = 60 * minute;
const paging = { pageSize: 4, maxSkip: 2 };

describe('the first fill', () => {
  it('remembers the last 24 hours without an event', async () => {
    const feed = setUpFeed();
    feed.upstream.put(
      alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock, -hour) }),
      alertOf({ id: 'da2', lastUpdateDateTime: instant(feed.clock, -minute) }),
    );
    await feed.begin();
    expect(feed.upstream.requests.map(({ from, skip, top }) => [from, skip, top])).toEqual([
      [instant(feed.clock, -24 * hour), 0, 1_000],
    ]);
    expect(feed.changes.status()).toMatchObject({
      isRunning: true,
      isFilling: false,
      position: instant(feed.clock, -minute),
    });
    await feed.nextSweep();
    expect(feed.heard).toEqual([]);
    await feed.end();
  });

  it('tells of what happens after it began, even while it is still reading', async () => {
    const feed = setUpFeed({ paging });
    feed.upstream.put(
      ...[5, 4, 3, 2, 1].map((h) => alertOf({ id: `da${h}`, lastUpdateDateTime: instant(feed.clock, -h * hour) })),
    );
    const read = feed.upstream.read.bind(feed.upstream);
    feed.upstream.read = async (request) => {
      const page = await read(request);
      if (feed.upstream.requests.length === 1) {
        feed.upstream.put(alertOf({ id: 'da9', lastUpdateDateTime: instant(feed.clock, 500) }));
      }
      return page;
    };
    await feed.begin();
    expect(feed.heard.map(brief)).toEqual([['CREATED', 'da9', [], 'POLL']]);
    await feed.end();
  });

  it('that breaks off goes on where it stopped, with its first beginning', async () => {
    const feed = setUpFeed({ paging });
    feed.upstream.put(
      ...[5, 4, 3, 2, 1].map((h) => alertOf({ id: `da${h}`, lastUpdateDateTime: instant(feed.clock, -h * hour) })),
    );
    const read = feed.upstream.read.bind(feed.upstream);
    let calls = 0;
    feed.upstream.read = (request) => (++calls === 2 ? Promise.reject(new Error('reset')) : read(request));
    await feed.begin();
    expect(feed.changes.status()).toMatchObject({
      isFilling: true,
      failures: 1,
      position: instant(feed.clock, -2 * hour),
    });
    feed.upstream.put(alertOf({ id: 'da9', lastUpdateDateTime: instant(feed.clock, 2_000) }));
    await feed.nextSweep();
    expect(feed.upstream.requests.at(1)?.from).toBe(instant(feed.clock, -15_000 - 2 * hour - 5 * minute));
    expect(feed.changes.status()).toMatchObject({ isFilling: false, failures: 0 });
    expect(feed.heard.map(brief)).toEqual([['CREATED', 'da9', [], 'POLL']]);
    await feed.end();
  });
});

describe('polling', () => {
  it('happens once per interval, from five minutes before its position', async () => {
    const feed = setUpFeed();
    feed.upstream.put(alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock, -hour, 7) }));
    await feed.begin();
    expect(feed.clock.sleepers()).toEqual([15_000]);
    await feed.nextSweep(14_999);
    expect(feed.upstream.requests).toHaveLength(1);
    await feed.nextSweep(1);
    expect(feed.upstream.requests).toHaveLength(2);
    expect(feed.upstream.requests[1]?.from).toBe(instant(feed.clock, -15_000 - hour - 5 * minute, 7));
    await feed.end();
  });

  it('keeps its position 30 seconds behind the upstream clock and never moves it back', async () => {
    const feed = setUpFeed();
    feed.upstream.put(alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock, 90_000) }));
    await feed.begin();
    expect(feed.changes.status().position).toBe(instant(feed.clock, -30_000));
    feed.upstream.alerts.clear();
    await feed.nextSweep();
    expect(feed.changes.status().position).toBe(instant(feed.clock, -45_000));
    await feed.end();
  });

  it('tells of a new alert as created and of a changed one with its state before', async () => {
    const feed = setUpFeed();
    const old = alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock, -hour) });
    feed.upstream.put(old);
    await feed.begin();
    const updatedAt = instant(feed.clock, 5_000, 1);
    const changed = {
      ...old,
      status: 'IN_PROGRESS',
      rawStatus: 'inProgress',
      assignedTo: 'ann@contoso.com',
      lastUpdateDateTime: updatedAt,
    };
    const born = alertOf({ id: 'da2', lastUpdateDateTime: instant(feed.clock, 6_000) });
    feed.upstream.put(changed, born);
    await feed.nextSweep();
    expect(feed.heard.map(brief)).toEqual([
      ['UPDATED', 'da1', ['assignedTo', 'lastUpdateDateTime', 'rawStatus', 'status'], 'POLL'],
      ['CREATED', 'da2', [], 'POLL'],
    ]);
    expect(feed.heard[0]).toMatchObject({
      alert: changed,
      reason: null,
      detectedAt: new Date(feed.clock.now()).toISOString(),
      previous: {
        status: 'NEW',
        severity: 'HIGH',
        assignedTo: null,
        classification: null,
        determination: null,
        lastUpdateDateTime: old.lastUpdateDateTime,
      },
    });
    expect(feed.heard[1]?.previous).toBeNull();
    await feed.end();
  });

  it('tells of an old alert that comes into sight again as updated, without a state before', async () => {
    const feed = setUpFeed();
    await feed.begin();
    feed.upstream.put(
      alertOf({
        id: 'da1',
        createdDateTime: instant(feed.clock, -90 * 24 * hour),
        lastUpdateDateTime: instant(feed.clock, 1_000),
      }),
      alertOf({
        id: 'da2',
        createdDateTime: instant(feed.clock, -4 * minute),
        lastUpdateDateTime: instant(feed.clock, 1_000),
      }),
    );
    await feed.nextSweep();
    expect(feed.heard.map(brief)).toEqual([
      ['UPDATED', 'da1', [], 'POLL'],
      ['CREATED', 'da2', [], 'POLL'],
    ]);
    expect(feed.heard[0]?.previous).toBeNull();
    await feed.end();
  });

  it('finds rows that arrive up to five minutes late', async () => {
    const feed = setUpFeed();
    await feed.begin();
    feed.upstream.put(alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock, 10 * minute) }));
    await feed.nextSweep(11 * minute);
    feed.upstream.put(alertOf({ id: 'late', lastUpdateDateTime: instant(feed.clock, -minute - 5 * minute) }));
    await feed.nextSweep();
    expect(feed.heard.map(brief)).toEqual([
      ['CREATED', 'da1', [], 'POLL'],
      ['CREATED', 'late', [], 'POLL'],
    ]);
    await feed.end();
  });

  it('says nothing about what it reads again in the overlap', async () => {
    const feed = setUpFeed();
    await feed.begin();
    feed.upstream.put(alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock, 1_000) }));
    for (let sweep = 0; sweep < 4; sweep += 1) await feed.nextSweep();
    expect(feed.heard).toHaveLength(1);
    await feed.end();
  });

  it('says nothing when only the time moved, or keys and set-like lists came in another order', async () => {
    const feed = setUpFeed();
    const alert = alertOf({ id: 'da1', systemTags: ['a', 'b'], lastUpdateDateTime: instant(feed.clock, -hour) });
    const evidence = [{ a: 1, b: { c: 2, d: 3 } }] as unknown as Alert['evidence'];
    feed.upstream.put({ ...alert, evidence });
    await feed.begin();
    const turned = [{ b: { d: 3, c: 2 }, a: 1 }] as unknown as Alert['evidence'];
    feed.upstream.put({
      ...alert,
      evidence: turned,
      systemTags: ['b', 'a'],
      lastUpdateDateTime: instant(feed.clock, 1_000),
    });
    await feed.nextSweep();
    expect(feed.heard).toEqual([]);
    await feed.end();
  });

  it('tells of a comment that does not move the last update', async () => {
    const feed = setUpFeed();
    const alert = alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock, -minute) });
    feed.upstream.put(alert);
    await feed.begin();
    const comments = [{ comment: 'seen', createdByDisplayName: 'ann', createdDateTime: instant(feed.clock) }];
    feed.upstream.put({ ...alert, comments });
    await feed.nextSweep();
    await feed.nextSweep();
    expect(feed.heard.map(brief)).toEqual([['UPDATED', 'da1', ['comments'], 'POLL']]);
    await feed.end();
  });

  it('drops a state older than the one it knows', async () => {
    const feed = setUpFeed();
    const alert = alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock, -minute, 2) });
    feed.upstream.put(alert);
    await feed.begin();
    feed.upstream.put({ ...alert, status: 'RESOLVED', lastUpdateDateTime: instant(feed.clock, -15_000 - minute, 1) });
    await feed.nextSweep();
    expect(feed.heard).toEqual([]);
    await feed.end();
  });

  it('leaves out rows without a readable time and goes on', async () => {
    const feed = setUpFeed();
    await feed.begin();
    const read = feed.upstream.read.bind(feed.upstream);
    feed.upstream.read = async (request) => {
      const page = await read(request);
      return {
        ...page,
        rows: [alertOf({ id: 'odd', lastUpdateDateTime: 'yesterday', createdDateTime: null }), ...page.rows],
      };
    };
    feed.upstream.put(alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock, 1_000) }));
    await feed.nextSweep();
    expect(feed.heard.map(brief)).toEqual([['CREATED', 'da1', [], 'POLL']]);
    await feed.end();
  });

  it('forgets alerts that did not change for 30 days, and does not call their return a creation', async () => {
    const feed = setUpFeed();
    await feed.begin();
    const alert = alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock, 1_000) });
    feed.upstream.put(alert);
    await feed.nextSweep();
    feed.upstream.put(alertOf({ id: 'da2', lastUpdateDateTime: instant(feed.clock, 31 * 24 * hour) }));
    await feed.nextSweep(31 * 24 * hour);
    feed.upstream.put({ ...alert, status: 'RESOLVED', lastUpdateDateTime: instant(feed.clock, 1_000) });
    await feed.nextSweep();
    expect(feed.heard.map((change) => brief(change).slice(0, 2))).toEqual([
      ['CREATED', 'da1'],
      ['CREATED', 'da2'],
      ['UPDATED', 'da1'],
    ]);
    expect(feed.heard[2]?.previous).toBeNull();
    await feed.end();
  });
});

describe('pages', () => {
  it('are followed by the time of the last row, including it', async () => {
    const feed = setUpFeed({ paging });
    await feed.begin();
    const rows = [1, 2, 3, 3, 3, 4, 5].map((tick, index) =>
      alertOf({ id: `da${index}`, lastUpdateDateTime: instant(feed.clock, 0, tick) }),
    );
    feed.upstream.put(...rows);
    feed.upstream.requests.length = 0;
    await feed.nextSweep();
    expect(feed.upstream.requests.slice(1).map(({ from }) => from)).toEqual([
      instant(feed.clock, -15_000, 3),
      instant(feed.clock, -15_000, 4),
    ]);
    expect(feed.heard.map(({ alert }) => alert?.id)).toEqual(rows.map(({ id }) => id));
    await feed.end();
  });

  it('that are cut short by the upstream are followed when its count says so', async () => {
    const feed = setUpFeed();
    await feed.begin();
    feed.upstream.put(
      ...[1, 2, 3, 4, 5].map((tick) => alertOf({ id: `da${tick}`, lastUpdateDateTime: instant(feed.clock, 0, tick) })),
    );
    const read = feed.upstream.read.bind(feed.upstream);
    feed.upstream.read = async (request) => {
      const page = await read(request);
      return { ...page, rows: page.rows.slice(0, 2) };
    };
    await feed.nextSweep();
    expect(feed.heard).toHaveLength(5);
    await feed.end();
  });

  it('out of order are refused when they are full, because nothing before them is proved', async () => {
    const feed = setUpFeed({ paging });
    await feed.begin();
    feed.upstream.put(
      ...[1, 2, 3, 4].map((tick) => alertOf({ id: `da${tick}`, lastUpdateDateTime: instant(feed.clock, 0, tick) })),
    );
    const read = feed.upstream.read.bind(feed.upstream);
    feed.upstream.read = async (request) => {
      const page = await read(request);
      return { ...page, rows: [...page.rows].reverse() };
    };
    await feed.nextSweep();
    expect(feed.changes.status()).toMatchObject({ failures: 1, lastErrorCode: 'UPSTREAM_BAD_RESPONSE' });
    expect(feed.heard).toEqual([]);
    await feed.end();
  });
});

describe('a full page of rows before the time that was asked for', () => {
  it('is refused instead of being read for ever', async () => {
    const feed = setUpFeed({ paging });
    await feed.begin();
    const old = [1, 2, 3, 4].map((h) => alertOf({ id: `da${h}`, lastUpdateDateTime: instant(feed.clock, -48 * hour) }));
    feed.upstream.read = async () => ({ rows: old, upstreamDate: new Date(feed.clock.now()).toISOString() });
    await feed.nextSweep();
    expect(feed.changes.status()).toMatchObject({ failures: 1, lastErrorCode: 'UPSTREAM_BAD_RESPONSE' });
    await feed.end();
  });
});

describe('an alert that nests without limit', () => {
  it('is told of like any other', async () => {
    const feed = setUpFeed();
    let additionalData: unknown = 'x';
    for (let depth = 0; depth < 100_000; depth += 1) additionalData = [additionalData];
    await feed.changes.recordMutation(alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock), additionalData }));
    await settle();
    expect(feed.heard).toHaveLength(1);
    await feed.end();
  });
});

describe('more alerts at one instant than a page holds', () => {
  const crowd = (feed: ReturnType<typeof setUpFeed>, size: number) => {
    for (let n = 0; n < size; n += 1)
      feed.upstream.put(alertOf({ id: `tie${n}`, lastUpdateDateTime: instant(feed.clock, 0, 5) }));
    feed.upstream.put(alertOf({ id: 'after', lastUpdateDateTime: instant(feed.clock, 0, 6) }));
  };

  it('are read by skipping, then the feed moves past them', async () => {
    const feed = setUpFeed({ paging });
    await feed.begin();
    crowd(feed, 6);
    feed.upstream.requests.length = 0;
    await feed.nextSweep();
    const at = instant(feed.clock, -15_000, 5);
    expect(feed.upstream.requests.slice(2, 4).map(({ from, to, skip }) => [from, to, skip])).toEqual([
      [at, at, 0],
      [at, at, 2],
    ]);
    expect(feed.heard).toHaveLength(7);
    expect(feed.heard.at(-1)?.alert?.id).toBe('after');
    expect(feed.heard.some(({ change }) => change === 'RESYNC')).toBe(false);
    await feed.end();
  });

  it.each([true, false])(
    'and than skipping reaches are declared once as a RESYNC with its reason (upstream counts: %s)',
    async (counts) => {
      const feed = setUpFeed({ paging });
      feed.upstream.countsRows = counts;
      await feed.begin();
      crowd(feed, 9);
      for (let sweep = 0; sweep < 3; sweep += 1) await feed.nextSweep();
      const resyncs = feed.heard.filter(({ change }) => change === 'RESYNC');
      expect(resyncs).toHaveLength(1);
      expect(resyncs[0]).toMatchObject({ alert: null, previous: null, changedFields: [], detectedBy: 'POLL' });
      expect(resyncs[0]?.reason).toContain(counts ? '9 alerts were last updated at' : 'At least 6 alerts');
      expect(feed.heard.map(({ alert }) => alert?.id)).toContain('after');
      await feed.end();
    },
  );

  it('are declared again when there are yet more of them', async () => {
    const feed = setUpFeed({ paging });
    await feed.begin();
    crowd(feed, 9);
    await feed.nextSweep();
    feed.upstream.put(alertOf({ id: 'tieX', lastUpdateDateTime: instant(feed.clock, -15_000, 5) }));
    await feed.nextSweep();
    expect(feed.heard.filter(({ change }) => change === 'RESYNC')).toHaveLength(2);
    await feed.end();
  });
});

describe('our own mutation', () => {
  it('is told at once and only once: the poll that finds it later is silent', async () => {
    const feed = setUpFeed();
    const old = alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock, -hour) });
    feed.upstream.put(old);
    await feed.begin();
    const written = { ...old, status: 'RESOLVED', rawStatus: 'resolved', lastUpdateDateTime: instant(feed.clock, 10) };
    feed.upstream.put(written);
    const before = feed.changes.cursor();
    const cursor = await feed.changes.recordMutation(written);
    expect(cursor).not.toBe(before);
    expect(feed.changes.cursor()).toBe(cursor);
    await feed.nextSweep();
    expect(feed.heard.map(brief)).toEqual([
      ['UPDATED', 'da1', ['lastUpdateDateTime', 'rawStatus', 'status'], 'MUTATION'],
    ]);
    expect(feed.heard[0]).toMatchObject({ cursor, previous: { status: 'NEW' } });
    await feed.end();
  });

  it('is told once when a poll was faster', async () => {
    const feed = setUpFeed();
    const old = alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock, -hour) });
    feed.upstream.put(old);
    await feed.begin();
    const written = { ...old, status: 'RESOLVED', lastUpdateDateTime: instant(feed.clock, 10) };
    feed.upstream.put(written);
    await feed.nextSweep();
    expect(await feed.changes.recordMutation(written)).toBe(feed.heard[0]?.cursor);
    await settle();
    expect(feed.heard).toHaveLength(1);
    await feed.end();
  });

  it('is not undone by a read that lags, and a re-stamp of it by the upstream is silent', async () => {
    const feed = setUpFeed();
    const old = alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock, -minute) });
    feed.upstream.put(old);
    await feed.begin();
    const written = { ...old, status: 'RESOLVED' };
    await feed.changes.recordMutation(written);
    await feed.nextSweep();
    feed.upstream.put({ ...written, lastUpdateDateTime: instant(feed.clock, 500) });
    await feed.nextSweep();
    expect(feed.heard.map((change) => brief(change).slice(0, 2))).toEqual([['UPDATED', 'da1']]);
    expect(feed.heard[0]?.alert?.status).toBe('RESOLVED');
    await feed.end();
  });

  it('does not hide a newer change by somebody else', async () => {
    const feed = setUpFeed();
    const old = alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock, -minute) });
    feed.upstream.put(old);
    await feed.begin();
    await feed.changes.recordMutation({ ...old, status: 'RESOLVED', lastUpdateDateTime: instant(feed.clock, 10) });
    feed.upstream.put({ ...old, status: 'IN_PROGRESS', lastUpdateDateTime: instant(feed.clock, 20) });
    await feed.nextSweep();
    expect(feed.heard.map(({ alert, detectedBy }) => [alert?.status, detectedBy])).toEqual([
      ['RESOLVED', 'MUTATION'],
      ['IN_PROGRESS', 'POLL'],
    ]);
    await feed.end();
  });

  it('is recorded before the feed ever ran, and its cursor is dense with what follows', async () => {
    const feed = setUpFeed();
    const alert = alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock) });
    const [epoch, zero] = feed.changes.cursor().split('.');
    expect(zero).toBe('0');
    expect(await feed.changes.recordMutation(alert)).toBe(`${epoch}.1`);
    expect(await feed.changes.recordMutation({ ...alert, status: 'RESOLVED' })).toBe(`${epoch}.2`);
    expect(await feed.changes.recordMutation({ ...alert, status: 'RESOLVED' })).toBe(`${epoch}.2`);
    await feed.end();
    expect(feed.heard.map(({ change, cursor }) => [change, cursor])).toEqual([
      ['UPDATED', `${epoch}.1`],
      ['UPDATED', `${epoch}.2`],
    ]);
  });
});

describe('cached copies', () => {
  it('are dropped before listeners hear of the change, also when only the version moved', async () => {
    const dropped: string[][] = [];
    const feed = setUpFeed({
      onChange: async (alerts) => {
        await settle(1);
        dropped.push([...alerts.map(({ id }) => id), `heard ${feed.heard.length}`]);
      },
    });
    const old = alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock, -hour) });
    feed.upstream.put(old);
    await feed.begin();
    dropped.length = 0;
    feed.upstream.put(
      { ...old, lastUpdateDateTime: instant(feed.clock, 5) },
      alertOf({ id: 'da2', lastUpdateDateTime: instant(feed.clock, 6) }),
    );
    await feed.nextSweep();
    await feed.nextSweep();
    expect(dropped).toEqual([['da1', 'da2', 'heard 0']]);
    expect(feed.heard).toHaveLength(1);
    await feed.end();
  });

  it('that cannot be dropped do not hold the event back', async () => {
    const feed = setUpFeed({ onChange: () => Promise.reject(new Error('cache away')) });
    await feed.changes.recordMutation(alertOf({ id: 'da1', lastUpdateDateTime: instant(feed.clock) }));
    await settle();
    expect(feed.heard).toHaveLength(1);
    await feed.end();
  });
});

describe('a sweep that fails', () => {
  const throttled = (retryAfterMs?: number) =>
    new UpstreamError('UPSTREAM_THROTTLED', 'Too many requests.', {
      upstream: 'GRAPH_SECURITY',
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });

  it('is tried again later and later, at most five minutes apart, and recovers', async () => {
    const feed = setUpFeed();
    for (let n = 0; n < 7; n += 1) feed.upstream.failures.push(n === 0 ? new TypeError('boom') : throttled());
    await feed.begin();
    const waits: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      const [waitMs] = feed.clock.sleepers() as [number];
      waits.push(waitMs / 1_000);
      await feed.nextSweep(waitMs);
    }
    expect(waits).toEqual([15, 30, 60, 120, 240, 300, 300]);
    expect(feed.changes.status()).toMatchObject({ failures: 0, lastErrorCode: null, isFilling: false });
    await feed.end();
  });

  it('waits at least as long as Retry-After asks, up to five minutes', async () => {
    const feed = setUpFeed({ random: () => 0 });
    feed.upstream.failures.push(throttled(42_000), throttled(3_600_000));
    await feed.begin();
    expect(feed.clock.sleepers()).toEqual([42_000]);
    expect(feed.changes.status()).toMatchObject({ failures: 1, lastErrorCode: 'UPSTREAM_THROTTLED' });
    await feed.nextSweep(42_000);
    expect(feed.clock.sleepers()).toEqual([300_000]);
    await feed.end();
  });

  it('keeps the pages it had read', async () => {
    const feed = setUpFeed({ paging });
    await feed.begin();
    feed.upstream.put(
      ...[1, 2, 3, 4, 5].map((s) => alertOf({ id: `da${s}`, lastUpdateDateTime: instant(feed.clock, s * 1_000) })),
    );
    const read = feed.upstream.read.bind(feed.upstream);
    let calls = 0;
    feed.upstream.read = (request) => (++calls === 2 ? Promise.reject(throttled()) : read(request));
    await feed.nextSweep();
    expect(feed.heard).toHaveLength(4);
    await feed.nextSweep();
    expect(feed.heard.map(({ alert }) => alert?.id)).toEqual(['da1', 'da2', 'da3', 'da4', 'da5']);
    await feed.end();
  });
});

describe('stopping', () => {
  it('gives up the call that runs, ends listeners and leaves no timer', async () => {
    const feed = setUpFeed();
    let signal: AbortSignal | undefined;
    feed.upstream.read = (request) =>
      new Promise((_resolve, reject) => {
        signal = request.signal;
        request.signal.addEventListener('abort', () => reject(request.signal.reason));
      });
    await feed.begin();
    await feed.end();
    expect(signal?.aborted).toBe(true);
    expect(feed.clock.sleepers()).toEqual([]);
    expect(feed.changes.status()).toMatchObject({ isRunning: false, failures: 0, listeners: 0 });
  });
});

describe('after a restart, the feed', () => {
  it('tells of what changed while it was down, once, with cursors that go on', async () => {
    const directory = makeTemporaryDirectory();
    const firstStore = createSqliteChangeStore({ directory: directory.path });
    const first = setUpFeed({ store: firstStore });
    const old = alertOf({ id: 'da1', lastUpdateDateTime: instant(first.clock, -hour) });
    first.upstream.put(old);
    await first.begin();
    first.upstream.put(alertOf({ id: 'da2', lastUpdateDateTime: instant(first.clock, 1_000) }));
    await first.nextSweep();
    await first.end();
    firstStore.close();

    await first.clock.advance(3 * hour);
    first.upstream.put({ ...old, severity: 'LOW', lastUpdateDateTime: instant(first.clock, -2 * hour) });
    const secondStore = createSqliteChangeStore({ directory: directory.path });
    const second = setUpFeed({ store: secondStore, clock: first.clock, source: first.upstream });
    expect(second.changes.cursor()).toBe(first.heard[0]?.cursor);
    await second.begin();
    await second.nextSweep();
    expect(second.heard.map(brief)).toEqual([['UPDATED', 'da1', ['lastUpdateDateTime', 'severity'], 'POLL']]);
    expect(second.heard[0]?.previous?.severity).toBe('HIGH');
    const [epoch, sequence] = (first.heard[0]?.cursor ?? '').split('.');
    expect(second.heard[0]?.cursor).toBe(`${epoch}.${Number(sequence) + 1}`);
    expect(toTicks(second.changes.status().position ?? '')).toBe(toTicks(instant(first.clock, -15_000 - 2 * hour)));
    await second.end();
    secondStore.close();
    directory.remove();
  });
});
