import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ChangeStore } from '../../../src/changes/changeStore.js';
import { createMemoryChangeStore } from '../../../src/changes/memoryChangeStore.js';
import { createSqliteChangeStore } from '../../../src/changes/sqliteChangeStore.js';
import { createManualClock } from '../cache/manualClock.js';
import { describeChangeStore } from './describeChangeStore.js';
import { live, poll, seen, start } from './entities.js';
import { makeTemporaryDirectory } from './temporaryDirectory.js';

describeChangeStore('in-memory', { isDurable: false }, async () => ({
  open: async (options) => createMemoryChangeStore(options),
  remove: async () => undefined,
}));

describeChangeStore('SQLite', { isDurable: true }, async () => {
  const home = makeTemporaryDirectory();
  return {
    open: async (options) => createSqliteChangeStore({ ...options, directory: join(home.path, 'made', 'when absent') }),
    remove: async () => home.remove(),
  };
});

const directories: ReturnType<typeof makeTemporaryDirectory>[] = [];
const stores: ChangeStore[] = [];
const inDirectory = () => {
  const directory = makeTemporaryDirectory();
  directories.push(directory);
  return directory.path;
};
const open = (directory: string) => {
  const store = createSqliteChangeStore({ directory, clock: createManualClock() });
  stores.push(store);
  return store;
};
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  for (const directory of directories.splice(0)) directory.remove();
});

describe('the state file', () => {
  it('as a crash leaves it holds every committed step', async () => {
    const [directory, copy] = [inDirectory(), inDirectory()];
    const store = open(directory);
    await store.commit(poll({ feed: live, observations: [seen('alert', start, { id: 'a' })] }));
    cpSync(directory, copy, { recursive: true });
    expect(await open(copy).read(0, 10)).toEqual(await store.read(0, 10));
  });

  it('of another owner begins anew, so that nobody is shown what somebody else could see', async () => {
    const directory = inDirectory();
    const openFor = (owner: string) => {
      const store = createSqliteChangeStore({ directory, owner, clock: createManualClock() });
      stores.push(store);
      return store;
    };
    const first = openFor('tenant a');
    await first.commit(poll({ feed: live, observations: [seen('alert', start, { id: 'a' })] }));
    const { epoch } = await first.read(0, 1);
    await first.close();
    const same = openFor('tenant a');
    expect(await same.read(0, 10)).toMatchObject({ epoch, newest: 1 });
    await same.close();
    const other = openFor('tenant b');
    const page = await other.read(0, 10);
    expect(page).toMatchObject({ newest: 0, entries: [] });
    expect(page.epoch).not.toBe(epoch);
    for await (const rows of other.rows('alert')) expect(rows).toEqual([]);
  });

  it('of the first schema begins anew in another epoch, so that old cursors are answered with a RESYNC', async () => {
    const directory = inDirectory();
    const database = new DatabaseSync(join(directory, 'state.sqlite'));
    database.exec(`
      CREATE TABLE cursor (only INTEGER PRIMARY KEY, epoch TEXT, sequence INTEGER) STRICT;
      CREATE TABLE heads (id TEXT PRIMARY KEY, version INTEGER, snapshot TEXT) STRICT, WITHOUT ROWID;
      CREATE INDEX heads_by_version ON heads (version);
      CREATE TABLE gaps (at INTEGER PRIMARY KEY, row_count INTEGER) STRICT;
      INSERT INTO cursor VALUES (1, 'oldEpoch', 41);
      INSERT INTO heads VALUES ('a', 1, '{}');
      PRAGMA user_version = 1;
    `);
    database.close();
    const store = open(directory);
    const page = await store.read(0, 10);
    expect(page).toMatchObject({
      oldest: 1,
      newest: 0,
      entries: [],
      feeds: { alert: { start: null, isFilled: false } },
    });
    expect(page.epoch).not.toBe('oldEpoch');
    await store.commit(poll({ feed: live, observations: [seen('alert', start, { id: 'a' })] }));
    expect(await open(directory).read(0, 10)).toMatchObject({ epoch: page.epoch, newest: 1 });
  });

  it('of a newer gateway is refused, and says what to do', () => {
    const directory = inDirectory();
    const database = new DatabaseSync(join(directory, 'state.sqlite'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => open(directory)).toThrow(/schema version 99.*STATE_DIR/);
  });

  it('that is no database is refused', () => {
    const directory = inDirectory();
    writeFileSync(join(directory, 'state.sqlite'), 'not a database, but long enough to be looked at as one'.repeat(20));
    expect(() => open(directory)).toThrow(/database/);
  });

  it('keeps the state before as what differs from the state after', async () => {
    const directory = inDirectory();
    const store = open(directory);
    const recommendedActions = 'read this first. '.repeat(100);
    await store.commit(poll({ feed: live, observations: [seen('alert', start, { id: 'a', recommendedActions })] }));
    const changed = seen('alert', start + 1n, { id: 'a', recommendedActions, status: 'RESOLVED' });
    await store.commit(poll({ observations: [changed] }));
    const database = new DatabaseSync(join(directory, 'state.sqlite'), { readOnly: true });
    const row = database.prepare('SELECT length(entity) AS entity, length(before) AS before FROM entries').all().at(-1);
    database.close();
    expect(Number(row?.before)).toBeLessThan(200);
    expect(Number(row?.entity)).toBeGreaterThan(1_600);
  });

  it('lets the loop turn while many rows are read', async () => {
    const store = open(inDirectory());
    const observations = Array.from({ length: 300 }, (_, n) => seen('alert', start, { id: `a${n}` }));
    await store.commit(poll({ feed: live, observations }));
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    let pages = 0;
    for await (const page of store.rows('alert')) {
      expect(page.length).toBeLessThanOrEqual(50);
      pages += 1;
      const before = turns;
      while (turns === before) await new Promise((resolve) => setImmediate(resolve));
    }
    clearInterval(timer);
    expect(pages).toBe(6);
  });
});
