import { describe, expect, it } from '@jest/globals';
import { FencedError } from '../../../../src/changes/changeStore.js';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import { fromTicks } from '../../../../src/time/instant.js';
import { setUpIdentityFeeds } from './identitySupport.js';
import { brief, day, entriesOf, hour, minute, ticksAt } from './support.js';

const outage = () => new UpstreamError('UPSTREAM_TIMEOUT', 'late', { upstream: 'GRAPH_IDENTITY_PROTECTION' });
const second = 1_000;

type Set = ReturnType<typeof setUpIdentityFeeds>;

async function begun(fill: (set: Set) => void = () => undefined): Promise<Set> {
  const set = setUpIdentityFeeds();
  fill(set);
  await set.begin();
  set.detections.calls.length = 0;
  return set;
}

const position = async ({ store }: Set) => (await store.feed('riskEvent')).position;

describe('the first fill of risk detections', () => {
  it('reads the window as background work, page by page to the end, and tells nobody', async () => {
    const set = setUpIdentityFeeds();
    set.detections.pageSize = 2;
    for (let n = 0; n < 5; n += 1) set.detections.write(`r${n}`, ticksAt(set.clock, -n * day - minute));
    set.detections.write('old', ticksAt(set.clock, -31 * day));
    await set.begin();
    const from = fromTicks(ticksAt(set.clock, -30 * day));
    expect(set.detections.calls.slice(1)).toEqual(['', ' +2', ' +4'].map((link) => `background ${from}${link}`));
    expect(await entriesOf(set.store, 'riskEvent')).toEqual([]);
    expect([...(await set.store.versions('riskEvent', 0n, ticksAt(set.clock, 1))).keys()].sort()).toEqual([
      'r0',
      'r1',
      'r2',
      'r3',
      'r4',
    ]);
    expect(await set.store.feed('riskEvent')).toMatchObject({
      isFilled: true,
      coveredFrom: ticksAt(set.clock, -30 * day),
    });
    await set.stop();
  });

  it('that breaks off goes on from its own start, so that what changed meanwhile is told', async () => {
    const set = setUpIdentityFeeds();
    set.detections.pageSize = 2;
    for (let n = 0; n < 5; n += 1) set.detections.write(`r${n}`, ticksAt(set.clock, -hour, n));
    let answers = 0;
    set.detections.beforeAnswer = () => {
      if (++answers === 3) throw outage();
    };
    await set.begin();
    expect(await set.store.feed('riskEvent')).toMatchObject({ isFilled: false, position: null });
    expect((await set.store.versions('riskEvent', 0n, ticksAt(set.clock))).size).toBe(2);
    set.detections.write('r4', ticksAt(set.clock, second), { riskState: 'DISMISSED' });
    await set.next();
    expect((await set.told('riskEvent')).map(brief)).toEqual([['UPDATED', 'r4']]);
    expect(await set.store.feed('riskEvent')).toMatchObject({
      isFilled: true,
      start: ticksAt(set.clock, -30 * second),
    });
    await set.stop();
  });
});

describe('a sweep of risk detections', () => {
  it('reads from five minutes before the position, in the class of the feed, every 30 seconds', async () => {
    const set = await begun(({ detections, clock }) => detections.write('r', ticksAt(clock, -10 * minute)));
    await set.next();
    expect(set.detections.calls).toEqual([`feed ${fromTicks(ticksAt(set.clock, -15.5 * minute))}`]);
    await set.next(29 * second);
    expect(set.detections.calls).toHaveLength(1);
    await set.stop();
  });

  it('tells what is new and what changed, whatever the order of the list', async () => {
    const set = await begun(({ detections, clock }) => detections.write('r0', ticksAt(clock, -hour)));
    set.detections.write('b', ticksAt(set.clock, 2 * second));
    set.detections.write('a', ticksAt(set.clock, second));
    set.detections.write('r0', ticksAt(set.clock, 3 * second), { riskState: 'DISMISSED' });
    await set.next();
    expect((await set.told('riskEvent')).map(brief)).toEqual([
      ['CREATED', 'b'],
      ['CREATED', 'a'],
      ['UPDATED', 'r0'],
    ]);
    await set.stop();
  });

  it('moves the position only with the last page; what an interrupted one saw is told once', async () => {
    const set = await begun(({ detections, clock }) => detections.write('r', ticksAt(clock, -minute)));
    const before = await position(set);
    set.detections.pageSize = 1;
    set.detections.write('a', ticksAt(set.clock, second));
    set.detections.write('b', ticksAt(set.clock, 2 * second));
    let answers = 0;
    set.detections.beforeAnswer = () => {
      if (++answers === 3) throw outage();
    };
    await set.next();
    expect([await position(set), (await set.told('riskEvent')).map(brief)]).toEqual([before, [['CREATED', 'a']]]);
    await set.next();
    expect((await set.told('riskEvent')).map(brief)).toEqual([
      ['CREATED', 'a'],
      ['CREATED', 'b'],
    ]);
    expect(await position(set)).toBeGreaterThan(before as bigint);
    await set.stop();
  });

  it('finds rows that come up to five minutes late at once', async () => {
    const set = await begun(({ detections, clock }) => detections.write('r', ticksAt(clock, -minute)));
    set.detections.write('late', ticksAt(set.clock, -6 * minute + second), {
      detectedDateTime: '2026-11-21T08:00:00Z',
    });
    await set.next();
    expect((await set.told('riskEvent')).map(brief)).toEqual([['CREATED', 'late']]);
    await set.stop();
  });

  it('fails when the links go in a circle, and the feed goes on afterwards', async () => {
    const set = await begun();
    const read = set.detections.read.bind(set.detections);
    set.detections.read = async (request) => ({ ...(await read(request)), next: 'again' });
    await set.next();
    expect(set.statusOf('riskEvents')).toMatchObject({ failures: 1, lastErrorCode: 'UPSTREAM_BAD_RESPONSE' });
    set.detections.read = read;
    await set.next();
    expect(set.statusOf('riskEvents')).toMatchObject({ failures: 0, lastErrorCode: null });
    await set.stop();
  });

  it('of several pages is followed by a longer wait, so that a storm takes no more calls', async () => {
    const set = await begun(({ detections, clock }) => detections.write('r', ticksAt(clock, -minute)));
    set.detections.pageSize = 1;
    for (let n = 0; n < 4; n += 1) set.detections.write(`s${n}`, ticksAt(set.clock, n));
    await set.next();
    expect(set.statusOf('riskEvents')?.intervalMs).toBe(5 * 30 * second);
    expect(set.detections.calls).toHaveLength(5);
    await set.next(149 * second);
    expect(set.detections.calls).toHaveLength(5);
    await set.stop();
  });

  it('after more than the window away begins the fill again, with a RESYNC', async () => {
    const set = await begun(({ detections, clock }) => detections.write('r', ticksAt(clock, -day)));
    await set.stop();
    const again = setUpIdentityFeeds({ clock: set.clock, riskEvents: set.detections, store: set.store });
    await set.clock.advance(40 * day);
    await again.begin();
    expect((await again.told('riskEvent')).map(brief)).toEqual([['RESYNC', null]]);
    expect(await again.store.feed('riskEvent')).toMatchObject({ isFilled: true });
    await again.stop();
  });

  it('writes under the fence with which its round began', async () => {
    const fences: unknown[] = [];
    const set = setUpIdentityFeeds({
      leadership: { isLeader: () => true, fence: () => 7, onChange: () => () => undefined },
    });
    const commit = set.store.commit.bind(set.store);
    set.store.commit = (step) => {
      fences.push(step.fence);
      return commit(step);
    };
    await set.begin();
    expect(new Set(fences)).toEqual(new Set([7]));
    set.store.commit = () => Promise.reject(new FencedError());
    await set.next();
    expect(set.statusOf('riskEvents')).toMatchObject({ isSweeping: false, failures: 0 });
    await set.stop();
  });
});

describe('the reconciles of risk detections', () => {
  it('find within the hour what came up to a day late', async () => {
    const set = await begun();
    await set.next(minute);
    set.detections.write('late', ticksAt(set.clock, -23 * hour));
    for (let minutes = 0; minutes < 61; minutes += 1) await set.next(minute);
    const entries = await entriesOf(set.store, 'riskEvent');
    expect(entries.map(({ id, isSilent, change }) => [id, change, isSilent])).toEqual([['late', 'UPDATED', false]]);
    await set.stop();
  });

  it('remove what two readings did not show and the upstream does not know by id, and only that', async () => {
    const set = await begun(({ detections, clock }) => {
      detections.write('gone', ticksAt(clock, -hour));
      detections.write('hidden', ticksAt(clock, -hour));
    });
    const hidden = set.detections.rows.get('hidden');
    const byId = set.detections.byId.bind(set.detections);
    set.detections.byId = async (id) => (await byId(id)) ?? (id === 'hidden' ? (hidden ?? null) : null);
    set.detections.rows.clear();
    for (let minutes = 0; minutes < 62; minutes += 1) await set.next(minute);
    expect(set.detections.calls.filter((call) => call.startsWith('byId'))).toEqual([]);
    for (let minutes = 0; minutes < 62; minutes += 1) await set.next(minute);
    expect((await set.told('riskEvent')).map(brief)).toEqual([['REMOVED', 'gone']]);
    expect((await set.store.remembered('riskEvent', ['gone', 'hidden'])).map(({ id }) => id)).toEqual(['hidden']);
    await set.stop();
  });

  it('read the whole window every day, at most 12 pages an hour, and the day meanwhile', async () => {
    const set = await begun(({ detections, clock }) => {
      detections.pageSize = 1;
      for (let n = 0; n < 20; n += 1) detections.write(`r${n}`, ticksAt(clock, -(2 + n) * day, n));
    });
    for (let half = 0; half < 48; half += 1) await set.next(hour / 2);
    set.detections.calls.length = 0;
    set.detections.write('late', ticksAt(set.clock, -5 * hour));
    const windowPages = () => set.detections.calls.filter((call) => call.includes('background 2026-10-')).length;
    for (let minutes = 0; minutes < 58; minutes += 1) await set.next(minute);
    expect(windowPages()).toBe(12);
    expect((await entriesOf(set.store, 'riskEvent')).map(({ id }) => id)).toEqual(['late']);
    for (let minutes = 0; minutes < 60; minutes += 1) await set.next(minute);
    expect(windowPages()).toBe(21);
    expect(await set.told('riskEvent')).toHaveLength(1);
    await set.stop();
  });
});
