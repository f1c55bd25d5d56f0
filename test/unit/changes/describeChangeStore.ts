import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChangeStore, initialFeedState, type RememberedRow } from '../../../src/changes/changeStore.js';
import { type ChangeTopic, changeTopics } from '../../../src/changes/contract.js';
import type { JournalRetention } from '../../../src/changes/retention.js';
import type { Alert } from '../../../src/schema/types/alert.type.js';
import { createManualClock, type ManualClock } from '../cache/manualClock.js';
import { brief, detectedAt, entityOf, live, poll, seen, start } from './entities.js';

export interface StoreOptions {
  readonly clock: ManualClock;
  readonly retention?: JournalRetention;
}

/** Where the stores of one test live. */
export interface StoreHome {
  /** Each time over the same state where the store is durable. */
  open(options: StoreOptions): Promise<ChangeStore>;
  remove(): Promise<void>;
}

export interface StoreTraits {
  /** Keeps its state when it is closed, or left without being closed. */
  readonly isDurable: boolean;
  /** Drops old entries at the very step; otherwise within `trimSteps` further steps. */
  readonly trimSteps?: number;
}

const minute = 60_000;

/** The promises of every change store. */
export function describeChangeStore(name: string, traits: StoreTraits, createHome: () => Promise<StoreHome>): void {
  describe(`the ${name} change store`, () => {
    let home: StoreHome;
    let store: ChangeStore;
    let clock: ManualClock;
    beforeEach(async () => {
      home = await createHome();
      clock = createManualClock();
      store = await home.open({ clock });
    });
    afterEach(async () => {
      await store.close();
      await home.remove();
    });

    const reopen = async (retention?: JournalRetention) => {
      await store.close();
      store = await home.open({ clock, ...(retention === undefined ? {} : { retention }) });
    };
    const commit = async (...args: Parameters<typeof poll>) => (await store.commit(poll(...args))).entries;
    const told = async (...args: Parameters<typeof poll>) => (await commit(...args)).map(brief);
    const epochOf = async () => (await store.read(0, 0)).epoch;
    const rowsOf = async <T extends ChangeTopic>(topic: T) => {
      const rows: RememberedRow<T>[] = [];
      for await (const page of store.rows(topic)) rows.push(...page);
      return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
    };

    describe('at first', () => {
      it('is empty, in an epoch of its own', async () => {
        const feeds = Object.fromEntries(changeTopics.map((topic) => [topic, initialFeedState]));
        const page = await store.read(0, 10);
        expect(page).toEqual({ epoch: expect.stringMatching(/^[\w-]{8,}$/), oldest: 1, newest: 0, entries: [], feeds });
        expect(await store.feed('alert')).toEqual(initialFeedState);
        expect(await rowsOf('alert')).toEqual([]);
      });
    });

    describe('versions', () => {
      it('are kept to the last 100 ns', async () => {
        await commit({
          feed: { ...live, position: start + 7n },
          observations: [seen('alert', start + 3n, { id: 'a' })],
        });
        expect((await store.feed('alert')).position).toBe(start + 7n);
        expect((await rowsOf('alert')).map(({ version }) => version)).toEqual([start + 3n]);
        const resolved = (ticks: bigint) => ({
          observations: [seen('alert', start + ticks, { id: 'a', status: 'RESOLVED' })],
        });
        expect(await told(resolved(2n))).toEqual([]);
        expect(await told(resolved(4n))).toEqual([['UPDATED', 'a', ['lastUpdateDateTime', 'status']]]);
      });

      it('that are older are dropped', async () => {
        await commit({ feed: live, observations: [seen('alert', start, { id: 'a' })] });
        expect(await told({ observations: [seen('alert', start - 1n, { id: 'a', title: 'old' })] })).toEqual([]);
        expect((await rowsOf('alert'))[0]?.entity.title).toBe('Suspicious sign-in');
      });

      it('that are equal let the later request win', async () => {
        await commit({ feed: live, observations: [seen('alert', start, { id: 'a' }, { observedAt: 10 })] });
        const at = (observedAt: number) => ({
          observations: [seen('alert', start, { id: 'a', status: 'RESOLVED' }, { observedAt })],
        });
        expect(await told(at(9))).toEqual([]);
        expect(await told(at(11))).toEqual([['UPDATED', 'a', ['status']]]);
      });

      it('that rise without a change of content are journalled silently', async () => {
        await commit({ feed: live, observations: [seen('alert', start, { id: 'a', categories: ['x', 'y'] })] });
        const again = seen('alert', start + 5n, { id: 'a', categories: ['y', 'x'] });
        expect(await told({ observations: [again] })).toEqual([['UPDATED silently', 'a', ['lastUpdateDateTime']]]);
        expect((await rowsOf('alert'))[0]).toEqual({ id: 'a', version: start + 5n, entity: again.entity });
        expect(await told({ observations: [again] })).toEqual([]);
      });
    });

    describe('entries', () => {
      it('have cursors without a gap, in the order of the rows, across topics', async () => {
        await commit({ feed: live });
        await commit({ topic: 'riskyUser', feed: live });
        const entries = await commit({
          observations: [
            seen('alert', start, { id: 'a' }),
            seen('riskyUser', start, { id: 'a' }),
            seen('alert', start + 1n, { id: 'a', status: 'RESOLVED' }),
          ],
        });
        const epoch = await epochOf();
        expect(entries.map(({ cursor, topic, change, id }) => [cursor, topic, change, id])).toEqual([
          [`${epoch}.1`, 'alert', 'CREATED', 'a'],
          [`${epoch}.2`, 'riskyUser', 'CREATED', 'a'],
          [`${epoch}.3`, 'alert', 'UPDATED', 'a'],
        ]);
        expect(await store.read(0, 10)).toMatchObject({ epoch, oldest: 1, newest: 3 });
      });

      it('are read as they were committed, with the whole states before and after', async () => {
        const odd = { id: "o'ne\u0000il", title: 'é "quoted"', additionalData: { deep: [{ n: 1.5 }, null] } };
        await commit({ feed: live, observations: [seen('alert', start, { ...odd, assignedTo: 'ann' })] });
        await commit({ observations: [seen('alert', start + 1n, { ...odd, status: 'RESOLVED' })] });
        await commit({ removals: [odd.id] });
        await commit({ resync: 'moved' });
        const before = entityOf('alert', start, { ...odd, assignedTo: 'ann' });
        const after = entityOf('alert', start + 1n, { ...odd, status: 'RESOLVED' });
        const epoch = await epochOf();
        const common = { topic: 'alert', detectedBy: 'POLL', detectedAt, isSilent: false };
        const changedFields = ['assignedTo', 'lastUpdateDateTime', 'status'];
        const [id, reason] = [odd.id, null];
        expect((await store.read(0, 10)).entries).toEqual([
          {
            ...common,
            cursor: `${epoch}.1`,
            id,
            change: 'CREATED',
            entity: before,
            before: null,
            changedFields: [],
            reason,
          },
          { ...common, cursor: `${epoch}.2`, id, change: 'UPDATED', entity: after, before, changedFields, reason },
          {
            ...common,
            cursor: `${epoch}.3`,
            id,
            change: 'REMOVED',
            entity: null,
            before: after,
            changedFields: [],
            reason,
          },
          {
            ...common,
            ...{ cursor: `${epoch}.4`, id: null, change: 'RESYNC', entity: null, before: null, changedFields: [] },
            reason: 'moved',
          },
        ]);
      });

      it('are read from behind a sequence, as many as asked for', async () => {
        await commit({ feed: live, observations: ['a', 'b', 'c', 'd'].map((id) => seen('alert', start, { id })) });
        const ids = async (sequence: number, limit: number) =>
          (await store.read(sequence, limit)).entries.map(({ id }) => id);
        expect(await ids(1, 2)).toEqual(['b', 'c']);
        expect(await ids(3, 2)).toEqual(['d']);
        expect(await ids(4, 2)).toEqual([]);
        expect(await ids(99, 2)).toEqual([]);
        expect(await ids(0, 0)).toEqual([]);
      });

      it('come with where every feed stands at that moment', async () => {
        await commit({ feed: { ...live, marks: { reconciledAt: 'noon' }, sweptAt: detectedAt, isComplete: false } });
        const { feeds } = await store.read(0, 0);
        expect(feeds.alert).toEqual({
          ...initialFeedState,
          ...live,
          marks: { reconciledAt: 'noon' },
          sweptAt: detectedAt,
          isComplete: false,
        });
        expect(feeds.incident).toEqual(initialFeedState);
      });

      it('of an entity that nests without limit are journalled like any other', async () => {
        let deep: unknown = 'x';
        for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
        await commit({ feed: live, observations: [seen('alert', start, { id: 'a', additionalData: deep })] });
        expect((await store.read(0, 10)).entries.map(brief)).toEqual([['CREATED', 'a', []]]);
        const again = seen('alert', start, { id: 'a', additionalData: deep }, { observedAt: 2 });
        expect(await told({ observations: [again] })).toEqual([]);
        expect(await told({ removals: ['a'] })).toEqual([['REMOVED', 'a', []]]);
      });
    });

    describe('the first fill', () => {
      const filling = { feed: { position: start, start } };

      it('remembers older states without any entry', async () => {
        expect(await told({ ...filling, observations: [seen('alert', start - 1n, { id: 'a' })] })).toEqual([]);
        expect(await rowsOf('alert')).toEqual([
          { id: 'a', version: start - 1n, entity: entityOf('alert', start - 1n, { id: 'a' }) },
        ]);
        expect(await told({ feed: { isFilled: true } })).toEqual([]);
        expect(await told({ observations: [seen('alert', start, { id: 'a', status: 'RESOLVED' })] })).toEqual([
          ['UPDATED', 'a', ['lastUpdateDateTime', 'status']],
        ]);
      });

      it('tells of what happens after it began', async () => {
        const observations = [
          seen('alert', start, { id: 'new' }),
          seen('alert', start, { id: 'old', createdDateTime: '2026-11-21T07:54:59.9999999Z' }),
        ];
        expect(await told({ ...filling, observations })).toEqual([
          ['CREATED', 'new', []],
          ['UPDATED', 'old', []],
        ]);
      });

      it('tells of what has changed since it came to be as of something that clients may have read before', async () => {
        const observations = [seen('alert', start, { id: 'same' }), seen('alert', start + 1n, { id: 'changed' })];
        expect(await told({ ...filling, observations })).toEqual([
          ['CREATED', 'same', []],
          ['UPDATED', 'changed', []],
        ]);
        expect(
          await told({ feed: { isFilled: true }, observations: [seen('alert', start + 2n, { id: 'b' })] }),
        ).toEqual([['UPDATED', 'b', []]]);
        expect(await told({ observations: [seen('alert', start + 2n, { id: 'c' })] })).toEqual([['CREATED', 'c', []]]);
      });

      it('tells of a change of what is remembered already, whatever its version', async () => {
        await commit({ ...filling, observations: [seen('alert', start - 9n, { id: 'a' })] });
        const comments = [{ comment: 'seen' }];
        const again = seen('alert', start - 9n, { id: 'a', comments }, { observedAt: 2 });
        expect(await told({ ...filling, observations: [again] })).toEqual([['UPDATED', 'a', ['comments']]]);
      });

      it('of one topic says nothing about that of another', async () => {
        await commit({ feed: live });
        const observations = [seen('incident', start - 1n, { id: '1' }), seen('alert', start - 1n, { id: 'a' })];
        expect(await told({ observations })).toEqual([['CREATED', 'a', []]]);
        expect((await rowsOf('incident')).map(({ id }) => id)).toEqual(['1']);
      });
    });

    describe('an unknown entity', () => {
      it('is created when it came to be at most five minutes before the feed began', async () => {
        await commit({ feed: live });
        const created = (id: string, createdDateTime: string) => seen('alert', start, { id, createdDateTime });
        const observations = [
          created('just', '2026-11-21T07:55:00Z'),
          created('old', '2026-11-21T07:54:59.9999999Z'),
          created('odd', 'yesterday'),
        ];
        const entries = await commit({ observations });
        expect(entries.map(({ change, before }) => [change, before])).toEqual([
          ['CREATED', null],
          ['UPDATED', null],
          ['UPDATED', null],
        ]);
      });

      it('older than everything that is remembered is learned silently', async () => {
        await commit({ feed: { ...live, coveredFrom: start - 100n } });
        const step = {
          feed: { coveredFrom: start - 200n },
          observations: [seen('alert', start - 101n, { id: 'late' }), seen('alert', start - 100n, { id: 'in' })],
        };
        expect(await told(step)).toEqual([
          ['UPDATED silently', 'late', []],
          ['CREATED', 'in', []],
        ]);
        expect(await told({ observations: [seen('alert', start - 101n, { id: 'later' })] })).toEqual([
          ['CREATED', 'later', []],
        ]);
      });

      it.each([
        ['riskEvent', 'CREATED', 'UPDATED'],
        ['incident', 'CREATED', 'UPDATED'],
        ['riskyUser', 'CREATED', 'CREATED'],
        ['secureScore', 'CREATED', 'CREATED'],
      ] as const)(
        'of topic %s is %s after the fill, and %s when it is older than the feed',
        async (topic, young, old) => {
          await commit({ topic, feed: live });
          const long = '2026-01-01T00:00:00Z';
          const observations = [
            seen(topic, start + 1n, { id: '1' }),
            seen(topic, start + 1n, {
              id: '2',
              ...(topic === 'riskEvent' ? { detectedDateTime: long } : { createdDateTime: long }),
            }),
          ];
          expect((await commit({ topic, observations })).map(({ change }) => change)).toEqual([young, old]);
        },
      );
    });

    describe('our own mutation', () => {
      const own = (version: bigint, fields: object = {}, observedAt = 100) => ({
        detectedBy: 'MUTATION' as const,
        observations: [seen('alert', version, { id: 'a', ...fields }, { observedAt, trustedUntil: observedAt + 50 })],
      });
      const read = (version: bigint, fields: object, observedAt: number) => ({
        observations: [seen('alert', version, { id: 'a', ...fields }, { observedAt })],
      });

      it('is told once, and the poll that sees it stays silent', async () => {
        await commit({ feed: live, ...read(start, {}, 1) });
        expect(await told(own(start + 1n, { status: 'RESOLVED' }))).toEqual([
          ['UPDATED', 'a', ['lastUpdateDateTime', 'status']],
        ]);
        expect(await told(read(start + 1n, { status: 'RESOLVED' }, 120))).toEqual([]);
        expect(await told(read(start + 9n, { status: 'RESOLVED' }, 200))).toEqual([
          ['UPDATED silently', 'a', ['lastUpdateDateTime']],
        ]);
      });

      it('is told also before and during the first fill', async () => {
        expect(await told(own(start - 9n))).toEqual([['UPDATED', 'a', []]]);
        await commit({ feed: { position: start, start } });
        expect(await told(own(start - 8n, { status: 'RESOLVED' }, 101))).toEqual([
          ['UPDATED', 'a', ['lastUpdateDateTime', 'status']],
        ]);
      });

      it('is not undone by reads that lag, until the trust in it ends', async () => {
        await commit({ feed: live, ...read(start, {}, 1) });
        await commit(own(start, { status: 'RESOLVED' }));
        expect(await told(read(start, {}, 149))).toEqual([]);
        expect(await told(read(start, {}, 150))).toEqual([['UPDATED', 'a', ['status']]]);
      });

      it('that a poll saw first is not told again, and trusted from then on', async () => {
        await commit({ feed: live, ...read(start, { status: 'RESOLVED' }, 1) });
        expect(await told(own(start, { status: 'RESOLVED' }))).toEqual([]);
        expect(await told(read(start, {}, 140))).toEqual([]);
      });

      it('does not hide a newer change by somebody else', async () => {
        await commit(own(start, { status: 'RESOLVED' }));
        expect(await told({ feed: live, ...read(start + 1n, { status: 'NEW' }, 120) })).toEqual([
          ['UPDATED', 'a', ['lastUpdateDateTime', 'status']],
        ]);
      });
    });

    describe('a removal', () => {
      it('is told with what was known, once, and is forgotten', async () => {
        await commit({ feed: live, observations: [seen('alert', start, { id: 'a' })] });
        const [entry] = await commit({ removals: ['a', 'a', 'unknown'] });
        expect(entry).toMatchObject({ change: 'REMOVED', id: 'a', entity: null, changedFields: [], isSilent: false });
        expect(entry?.before).toEqual(entityOf('alert', start, { id: 'a' }));
        expect(await rowsOf('alert')).toEqual([]);
        expect(await told({ removals: ['a'] })).toEqual([]);
      });

      it('that was followed by a return is told as any unknown entity', async () => {
        const old = { id: 'old', createdDateTime: '2026-01-01T00:00:00Z' };
        await commit({ feed: live, observations: [seen('alert', start, { id: 'a' }), seen('alert', start, old)] });
        await commit({ removals: ['a', 'old'] });
        const entries = await commit({ observations: [seen('alert', start, { id: 'a' }), seen('alert', start, old)] });
        expect(entries.map(({ change, before }) => [change, before])).toEqual([
          ['CREATED', null],
          ['UPDATED', null],
        ]);
      });
    });

    describe('discontinuities', () => {
      it('are told to the subscribers of the topic, with their reason', async () => {
        const [entry] = await commit({ topic: 'incident', resync: 'mass correction' });
        const said = { topic: 'incident', change: 'RESYNC', id: null, entity: null, before: null, isSilent: false };
        expect(entry).toMatchObject({ ...said, reason: 'mass correction' });
      });

      it('that are gaps are told once, and again when they grew', async () => {
        await commit({ feed: live });
        const tell = async (count: number | null, at = start, topic: ChangeTopic = 'alert') =>
          (await commit({ topic, gap: { at, count, reason: 'too many' } })).map(({ reason }) => reason);
        expect(await tell(1_600)).toEqual(['too many']);
        expect(await tell(1_600)).toEqual([]);
        expect(await tell(1_599)).toEqual([]);
        expect(await tell(1_600)).toEqual([]);
        expect(await tell(1_601)).toEqual(['too many']);
        expect(await tell(null, start + 1n)).toEqual(['too many']);
        expect(await tell(null, start + 1n)).toEqual([]);
        await commit({ topic: 'incident', feed: live });
        expect(await tell(600, start, 'incident')).toEqual(['too many']);
      });

      it('that are gaps before the start of the first fill are only remembered', async () => {
        const gap = { at: start - 1n, count: 2_000, reason: 'too many' };
        expect(await told({ feed: { position: start, start }, gap })).toEqual([]);
        expect(await told({ feed: { isFilled: true }, gap })).toEqual([]);
      });
    });

    describe('forgetting', () => {
      it('takes old heads and gaps of the topic, and remembers that it did', async () => {
        const alerts = [seen('alert', start, { id: 'a' }), seen('alert', start + 10n, { id: 'b' })];
        const gap = { at: start, count: 5, reason: 'x' };
        await commit({ feed: { ...live, coveredFrom: start - 5n }, observations: alerts, gap });
        await commit({ topic: 'incident', feed: live, observations: [seen('incident', start, { id: '1' })] });
        expect(await told({ forgetBefore: start + 10n })).toEqual([]);
        expect(await store.feed('alert')).toMatchObject({ forgottenBefore: start + 10n, coveredFrom: start + 10n });
        await commit({ forgetBefore: start });
        expect(await store.feed('alert')).toMatchObject({ forgottenBefore: start + 10n, coveredFrom: start + 10n });
        expect((await rowsOf('alert')).map(({ id }) => id)).toEqual(['b']);
        expect((await rowsOf('incident')).map(({ id }) => id)).toEqual(['1']);
        expect(await told({ gap })).toHaveLength(1);
        const back = (id: string) => seen('alert', start + 20n, { id, status: 'RESOLVED' });
        const entries = await commit({ observations: [back('a'), back('b')] });
        expect(entries.map(({ change, before }) => [change, before?.id ?? null])).toEqual([
          ['UPDATED', null],
          ['UPDATED', 'b'],
        ]);
      });
    });

    describe('what is remembered', () => {
      beforeEach(async () => {
        const ids = Array.from({ length: 120 }, (_, n) => `a${String(n).padStart(3, '0')}`);
        await commit({ feed: live, observations: ids.map((id, n) => seen('alert', start + BigInt(n), { id })) });
        await commit({ topic: 'riskyUser', feed: live, observations: [seen('riskyUser', start, { id: 'a000' })] });
      });

      it('is read in pages, whole, by topic', async () => {
        const rows = await rowsOf('alert');
        expect(rows).toHaveLength(120);
        expect(rows[7]).toEqual({
          id: 'a007',
          version: start + 7n,
          entity: entityOf('alert', start + 7n, { id: 'a007' }),
        });
        expect(await rowsOf('riskyUser')).toHaveLength(1);
        expect(await rowsOf('incident')).toEqual([]);
      });

      it('may change while it is read', async () => {
        const ids: string[] = [];
        for await (const page of store.rows('alert')) {
          if (ids.length === 0) {
            await commit({ removals: ['a001', 'a119'], observations: [seen('alert', start + 500n, { id: 'a118' })] });
          }
          ids.push(...page.map(({ id }) => id));
        }
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.filter((id) => !['a001', 'a119'].includes(id))).toHaveLength(118);
      });

      it('is found by id', async () => {
        const rows = await store.remembered('alert', ['a005', 'unknown', 'a001']);
        expect(rows.map(({ id, version }) => [id, version]).sort()).toEqual([
          ['a001', start + 1n],
          ['a005', start + 5n],
        ]);
        expect(await store.remembered('alert', [])).toEqual([]);
        expect(rows.every(({ entity }: { entity: Alert }) => entity.status === 'NEW')).toBe(true);
      });

      it('is listed by version, the end left out', async () => {
        const versions = await store.versions('alert', start + 3n, start + 5n);
        expect([...versions].sort()).toEqual([
          ['a003', start + 3n],
          ['a004', start + 4n],
        ]);
      });
    });

    describe('a step', () => {
      it('that fails half-way leaves everything as it was', async () => {
        await commit({ feed: live, observations: [seen('alert', start, { id: 'a' })] });
        const before = await store.read(0, 10);
        const rows = await rowsOf('alert');
        const broken = {
          ...seen('alert', start, { id: 'c' }),
          get version(): bigint {
            throw new Error('half-way');
          },
        };
        const observations = [seen('alert', start, { id: 'b' }), broken];
        const step = poll({ feed: { position: start + 99n }, observations, removals: ['a'] });
        await expect(store.commit(step)).rejects.toThrow('half-way');
        expect(await store.read(0, 10)).toEqual(before);
        expect(await rowsOf('alert')).toEqual(rows);
        expect(await told({ observations: [seen('alert', start, { id: 'b' })] })).toEqual([['CREATED', 'b', []]]);
      });

      it('moves only what it names of the state', async () => {
        await commit({ feed: { ...live, coveredFrom: 5n, marks: { a: '1' } } });
        await commit({ feed: { sweptAt: detectedAt } });
        await commit({ observations: [seen('alert', start, { id: 'a' })] });
        const state = { ...initialFeedState, ...live, coveredFrom: 5n, marks: { a: '1' }, sweptAt: detectedAt };
        expect(await store.feed('alert')).toEqual(state);
      });

      it('is heard of once it can be read, until one leaves', async () => {
        const heard: number[] = [];
        const reading: Promise<void>[] = [];
        const leave = store.onNews(() => {
          reading.push(store.read(0, 0).then(({ newest }) => void heard.push(newest)));
        });
        await commit({ feed: live, observations: [seen('alert', start, { id: 'a' })] });
        await Promise.all(reading);
        expect(heard.at(-1)).toBe(1);
        leave();
        const before = reading.length;
        await commit({ observations: [seen('alert', start, { id: 'b' })] });
        expect(reading).toHaveLength(before);
      });

      it('beside others loses nothing', async () => {
        await commit({ feed: live });
        const ids = Array.from({ length: 20 }, (_, n) => `a${n}`);
        await Promise.all(ids.map((id) => commit({ observations: [seen('alert', start, { id })] })));
        const { entries } = await store.read(0, 100);
        expect(entries.map(({ cursor }) => Number(cursor.split('.')[1]))).toEqual(ids.map((_id, index) => index + 1));
        expect(new Set(entries.map(({ id }) => id))).toEqual(new Set(ids));
      });
    });

    describe('the journal', () => {
      const add = (id: string) => commit({ observations: [seen('alert', start, { id })] });
      const further = async () => {
        for (let step = 0; step < (traits.trimSteps ?? 0); step += 1) await commit({ feed: { position: start } });
      };

      it('is bounded by count, and says from where it is kept', async () => {
        await reopen({ maxAgeMs: 60 * minute, maxEntries: 3 });
        await commit({ feed: live });
        for (const id of ['a', 'b', 'c', 'd', 'e']) await add(id);
        await further();
        const page = await store.read(0, 10);
        expect([page.oldest, page.newest]).toEqual([3, 5]);
        expect(page.entries.map(({ id }) => id)).toEqual(['c', 'd', 'e']);
        expect(await rowsOf('alert')).toHaveLength(5);
      });

      it('is bounded by age, down to nothing, and goes on counting', async () => {
        await reopen({ maxAgeMs: 60 * minute, maxEntries: 100 });
        await commit({ feed: live });
        await add('a');
        await clock.advance(40 * minute);
        await add('b');
        await clock.advance(21 * minute);
        await commit({ feed: { position: start } });
        await further();
        expect(await store.read(0, 10)).toMatchObject({ oldest: 2, newest: 2 });
        await clock.advance(60 * minute);
        await commit({ feed: { position: start } });
        await further();
        expect(await store.read(0, 10)).toMatchObject({ oldest: 3, newest: 2, entries: [] });
        expect((await add('c'))[0]?.cursor).toBe(`${await epochOf()}.3`);
      });
    });

    if (traits.isDurable) {
      describe('opened again', () => {
        it.each([
          ['after it was closed', true],
          ['after a crash', false],
        ])('%s, is as the last step left it', async (_when, isClosed) => {
          await commit({
            feed: { ...live, coveredFrom: start, marks: { a: '1' } },
            observations: [seen('alert', start, { id: 'a' }), seen('alert', start, { id: 'b' })],
            gap: { at: start, count: 5, reason: 'x' },
          });
          await commit({ removals: ['b'] });
          const page = await store.read(0, 10);
          const rows = await rowsOf('alert');
          const first = store;
          if (isClosed) await first.close();
          store = await home.open({ clock });
          expect(await store.read(0, 10)).toEqual(page);
          expect(await rowsOf('alert')).toEqual(rows);
          const again = {
            observations: [seen('alert', start, { id: 'a' })],
            gap: { at: start, count: 5, reason: 'x' },
          };
          expect(await told(again)).toEqual([]);
          expect((await commit({ resync: 'on' }))[0]?.cursor).toBe(`${page.epoch}.${page.newest + 1}`);
          await first.close();
        });
      });
    }
  });
}
