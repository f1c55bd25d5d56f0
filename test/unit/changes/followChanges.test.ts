import { describe, expect, it } from '@jest/globals';
import type { ChangeStore } from '../../../src/changes/changeStore.js';
import type { Change } from '../../../src/changes/contract.js';
import { createMemoryChangeStore } from '../../../src/changes/memoryChangeStore.js';
import { createManualClock } from '../cache/manualClock.js';
import { live, poll, seen, start } from './entities.js';
import { hear, settle, setUpChanges } from './support.js';

type Journal = Awaited<ReturnType<typeof setUpChanges>>;

/** Commits one event per id. */
const add = (store: ChangeStore, ...ids: string[]) =>
  store.commit(poll({ feed: live, observations: ids.map((id) => seen('alert', start, { id })) }));
const idsOf = (heard: readonly Change[]) => heard.map(({ id, change }) => id ?? change);
const cursorAt = (journal: Journal, sequence: number) => `${journal.tail.position.epoch}.${sequence}`;
const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `a${from + n}`);

describe('a follower', () => {
  it('without a cursor hears in order everything from now on, also before its first read', async () => {
    const journal = await setUpChanges();
    await add(journal.store, 'before');
    await settle();
    const follower = journal.follow('alert');
    await add(journal.store, 'a', 'b');
    await add(journal.store, 'c');
    await settle();
    const { heard, ended } = hear(follower);
    await settle();
    await journal.end();
    await ended;
    expect(idsOf(heard)).toEqual(['a', 'b', 'c']);
  });

  it('hears only its topic, and nothing that is silent', async () => {
    const journal = await setUpChanges();
    const alerts = hear(journal.follow('alert'));
    const users = hear(journal.follow('riskyUser'));
    await journal.store.commit(poll({ topic: 'riskyUser', feed: live }));
    await add(journal.store, 'a');
    await journal.store.commit(
      poll({ observations: [seen('alert', start + 1n, { id: 'a' }), seen('riskyUser', start, { id: 'u' })] }),
    );
    await journal.store.commit(poll({ topic: 'riskyUser', resync: 'snapshot lost' }));
    await settle();
    await journal.end();
    expect(idsOf(alerts.heard)).toEqual(['a']);
    expect(idsOf(users.heard)).toEqual(['u', 'RESYNC']);
    expect(journal.changes.cursor()).toBe(cursorAt(journal, 4));
  });

  it('with a cursor hears what came after it, then what comes, without a seam', async () => {
    const journal = await setUpChanges({ recent: { maxEntries: 2, maxBytes: 1_000_000 } });
    await add(journal.store, ...numbered(1, 120));
    await settle();
    const follower = journal.follow('alert', cursorAt(journal, 3));
    const first = await follower.next();
    expect(first.value?.id).toBe('a4');
    const { heard, ended } = hear(follower);
    await add(journal.store, 'b1', 'b2');
    await settle();
    await add(journal.store, 'b3');
    await settle();
    await journal.end();
    await ended;
    expect(idsOf(heard)).toEqual([...numbered(5, 120), 'b1', 'b2', 'b3']);
  });

  it('does not hear of an entry before the appliers have applied it, also when it replays', async () => {
    let release: () => void = () => undefined;
    const applied: string[] = [];
    const gate = {
      name: 'gate',
      restart: () => undefined,
      apply: async ({ entries }: { entries: readonly Change[] }) => {
        if (entries.length > 0) await new Promise<void>((resolve) => (release = resolve));
        applied.push(...idsOf(entries));
      },
    };
    const journal = await setUpChanges({ appliers: [gate] });
    const liveOne = hear(journal.follow('alert'));
    await add(journal.store, 'a');
    await settle();
    const replaying = hear(journal.follow('alert', cursorAt(journal, 0)));
    await settle();
    expect([idsOf(liveOne.heard), idsOf(replaying.heard), applied]).toEqual([[], [], []]);
    release();
    await settle();
    expect([idsOf(liveOne.heard), idsOf(replaying.heard), applied]).toEqual([['a'], ['a'], ['a']]);
    await journal.end();
  });

  it('with a cursor that another instance gave, further than this one is, waits for it', async () => {
    const clock = createManualClock();
    const store = createMemoryChangeStore({ clock });
    store.onNews = () => () => undefined;
    const journal = await setUpChanges({ clock, store, pollIntervalMs: 700 });
    await settle();
    await add(store, 'a', 'b', 'c');
    const { heard } = hear(journal.follow('alert', cursorAt(journal, 2)));
    await settle();
    expect([journal.tail.position.sequence, idsOf(heard)]).toEqual([0, []]);
    await clock.advance(700);
    await settle();
    expect(idsOf(heard)).toEqual(['c']);
    await journal.end();
  });

  it('with a cursor of a journal that its instance has yet to come to waits for it, and is told of no loss', async () => {
    const clock = createManualClock();
    const journals = [createMemoryChangeStore({ clock }), createMemoryChangeStore({ clock })];
    const [former, present] = journals as [ChangeStore, ChangeStore];
    let current = former;
    const store = {
      ...former,
      onNews: () => () => undefined,
      read: (...look: [number, number]) => current.read(...look),
    };
    const journal = await setUpChanges({ clock, store, pollIntervalMs: 700 });
    await settle();
    await add(present, 'a', 'b', 'c');
    current = present;
    const { epoch } = await present.read(0, 0);
    const [brought, lost] = [hear(journal.follow('alert', `${epoch}.1`)), hear(journal.follow('alert', 'older.7'))];
    await settle();
    expect([brought.heard, lost.heard]).toEqual([[], []]);
    await clock.advance(700);
    await settle();
    await add(present, 'd');
    await clock.advance(700);
    await settle();
    expect(idsOf(brought.heard)).toEqual(['b', 'c', 'd']);
    expect(idsOf(lost.heard)).toEqual(['RESYNC', 'd']);
    await journal.end();
  });

  it.each(['signal', 'return', 'close'] as const)('that waits ends at once by %s, and is let go', async (how) => {
    const journal = await setUpChanges();
    const controller = new AbortController();
    const follower = journal.changes.follow('alert', { signal: controller.signal });
    const waiting = [follower.next(), follower.next()];
    await settle();
    expect(journal.changes.followerCount()).toBe(1);
    if (how === 'signal') controller.abort();
    else if (how === 'return') await follower.return?.();
    else await journal.tail.close();
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    expect(journal.changes.followerCount()).toBe(0);
    expect(await follower.next()).toEqual({ done: true, value: undefined });
    await journal.end();
  });

  it('that waits for a journal that does not answer ends at once too', async () => {
    const store = createMemoryChangeStore({ clock: createManualClock() });
    const journal = await setUpChanges({ store, recent: { maxEntries: 1, maxBytes: 1 } });
    await add(store, 'a', 'b', 'c');
    await settle();
    const read = store.read.bind(store);
    store.read = () => new Promise(() => undefined);
    const follower = journal.follow('alert', cursorAt(journal, 0));
    const waiting = follower.next();
    await settle();
    await follower.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    store.read = read;
    await journal.end();
  });

  it('made with an ended signal is over', async () => {
    const journal = await setUpChanges();
    const follower = journal.changes.follow('alert', { signal: AbortSignal.abort() });
    expect(await follower.next()).toEqual({ done: true, value: undefined });
    expect(journal.changes.followerCount()).toBe(0);
    await journal.end();
  });

  it('answers several reads at a time in order', async () => {
    const journal = await setUpChanges();
    const follower = journal.follow('alert');
    const reads = [follower.next(), follower.next()];
    await add(journal.store, 'a', 'b');
    expect((await Promise.all(reads)).map(({ value }) => value?.id)).toEqual(['a', 'b']);
    await journal.end();
  });

  it('that replays while the journal is away waits for it, and goes on from its place', async () => {
    const store = createMemoryChangeStore({ clock: createManualClock() });
    const journal = await setUpChanges({ store, recent: { maxEntries: 1, maxBytes: 1_000 } });
    await add(store, 'a', 'b', 'c');
    await settle();
    const follower = journal.follow('alert', cursorAt(journal, 1));
    const read = store.read.bind(store);
    store.read = () => Promise.reject(new Error('away'));
    const next = follower.next();
    for (let look = 0; look < 5; look += 1) await journal.clock.advance(2_000);
    store.read = read;
    await journal.clock.advance(2_000);
    expect((await next).value?.id).toBe('b');
    await journal.end();
  });

  it('that cannot be given what the tail can read fails after a few looks, and keeps its place', async () => {
    const store = createMemoryChangeStore({ clock: createManualClock() });
    const journal = await setUpChanges({ store, recent: { maxEntries: 1, maxBytes: 1_000 } });
    await add(store, 'a', 'b', 'c');
    await settle();
    const follower = journal.follow('alert', cursorAt(journal, 1));
    const read = store.read.bind(store);
    const isOld = (sequence: number) => sequence === 1;
    store.read = (sequence, limit) => (isOld(sequence) ? Promise.reject(new Error('broken')) : read(sequence, limit));
    const next = follower.next();
    const failed = expect(next).rejects.toThrow('broken');
    for (let look = 0; look < 5; look += 1) await journal.clock.advance(2_000);
    await failed;
    store.read = read;
    expect((await follower.next()).value?.id).toBe('b');
    await journal.end();
  });

  it('reads what was made visible before the journal closed, and then ends', async () => {
    const journal = await setUpChanges();
    const follower = journal.follow('alert');
    await add(journal.store, 'a', 'b');
    await settle();
    await journal.tail.close();
    const { heard, ended } = hear(follower);
    await ended;
    expect(idsOf(heard)).toEqual(['a', 'b']);
  });
});

describe('RESYNC', () => {
  const expectResync = (change: Change | undefined, journal: Journal, reason: RegExp) =>
    expect(change).toEqual({
      cursor: journal.changes.cursor(),
      topic: 'alert',
      id: null,
      change: 'RESYNC',
      entity: null,
      before: null,
      changedFields: [],
      detectedBy: 'POLL',
      detectedAt: new Date(journal.clock.now()).toISOString(),
      reason: expect.stringMatching(reason),
      isSilent: false,
    });

  it('answers a cursor of another epoch, once, and the stream goes on from it', async () => {
    const journal = await setUpChanges();
    await add(journal.store, 'a');
    await settle();
    const { heard } = hear(journal.follow('alert', 'otherEpoch.7'));
    await settle();
    expectResync(heard[0], journal, /began anew/);
    await add(journal.store, 'b');
    await settle();
    expect(idsOf(heard)).toEqual(['RESYNC', 'b']);
    await journal.end();
  });

  it('answers a cursor that is too old for what is kept, once, and the stream goes on from it', async () => {
    const clock = createManualClock();
    const store = createMemoryChangeStore({ clock, retention: { maxAgeMs: 1e9, maxEntries: 2 } });
    const journal = await setUpChanges({ clock, store, recent: { maxEntries: 1, maxBytes: 1_000_000 } });
    await add(store, ...numbered(1, 5));
    await settle();
    const { heard } = hear(journal.follow('alert', cursorAt(journal, 2)));
    const kept = hear(journal.follow('alert', cursorAt(journal, 3)));
    await settle();
    expectResync(heard[0], journal, /not kept/);
    expect(idsOf(kept.heard)).toEqual(['a4', 'a5']);
    await add(store, 'b');
    await settle();
    expect(idsOf(heard)).toEqual(['RESYNC', 'b']);
    await journal.end();
  });

  it('does not answer a cursor at the newest entry, even when no entry is kept', async () => {
    const clock = createManualClock();
    const store = createMemoryChangeStore({ clock, retention: { maxAgeMs: 1_000, maxEntries: 9 } });
    await add(store, 'a');
    await clock.advance(2_000);
    await store.commit(poll());
    const journal = await setUpChanges({ clock, store });
    const { heard } = hear(journal.follow('alert', cursorAt(journal, 1)));
    await settle();
    await add(store, 'b');
    await settle();
    expect(idsOf(heard)).toEqual(['b']);
    await journal.end();
  });

  it('answers a cursor from beyond the end of the journal', async () => {
    const journal = await setUpChanges();
    await add(journal.store, 'a');
    await settle();
    const { heard } = hear(journal.follow('alert', cursorAt(journal, 9)));
    await settle();
    expectResync(heard[0], journal, /does not reach/);
    await journal.end();
  });

  it.each([
    ['entries', { maxEntries: 3, maxBytes: 1_000_000 }],
    ['bytes', { maxEntries: 1_000, maxBytes: 700 }],
  ])(
    'takes the place of what a live reader missed that fell behind by more than its bound of %s',
    async (_of, recent) => {
      const journal = await setUpChanges({ recent });
      const follower = journal.follow('alert');
      await add(journal.store, ...numbered(1, 3));
      await settle();
      expect((await follower.next()).value?.id).toBe('a1');
      await add(journal.store, ...numbered(4, 6));
      await settle();
      expectResync((await follower.next()).value, journal, /^The reader fell 5 changes behind\.$/);
      const { heard } = hear(follower);
      await add(journal.store, 'b');
      await settle();
      expect(idsOf(heard)).toEqual(['b']);
      await journal.end();
    },
  );

  it('is not for a slow reader within its bound, nor for those beside it', async () => {
    const journal = await setUpChanges({ recent: { maxEntries: 3, maxBytes: 1_000_000 } });
    const slow = journal.follow('alert');
    const fast = hear(journal.follow('alert'));
    for (const id of numbered(1, 3)) {
      await add(journal.store, id);
      await settle();
    }
    expect((await slow.next()).value?.id).toBe('a1');
    for (const id of numbered(4, 9)) {
      await add(journal.store, id);
      await settle();
    }
    expect((await slow.next()).value?.change).toBe('RESYNC');
    expect(idsOf(fast.heard)).toEqual(numbered(1, 9));
    await journal.end();
  });

  it('is not for a reader that replays, however far behind', async () => {
    const journal = await setUpChanges({ recent: { maxEntries: 2, maxBytes: 1_000_000 } });
    await add(journal.store, ...numbered(1, 60));
    await settle();
    const follower = journal.follow('alert', cursorAt(journal, 0));
    expect((await follower.next()).value?.id).toBe('a1');
    await add(journal.store, ...numbered(61, 200));
    await settle();
    const { heard } = hear(follower);
    await settle(20);
    expect(idsOf(heard)).toEqual(numbered(2, 200));
    await journal.end();
  });
});

describe('a cursor that is none', () => {
  it.each(['', 'abc', 'abc.', 'a.-1', 'a.01', 'a.1.2', 'a b.1', 'a.99999999999999999', `${'e'.repeat(65)}.1`, 'a.1\n'])(
    'is refused at once as bad input: %j',
    async (after) => {
      const journal = await setUpChanges();
      expect(() => journal.follow('alert', after)).toThrow(
        expect.objectContaining({ code: 'BAD_USER_INPUT', details: { argument: 'after' } }),
      );
      expect(journal.changes.followerCount()).toBe(0);
      await journal.end();
    },
  );
});
