import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChangeStore, FeedStep } from '../../../src/changes/changeStore.js';
import { createMemoryChangeStore } from '../../../src/changes/memoryChangeStore.js';
import { createSqliteChangeStore } from '../../../src/changes/sqliteChangeStore.js';
import { toTicks } from '../../../src/time/instant.js';
import { alertOf, makeTemporaryDirectory } from './support.js';

const detectedAt = '2026-11-21T08:00:00Z';
const start = toTicks(detectedAt) as bigint;
const live = { position: start, start, isFilled: true };

const poll = (change: Partial<FeedStep> = {}): FeedStep => ({
  observations: [],
  detectedBy: 'POLL',
  detectedAt,
  ...change,
});
const seen = (id: string, version: bigint, change: object = {}, observedAt = 1) => ({
  alert: alertOf({
    id,
    lastUpdateDateTime: '2026-11-21T08:00:00.1234567Z',
    createdDateTime: '2026-11-21T08:00:00Z',
    ...change,
  }),
  version,
  observedAt,
});

function describeChangeStore(name: string, create: () => ChangeStore): void {
  describe(`${name} change store`, () => {
    let store: ChangeStore;
    beforeEach(() => {
      store = create();
    });
    afterEach(() => store.close());

    it('begins empty, in an epoch of its own', () => {
      expect(store.state()).toEqual({
        epoch: expect.stringMatching(/^[\w-]{8}$/),
        sequence: 0,
        position: null,
        start: null,
        isFilled: false,
        forgottenBefore: 0n,
      });
    });

    it('keeps versions and positions to the last 100 ns', async () => {
      const position = start + 7n;
      await store.commit(poll({ feed: { ...live, position }, observations: [seen('a', start + 3n)] }));
      expect(store.state().position).toBe(position);
      const older = await store.commit(poll({ observations: [seen('a', start + 2n, { status: 'RESOLVED' })] }));
      expect(older).toMatchObject({ changes: [], moved: [] });
      const newer = await store.commit(poll({ observations: [seen('a', start + 4n, { status: 'RESOLVED' })] }));
      expect(newer.changes).toHaveLength(1);
    });

    it('gives cursors without a gap, in the order of the rows', async () => {
      await store.commit(poll({ feed: live }));
      const { changes, state } = await store.commit(
        poll({ observations: [seen('a', start), seen('b', start), seen('a', start + 1n, { status: 'RESOLVED' })] }),
      );
      const { epoch } = store.state();
      expect(changes.map(({ cursor, change, alert }) => [cursor, change, alert?.id])).toEqual([
        [`${epoch}.1`, 'CREATED', 'a'],
        [`${epoch}.2`, 'CREATED', 'b'],
        [`${epoch}.3`, 'UPDATED', 'a'],
      ]);
      expect(state).toEqual(store.state());
      expect(state.sequence).toBe(3);
    });

    it('answers what was remembered as `previous`', async () => {
      await store.commit(
        poll({
          feed: live,
          observations: [seen('a', start, { assignedTo: "o'neil@contoso.com", determination: 'MALWARE' })],
        }),
      );
      const { changes } = await store.commit(poll({ observations: [seen('a', start + 1n, { status: 'RESOLVED' })] }));
      expect(changes[0]).toMatchObject({
        changedFields: ['assignedTo', 'determination', 'lastUpdateDateTime', 'status'],
        previous: {
          status: 'NEW',
          severity: 'HIGH',
          assignedTo: "o'neil@contoso.com",
          classification: null,
          determination: 'MALWARE',
          lastUpdateDateTime: '2026-11-21T08:00:00.1234567Z',
        },
      });
    });

    it('at equal version lets the later request win', async () => {
      await store.commit(poll({ feed: live, observations: [seen('a', start, {}, 10)] }));
      const earlier = await store.commit(poll({ observations: [seen('a', start, { status: 'RESOLVED' }, 9)] }));
      expect(earlier.changes).toEqual([]);
      const later = await store.commit(poll({ observations: [seen('a', start, { status: 'RESOLVED' }, 11)] }));
      expect(later.changes.map(({ changedFields }) => changedFields)).toEqual([['status']]);
    });

    it('moves the version of unchanged content without an event', async () => {
      await store.commit(poll({ feed: live, observations: [seen('a', start)] }));
      const again = await store.commit(poll({ observations: [seen('a', start + 5n)] }));
      expect(again.changes).toEqual([]);
      expect(again.moved.map(({ id }) => id)).toEqual(['a']);
      const older = await store.commit(poll({ observations: [seen('a', start + 4n, { status: 'RESOLVED' })] }));
      expect(older.changes).toEqual([]);
    });

    it('tells of a gap once, and again when it grew', async () => {
      await store.commit(poll({ feed: live }));
      const tell = async (count: number | null, at = start) =>
        (await store.commit(poll({ gap: { at, count, reason: 'too many' } }))).changes.map(({ change, reason }) => [
          change,
          reason,
        ]);
      expect(await tell(1_600)).toEqual([['RESYNC', 'too many']]);
      expect(await tell(1_600)).toEqual([]);
      expect(await tell(1_601)).toEqual([['RESYNC', 'too many']]);
      expect(await tell(null, start + 1n)).toHaveLength(1);
      expect(await tell(null, start + 1n)).toEqual([]);
    });

    it('forgets old heads, and remembers that it did', async () => {
      await store.commit(poll({ feed: live, observations: [seen('a', start), seen('b', start + 10n)] }));
      await store.commit(poll({ forgetBefore: start + 10n }));
      expect(store.state().forgottenBefore).toBe(start + 10n);
      await store.commit(poll({ forgetBefore: start }));
      expect(store.state().forgottenBefore).toBe(start + 10n);
      const { changes } = await store.commit(
        poll({
          observations: [
            seen('a', start + 20n, { status: 'RESOLVED', createdDateTime: '2026-11-21T07:00:00Z' }),
            seen('b', start + 20n, { status: 'RESOLVED' }),
          ],
        }),
      );
      expect(changes.map(({ change, previous }) => [change, previous?.status ?? null])).toEqual([
        ['UPDATED', null],
        ['UPDATED', 'NEW'],
      ]);
    });

    it('leaves everything as it was when a step fails half-way', async () => {
      await store.commit(poll({ feed: live, observations: [seen('a', start)] }));
      const before = store.state();
      const broken = {
        ...seen('c', start),
        get version(): bigint {
          throw new Error('half-way');
        },
      };
      const step = poll({ feed: { ...live, position: start + 99n }, observations: [seen('b', start), broken] });
      await expect(store.commit(step)).rejects.toThrow('half-way');
      expect(store.state()).toEqual(before);
      const { changes } = await store.commit(poll({ observations: [seen('b', start)] }));
      expect(changes.map(({ change }) => change)).toEqual(['CREATED']);
    });
  });
}

describeChangeStore('the in-memory', () => createMemoryChangeStore());

const directories: ReturnType<typeof makeTemporaryDirectory>[] = [];
const inDirectory = () => {
  const directory = makeTemporaryDirectory();
  directories.push(directory);
  return directory.path;
};
afterEach(() => {
  for (const directory of directories.splice(0)) directory.remove();
});

describeChangeStore('the SQLite', () =>
  createSqliteChangeStore({ directory: join(inDirectory(), 'made', 'when absent') }),
);

describe('the SQLite change store', () => {
  it('is found as it was left when it is opened again', async () => {
    const directory = inDirectory();
    const first = createSqliteChangeStore({ directory });
    await first.commit(
      poll({ feed: live, observations: [seen('a', start)], gap: { at: start, count: 5, reason: 'x' } }),
    );
    const state = first.state();
    first.close();
    const second = createSqliteChangeStore({ directory });
    expect(second.state()).toEqual(state);
    const again = await second.commit(
      poll({ observations: [seen('a', start)], gap: { at: start, count: 5, reason: 'x' } }),
    );
    expect(again.changes).toEqual([]);
    second.close();
  });

  it('refuses a file of a newer gateway and says what to do', () => {
    const directory = inDirectory();
    const database = new DatabaseSync(join(directory, 'state.sqlite'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => createSqliteChangeStore({ directory })).toThrow(/schema version 99.*STATE_DIR/);
  });

  it('refuses a file that is no database', () => {
    const directory = inDirectory();
    writeFileSync(join(directory, 'state.sqlite'), 'not a database, but long enough to be looked at as one'.repeat(20));
    expect(() => createSqliteChangeStore({ directory })).toThrow(/database/);
  });
});
