import { afterEach, describe, expect, it } from '@jest/globals';
import type { ChangeStore } from '../../../src/changes/changeStore.js';
import { createSqliteChangeStore } from '../../../src/changes/sqliteChangeStore.js';
import { createManualClock } from '../cache/manualClock.js';
import { entityOf, live, poll, seen, start } from './entities.js';
import { hear, settle, setUpChanges } from './support.js';
import { makeTemporaryDirectory } from './temporaryDirectory.js';

const add = (store: ChangeStore, ...ids: string[]) =>
  store.commit(poll({ feed: live, observations: ids.map((id) => seen('alert', start, { id })) }));

describe('a reader that resumes after a restart', () => {
  const directory = makeTemporaryDirectory();
  afterEach(() => directory.remove());

  it('hears what it had not handled, what was journalled last before the end, and what comes', async () => {
    const clock = createManualClock();
    const open = () => createSqliteChangeStore({ directory: directory.path, clock });
    const first = await setUpChanges({ clock, store: open() });
    const follower = first.follow('alert');
    await add(first.store, 'a', 'b', 'c');
    const handled = (await follower.next()).value?.cursor;
    await first.changes.record('alert', entityOf('alert', start + 1n, { id: 'a', status: 'RESOLVED' }));
    const last = first.changes.cursor();
    await first.end();
    await first.store.close();

    const second = await setUpChanges({ clock, store: open() });
    expect(second.changes.cursor()).toBe(last);
    const resumed = hear(second.follow('alert', handled));
    const upToDate = hear(second.follow('alert', last));
    await settle();
    await add(second.store, 'd');
    await settle();
    await second.end();
    await Promise.all([resumed.ended, upToDate.ended]);
    await second.store.close();
    expect(resumed.heard.map(({ change, id, before }) => [change, id, before?.id ?? null])).toEqual([
      ['CREATED', 'b', null],
      ['CREATED', 'c', null],
      ['UPDATED', 'a', 'a'],
      ['CREATED', 'd', null],
    ]);
    expect(upToDate.heard.map(({ id }) => id)).toEqual(['d']);
  });
});
