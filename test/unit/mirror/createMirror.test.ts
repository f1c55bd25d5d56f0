import { afterEach, describe, expect, it } from '@jest/globals';
import type { ChangeStore, RememberedRow } from '../../../src/changes/changeStore.js';
import { createMemoryChangeStore } from '../../../src/changes/memoryChangeStore.js';
import type { MirrorReader } from '../../../src/mirror/contract.js';
import { createManualClock, settle } from '../cache/manualClock.js';
import { alertOf, intervalMs, now, setUpMirror, ticks } from './support.js';

const anybody: MirrorReader = {};

describe('the mirror', () => {
  let stop: (() => Promise<void>) | undefined;
  const setUp = async (options: Parameters<typeof setUpMirror>[0] = {}) => {
    const set = await setUpMirror(options);
    stop = set.stop;
    return set;
  };
  afterEach(async () => stop?.());

  const idsOf = (set: Awaited<ReturnType<typeof setUp>>) =>
    [...(set.mirror.prove('alert', anybody)?.rows.scan('created', 'desc') ?? [])].map(({ id }) => id).sort();

  it('proves nothing before the first fill has reached the present', async () => {
    const set = await setUp();
    await set.feed.move('alert', { start: ticks(now), coveredFrom: ticks('2026-10-25T00:00:00Z') });
    await set.feed.observe('alert', [alertOf('a')]);
    await set.sweep();
    await set.sweep();
    expect(set.mirror.prove('alert', anybody)).toBeUndefined();
    expect(set.mirror.refusal('alert', anybody)).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('holds what the first fill only remembered, and says as of when', async () => {
    const set = await setUp();
    const sweptAt = await set.firstFill([alertOf('a'), alertOf('b')]);
    expect(idsOf(set)).toEqual(['a', 'b']);
    expect(set.mirror.prove('alert', anybody)).toMatchObject({
      asOf: sweptAt,
      coveredFrom: ticks('2026-10-25T00:00:00Z'),
    });
  });

  it('does not trust a sweep of unknown age: the next one counts', async () => {
    const clock = createManualClock(Date.parse(now));
    const store = createMemoryChangeStore({ clock });
    const first = await setUpMirror({ store });
    await first.firstFill([alertOf('a')]);
    await first.stop();
    const restarted = await setUp({ store });
    await settle();
    expect(restarted.mirror.prove('alert', anybody)).toBeUndefined();
    await restarted.sweep({ sweptAt: '2026-11-21T08:00:01.0000000Z' });
    expect(idsOf(restarted)).toEqual(['a']);
  });

  it('does not trust a sweep that came while nobody looked', async () => {
    const set = await setUp();
    await set.firstFill([alertOf('a')]);
    set.store.read = async () => {
      throw new Error('away');
    };
    await set.clock.advance(10 * intervalMs);
    delete (set.store as Partial<ChangeStore>).read;
    await set.sweep();
    await set.clock.advance(2_000);
    expect(set.mirror.prove('alert', anybody)).toBeUndefined();
    await set.sweep();
    expect(idsOf(set)).toEqual(['a']);
  });

  it('is caught up for two intervals after a sweep, and no longer', async () => {
    const set = await setUp();
    await set.firstFill([alertOf('a')]);
    await set.clock.advance(2 * intervalMs);
    expect(idsOf(set)).toEqual(['a']);
    await set.clock.advance(1);
    expect(set.mirror.prove('alert', anybody)).toBeUndefined();
  });

  it('proves nothing while something is missing that paging cannot reach', async () => {
    const set = await setUp();
    await set.firstFill([alertOf('a')]);
    await set.sweep({ isComplete: false });
    expect(set.mirror.prove('alert', anybody)).toBeUndefined();
    expect(set.mirror.recall('alert', 'a', anybody)).toMatchObject({ stale: false });
  });

  it('answers nobody who insists on the upstream, and nobody on whose behalf we ask', async () => {
    const set = await setUp();
    await set.firstFill([alertOf('a')]);
    for (const reader of [{ reading: 'upstream' }, { callerAssertion: 'token' }] as const) {
      expect(set.mirror.prove('alert', reader)).toBeUndefined();
      expect(set.mirror.recall('alert', 'a', reader)).toBeUndefined();
      expect(set.mirror.refusal('alert', reader)).toMatchObject({ code: 'BAD_USER_INPUT' });
    }
  });

  it('recalls a row that may be old only for who takes what memory has, and says so', async () => {
    const set = await setUp();
    await set.firstFill([alertOf('a')]);
    await set.clock.advance(3 * intervalMs);
    expect(set.mirror.recall('alert', 'a', anybody)).toBeUndefined();
    expect(set.mirror.recall('alert', 'a', { reading: 'memory' })).toMatchObject({ stale: true, entity: { id: 'a' } });
    expect(set.mirror.recall('alert', 'b', { reading: 'memory' })).toBeUndefined();
    expect(set.mirror.prove('alert', { reading: 'memory' })).toBeUndefined();
  });

  it('moves with the journal: changed, added, removed and silent entries', async () => {
    const set = await setUp();
    await set.firstFill([alertOf('a'), alertOf('b')]);
    const later = { lastUpdateDateTime: '2026-11-21T08:00:00.0000001Z' };
    await set.feed.observe('alert', [alertOf('a', { ...later, status: 'resolved' }), alertOf('c', later)]);
    await set.feed.observe('alert', [alertOf('c', { lastUpdateDateTime: '2026-11-21T08:00:00.0000002Z' })]);
    await set.feed.remove('alert', ['b']);
    await set.sweep();
    expect(idsOf(set)).toEqual(['a', 'c']);
    expect(set.mirror.recall('alert', 'a', anybody)?.entity.status).toBe('RESOLVED');
    expect(set.mirror.recall('alert', 'c', anybody)?.entity.lastUpdateDateTime).toBe('2026-11-21T08:00:00.0000002Z');
  });

  it('lets nobody change what it shares, however deep', async () => {
    const set = await setUp();
    await set.firstFill([
      alertOf('a', { evidence: [{ '@odata.type': '#microsoft.graph.security.ipEvidence', roles: [] }] }),
    ]);
    const alert = set.mirror.recall('alert', 'a', anybody)?.entity;
    expect(Object.isFrozen(alert?.evidence[0]?.roles)).toBe(true);
  });

  it('keeps what the journal told while the rows were still being read', async () => {
    const clock = createManualClock(Date.parse(now));
    const store = createMemoryChangeStore({ clock });
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const rows = store.rows.bind(store);
    store.rows = async function* (topic) {
      const pages: (readonly RememberedRow<typeof topic>[])[] = [];
      for await (const page of rows(topic)) pages.push(page);
      await opened;
      yield* pages;
    };
    const set = await setUp({ store });
    await set.firstFill([alertOf('a'), alertOf('b')]);
    await set.feed.observe('alert', [alertOf('a', { status: 'resolved', lastUpdateDateTime: now })]);
    await set.feed.remove('alert', ['b']);
    await set.sweep();
    expect(set.mirror.prove('alert', anybody)).toBeUndefined();
    open();
    await settle();
    await set.sweep();
    expect(idsOf(set)).toEqual(['a']);
    expect(set.mirror.recall('alert', 'a', anybody)?.entity.status).toBe('RESOLVED');
  });

  it('takes nothing from a load that another has replaced', async () => {
    const clock = createManualClock(Date.parse(now));
    const store = createMemoryChangeStore({ clock });
    const gates: (() => void)[] = [];
    const rows = store.rows.bind(store);
    store.rows = async function* (topic) {
      for await (const page of rows(topic)) {
        await new Promise<void>((resolve) => gates.push(resolve));
        yield page;
      }
    };
    const set = await setUp({ store });
    await set.firstFill([alertOf('a'), alertOf('b')]);
    expect(gates).toHaveLength(1);
    await set.feed.resync('alert');
    await set.feed.remove('alert', ['b']);
    await set.sweep();
    gates[0]?.();
    await settle();
    gates[1]?.();
    await settle();
    await set.sweep();
    expect(idsOf(set)).toEqual(['a']);
  });

  it('serves nothing before the journal has reached the state that was loaded', async () => {
    const set = await setUp();
    await set.firstFill([alertOf('a')]);
    await set.tail.close();
    const { applier } = set.mirror;
    await applier.restart();
    const { feeds, newest } = await set.store.read(0, 0);
    const swept = (sweptAt: string) => ({ ...feeds, alert: { ...feeds.alert, sweptAt } });
    await set.feed.observe('alert', [alertOf('b')]);
    await applier.apply({ entries: [], feeds: swept('2026-11-21T08:00:01Z'), newest });
    await settle();
    await applier.apply({ entries: [], feeds: swept('2026-11-21T08:00:02Z'), newest });
    expect(set.mirror.prove('alert', anybody)).toBeUndefined();
    const { entries } = await set.store.read(newest, 10);
    await applier.apply({ entries, feeds: swept('2026-11-21T08:00:03Z'), newest: newest + 1 });
    expect(idsOf(set)).toEqual(['a', 'b']);
  });

  it('believes the feeds of a look only once it has applied all that the look told of', async () => {
    const set = await setUp();
    const sweptAt = await set.firstFill([alertOf('a')]);
    await set.tail.close();
    const { newest } = await set.store.read(0, 0);
    await set.feed.observe('alert', [alertOf('b')]);
    await set.feed.observe('alert', [alertOf('c')]);
    const { entries, feeds } = await set.store.read(newest, 10);
    const later = { ...feeds, alert: { ...feeds.alert, sweptAt: '2026-11-21T08:00:03Z' } };
    await set.mirror.applier.apply({ entries: entries.slice(0, 1), feeds: later, newest: newest + 2 });
    expect(set.mirror.prove('alert', anybody)?.asOf).toBe(sweptAt);
    await set.mirror.applier.apply({ entries: entries.slice(1), feeds: later, newest: newest + 2 });
    expect(set.mirror.prove('alert', anybody)?.asOf).toBe('2026-11-21T08:00:03Z');
  });

  it('tries again when the rows cannot be read', async () => {
    const clock = createManualClock(Date.parse(now));
    const store = createMemoryChangeStore({ clock });
    const rows = store.rows.bind(store);
    store.rows = () => {
      throw new Error('disk');
    };
    const set = await setUp({ store });
    await set.firstFill([alertOf('a')]);
    expect(set.mirror.prove('alert', anybody)).toBeUndefined();
    store.rows = rows;
    await set.clock.advance(5_000);
    await set.sweep();
    await set.sweep();
    expect(idsOf(set)).toEqual(['a']);
  });

  it('loads again after a discontinuity, after a fill that began anew, and when the window reaches further back', async () => {
    const set = await setUp();
    await set.firstFill([alertOf('a')]);
    let loads = 0;
    const rows = set.store.rows.bind(set.store);
    set.store.rows = (topic) => {
      loads += 1;
      return rows(topic);
    };
    await set.feed.resync('alert');
    await set.sweep();
    expect(loads).toBe(1);
    await set.sweep({ start: ticks('2026-11-21T08:00:05Z') });
    expect(loads).toBe(2);
    await set.sweep({ coveredFrom: ticks('2026-10-24T00:00:00Z') });
    expect(loads).toBe(3);
    await set.sweep();
    expect(loads).toBe(3);
    expect(idsOf(set)).toEqual(['a']);
  });

  it('forgets rows that leave the window', async () => {
    const set = await setUp({ days: 2 });
    const old = { createdDateTime: '2026-11-19T07:00:00Z', lastUpdateDateTime: '2026-11-19T07:59:59Z' };
    await set.firstFill([alertOf('a'), alertOf('old', old)]);
    expect(idsOf(set)).toEqual(['a']);
    expect(set.mirror.prove('alert', anybody)?.coveredFrom).toBe(ticks('2026-11-19T08:00:00Z'));
  });

  it('begins later when there is too much, so that what it proves stays right', async () => {
    const set = await setUp({ maxRows: { alert: 3 } });
    const alerts = [1, 2, 3, 3, 4].map((hour, index) =>
      alertOf(`a${index}`, { lastUpdateDateTime: `2026-11-20T0${hour}:00:00Z` }),
    );
    await set.firstFill(alerts);
    // Of two rows of the same time both leave.
    await set.feed.observe('alert', [alertOf('new', { lastUpdateDateTime: now })]);
    await set.sweep();
    expect(idsOf(set)).toEqual(['a2', 'a3', 'a4', 'new'].filter((id) => id === 'a4' || id === 'new'));
    expect(set.mirror.prove('alert', anybody)?.coveredFrom).toBe(ticks('2026-11-20T03:00:00Z') + 1n);
  });
});
