import { describe, expect, it } from '@jest/globals';
import type { ChangeStore } from '../../../src/changes/changeStore.js';
import type { JournalApplier, JournalBatch } from '../../../src/changes/journalApplier.js';
import { createMemoryChangeStore } from '../../../src/changes/memoryChangeStore.js';
import { createManualClock } from '../cache/manualClock.js';
import { live, poll, seen, start } from './entities.js';
import { hear, settle, setUpChanges } from './support.js';

const add = (store: ChangeStore, ...ids: string[]) =>
  store.commit(poll({ feed: live, observations: ids.map((id) => seen('alert', start, { id })) }));

/** An applier that writes down what it is told. */
function recorder(name: string, log: string[]): JournalApplier {
  return {
    name,
    apply: ({ entries }: JournalBatch) => {
      if (entries.length > 0) log.push(`${name} ${entries.map(({ id }) => id).join(' ')}`);
    },
    restart: () => {
      log.push(`${name} restarts`);
    },
  };
}

const memory = () => createMemoryChangeStore({ clock: createManualClock() });

describe('the tail', () => {
  it('begins at the newest entry, and tells appliers to load what is there', async () => {
    const store = memory();
    await add(store, 'a', 'b');
    const log: string[] = [];
    const journal = await setUpChanges({ store, appliers: [recorder('mirror', log)] });
    expect(journal.changes.cursor()).toBe(`${journal.tail.position.epoch}.2`);
    await settle();
    expect(log).toEqual(['mirror restarts']);
    await journal.end();
  });

  it('gives each entry to every applier in turn, before followers hear of it', async () => {
    const log: string[] = [];
    const journal = await setUpChanges({ appliers: [recorder('cache', log), recorder('mirror', log)] });
    await settle();
    log.length = 0;
    const following = (async () => {
      for await (const { id } of journal.follow('alert')) log.push(`heard ${id}`);
    })();
    await add(journal.store, 'a', 'b');
    await settle();
    expect(log).toEqual(['cache a b', 'mirror a b', 'heard a', 'heard b']);
    await journal.end();
    await following;
  });

  it('waits for one batch before it gives the next, and loses none', async () => {
    const log: string[] = [];
    let running = 0;
    const slow: JournalApplier = {
      name: 'slow',
      restart: () => undefined,
      apply: async ({ entries }) => {
        running += 1;
        expect(running).toBe(1);
        await settle(2);
        log.push(...entries.map(({ id }) => id as string));
        running -= 1;
      },
    };
    const journal = await setUpChanges({ appliers: [slow] });
    const ids = Array.from({ length: 450 }, (_, n) => `a${n}`);
    await add(journal.store, ...ids.slice(0, 3));
    await settle(1);
    await add(journal.store, ...ids.slice(3));
    await settle(60);
    expect(log).toEqual(ids);
    await journal.end();
  });

  it('tells appliers when only the feeds moved', async () => {
    const batches: JournalBatch[] = [];
    const applier = {
      name: 'mirror',
      restart: () => undefined,
      apply: (batch: JournalBatch) => void batches.push(batch),
    };
    const journal = await setUpChanges({ appliers: [applier] });
    await settle();
    await journal.store.commit(poll({ feed: { ...live, sweptAt: '2026-11-21T08:00:15Z' } }));
    await settle();
    expect(batches.at(-1)).toMatchObject({
      entries: [],
      newest: 0,
      feeds: { alert: { sweptAt: '2026-11-21T08:00:15Z' } },
    });
    await journal.end();
  });

  it('an applier that fails starts over, and holds nobody up', async () => {
    const log: string[] = [];
    const broken = {
      ...recorder('broken', log),
      apply: ({ entries }: JournalBatch) => (entries.length > 0 ? Promise.reject(new Error('cache away')) : undefined),
    };
    const journal = await setUpChanges({ appliers: [broken, recorder('mirror', log)] });
    const { heard } = hear(journal.follow('alert'));
    await settle();
    log.length = 0;
    await add(journal.store, 'a');
    await settle();
    expect(log).toEqual(['broken restarts', 'mirror a']);
    expect(heard).toHaveLength(1);
    await journal.end();
  });

  it('finds news that nobody told it of', async () => {
    const store = memory();
    store.onNews = () => () => undefined;
    const journal = await setUpChanges({ store, pollIntervalMs: 700 });
    const { heard } = hear(journal.follow('alert'));
    await add(store, 'a');
    await settle();
    expect(heard).toEqual([]);
    await journal.clock.advance(700);
    await settle();
    expect(heard.map(({ id }) => id)).toEqual(['a']);
    await journal.end();
  });

  it('goes on after the journal was away, and says meanwhile that it is', async () => {
    const store = memory();
    const journal = await setUpChanges({ store, pollIntervalMs: 700 });
    const { heard } = hear(journal.follow('alert'));
    await settle();
    const read = store.read.bind(store);
    store.read = () => Promise.reject(new Error('away'));
    await add(store, 'a');
    await settle();
    await journal.clock.advance(700);
    expect(journal.tail.failures).toBe(2);
    store.read = read;
    await journal.clock.advance(700);
    await settle();
    expect([journal.tail.failures, heard.map(({ id }) => id)]).toEqual([0, ['a']]);
    await journal.end();
  });

  it('leaves no timer and no listener behind', async () => {
    const store = memory();
    let listeners = 0;
    const listen = store.onNews.bind(store);
    store.onNews = (listener) => {
      const leave = listen(listener);
      listeners += 1;
      return () => {
        listeners -= 1;
        leave();
      };
    };
    const journal = await setUpChanges({ store });
    await settle();
    expect([listeners, journal.clock.sleepers().length]).toEqual([1, 1]);
    await journal.end();
    expect([listeners, journal.clock.sleepers().length]).toEqual([0, 0]);
  });
});

describe('a journal that is not what it was', () => {
  const doctored = (store: ChangeStore) => {
    const read = store.read.bind(store);
    const change: { page: (page: Awaited<ReturnType<typeof read>>) => Awaited<ReturnType<typeof read>> } = {
      page: (page) => page,
    };
    store.read = async (...args) => change.page(await read(...args));
    return change;
  };

  it('of another epoch makes appliers start over and every follower be told once', async () => {
    const [first, second] = [memory(), memory()];
    await add(first, 'a', 'b');
    const log: string[] = [];
    const store: ChangeStore = { ...wrap(first), read: (...args) => current.read(...args) };
    let current = first;
    const journal = await setUpChanges({ store, appliers: [recorder('mirror', log)], pollIntervalMs: 700 });
    const liveOne = hear(journal.follow('alert'));
    const replaying = journal.follow('alert', journal.changes.cursor().replace('.2', '.0'));
    expect((await replaying.next()).value?.id).toBe('a');
    await settle();
    log.length = 0;
    await add(second, 'x');
    current = second;
    await journal.clock.advance(700);
    await settle();
    expect(log).toEqual(['mirror restarts']);
    const rest = hear(replaying);
    await add(second, 'y');
    await journal.clock.advance(700);
    await settle();
    for (const { heard } of [liveOne, rest])
      expect(heard.map(({ id, change }) => id ?? change)).toEqual(['RESYNC', 'y']);
    expect(liveOne.heard[0]?.cursor).toBe(`${journal.tail.position.epoch}.1`);
    await journal.end();
  });

  it('with a hole makes appliers start over and followers be told once, in place of what is missing', async () => {
    const store = memory();
    const log: string[] = [];
    const change = doctored(store);
    const journal = await setUpChanges({ store, appliers: [recorder('mirror', log)] });
    const { heard } = hear(journal.follow('alert'));
    await settle();
    change.page = (page) => ({ ...page, entries: page.entries.filter(({ id }) => id !== 'c') });
    await add(store, 'a', 'b', 'c', 'd');
    await settle();
    await add(store, 'e');
    await settle();
    expect(log).toEqual(['mirror restarts', 'mirror a b', 'mirror restarts', 'mirror e']);
    expect(heard.map(({ id, change: kind }) => id ?? kind)).toEqual(['a', 'b', 'RESYNC', 'e']);
    const replayed = hear(journal.follow('alert', `${journal.tail.position.epoch}.1`));
    await settle();
    expect(replayed.heard.map(({ id, change: kind }) => id ?? kind)).toEqual(['b', 'RESYNC']);
    await journal.end();
  });

  it('whose entries are all gone is started over at its end', async () => {
    const store = memory();
    const change = doctored(store);
    const journal = await setUpChanges({ store });
    const { heard } = hear(journal.follow('alert'));
    await settle();
    change.page = (page) => ({ ...page, entries: [], oldest: page.newest + 1 });
    await add(store, 'a', 'b');
    await settle();
    expect(heard.map(({ change: kind }) => kind)).toEqual(['RESYNC']);
    expect(journal.tail.position.sequence).toBe(2);
    await journal.end();
  });

  it('that went back within its epoch is started over', async () => {
    const store = memory();
    const change = doctored(store);
    const journal = await setUpChanges({ store, pollIntervalMs: 700 });
    await add(store, 'a', 'b', 'c');
    await settle();
    const { heard } = hear(journal.follow('alert'));
    await settle();
    change.page = (page) => ({ ...page, newest: 1, entries: [] });
    await journal.clock.advance(700);
    await settle();
    expect(journal.tail.position.sequence).toBe(1);
    expect(heard.map(({ change: kind }) => kind)).toEqual(['RESYNC']);
    await journal.end();
  });
});

/** The methods of a store as plain functions, so that a test can replace one. */
function wrap(store: ChangeStore): ChangeStore {
  return {
    commit: (step) => store.commit(step),
    feed: (topic) => store.feed(topic),
    read: (...args) => store.read(...args),
    rows: (topic) => store.rows(topic),
    remembered: (...args) => store.remembered(...args),
    versions: (...args) => store.versions(...args),
    onNews: (listener) => store.onNews(listener),
    close: () => store.close(),
  };
}
