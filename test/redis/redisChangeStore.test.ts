import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ChangeStore, FencedError, initialFeedState } from '../../src/changes/changeStore.js';
import { sequenceOf } from '../../src/changes/cursor.js';
import type { Redis } from '../../src/redis/connection.js';
import { RedisUnavailableError } from '../../src/redis/redisErrors.js';
import { type BreakableProxy, startProxy } from '../support/breakableProxy.js';
import { describeWithOwnRedis, describeWithRedis, type OwnRedis, startRedis } from '../support/redisServer.js';
import { createStore, filled, interrupted, poll, readAll, readRows, seen, start } from './stores.js';
import { Bell, newTenant, nextConnection, TestConnections } from './support.js';

const connections = new TestConnections();
const many = (count: number, version: number, change = {}) =>
  Array.from({ length: count }, (_none, index) => seen(`a${index}`, version, change));

describeWithRedis('the change store in Redis', (url) => {
  let tenantId: string;
  let redis: Redis;
  let store: ChangeStore;
  let other: ChangeStore;
  beforeEach(async () => {
    tenantId = newTenant();
    redis = await connections.connect(url(), { tenantId });
    store = createStore(redis);
    other = createStore(await connections.connect(url(), { tenantId }));
  });
  afterEach(async () => {
    await store.close();
    await other.close();
    await connections.close();
  });

  it('shows every instance the same entries in the same order', async () => {
    await store.commit(poll({ feed: filled }));
    await store.commit(poll({ observations: [seen('a', 1)] }));
    await other.commit(poll({ observations: [seen('b', 2), seen('a', 3, { status: 'RESOLVED' })] }));
    const entries = await readAll(store);
    expect(entries.map(({ id, change }) => [id, change])).toEqual([
      ['a', 'CREATED'],
      ['b', 'CREATED'],
      ['a', 'UPDATED'],
    ]);
    expect(entries.map(sequenceOf)).toEqual([1, 2, 3]);
    expect(await readAll(other)).toEqual(entries);
    expect(entries[2]).toMatchObject({ before: { status: 'NEW' }, entity: { status: 'RESOLVED' } });
  });

  it('returns entries as the journal keeps them', async () => {
    await store.commit(poll({ feed: filled, observations: [seen('a', 1)] }));
    const { entries } = await store.commit(poll({ observations: [seen('a', 2, { status: 'RESOLVED' })] }));
    expect((await readAll(store)).slice(1)).toEqual(entries);
  });

  it('lets two instances that see the same news tell it once', async () => {
    await store.commit(poll({ feed: filled }));
    const step = poll({ observations: many(40, 5) });
    const results = await Promise.all([store.commit(step), other.commit(step), store.commit(step), other.commit(step)]);
    expect(results.flatMap(({ entries }) => entries)).toHaveLength(40);
    const entries = await readAll(store);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(40);
    expect(entries.map(sequenceOf)).toEqual(entries.map((_entry, index) => index + 1));
  });

  it('never lets an older state win, whoever writes last', async () => {
    await store.commit(poll({ feed: filled }));
    const versions = [3, 1, 5, 2, 4];
    const writers = [store, other];
    await Promise.all(
      versions.map((version, index) =>
        (writers[index % 2] as ChangeStore).commit(
          poll({ observations: [seen('a', version, { title: `${version}` })] }),
        ),
      ),
    );
    expect((await readRows(store)).get('a')?.title).toBe('5');
    const told = (await readAll(store)).map(({ entity }) => Number((entity as { title: string }).title));
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  describe('plans a step again when between its reads and its write', () => {
    it('another instance declared the same gap', async () => {
      await store.commit(poll({ feed: filled }));
      const step = poll({ gap: { at: start + 1n, count: 9, reason: 'Too many.' } });
      const late = createStore(interrupted(redis, () => other.commit(step)));
      expect((await late.commit(step)).entries).toEqual([]);
      expect(await readAll(store)).toHaveLength(1);
    });

    it('the feed reached the present', async () => {
      const late = createStore(
        interrupted(redis, () => other.commit(poll({ feed: { ...filled, coveredFrom: null } }))),
      );
      const { entries } = await late.commit(poll({ observations: [seen('a', -1)] }));
      expect(entries).toMatchObject([{ id: 'a', change: 'CREATED', isSilent: false }]);
    });

    it('an alert moved on', async () => {
      await store.commit(poll({ feed: filled, observations: [seen('a', 1)] }));
      const late = createStore(
        interrupted(redis, () => other.commit(poll({ observations: [seen('a', 3, { title: 'newest' })] }))),
      );
      expect((await late.commit(poll({ observations: [seen('a', 2, { title: 'older' })] }))).entries).toEqual([]);
      expect((await readRows(store)).get('a')?.title).toBe('newest');
    });

    it('the journal was lost and begun anew', async () => {
      const own = { detectedBy: 'MUTATION' as const };
      await store.commit(poll({ ...own, observations: [seen('before', 1)] }));
      const loseAndBegin = async () => {
        await redis.send(['DEL', ...((await redis.send(['KEYS', `${redis.key('')}*`])) as string[])]);
        await other.commit(poll({ ...own, observations: [seen('first', 1)] }));
      };
      const late = createStore(interrupted(redis, loseAndBegin));
      const { entries } = await late.commit(poll({ ...own, observations: [seen('second', 1)] }));
      expect(entries).toEqual((await readAll(store)).slice(1));
    });
  });

  it('refuses a step under a token that has passed on, and writes nothing of it', async () => {
    await redis.send(['HSET', redis.key('changes:lease'), 'token', '8']);
    await store.commit(poll({ feed: filled, fence: 8 }));
    const late = store.commit(poll({ feed: { position: start + 9n }, observations: [seen('a', 1)], fence: 7 }));
    await expect(late).rejects.toThrow(FencedError);
    expect(await readAll(store)).toEqual([]);
    expect((await store.feed('alert')).position).toBe(start);
  });

  it('keeps feeds, gaps and versions to the last 100 ns', async () => {
    const feed = {
      ...filled,
      position: start + 7n,
      marks: { reconciled: 'yesterday' },
      sweptAt: '2026-11-21T08:00:00Z',
    };
    await store.commit(poll({ feed, gap: { at: start + 1n, count: 9, reason: 'Too many.' } }));
    expect(await other.feed('alert')).toEqual({ ...initialFeedState, ...feed });
    const again = await other.commit(poll({ gap: { at: start + 1n, count: 9, reason: 'Too many.' } }));
    expect(again.entries).toEqual([]);
    const more = await other.commit(poll({ gap: { at: start + 1n, count: 10, reason: 'More.' } }));
    expect(more.entries).toMatchObject([{ change: 'RESYNC', reason: 'More.' }]);
  });

  it('forgets exactly what is older, however much it is', async () => {
    await store.commit(poll({ feed: filled, observations: [...many(1_203, 4), seen('kept', 5)] }));
    await store.commit(poll({ forgetBefore: start + 5n }));
    expect([...(await readRows(store)).keys()]).toEqual(['kept']);
    expect((await store.feed('alert')).forgottenBefore).toBe(start + 5n);
  });

  it('finds rows by id and versions by range, before 1970 too', async () => {
    const old = { ...seen('old', 0), version: -5_000_000_000n };
    await store.commit(poll({ feed: filled, observations: [old, seen('a', 1), seen('b', 2), seen('c', 3)] }));
    await store.commit(poll({ observations: [seen('a', 9, { status: 'RESOLVED' })] }));
    expect((await other.remembered('alert', ['a', 'unknown', 'old'])).map(({ id, version }) => [id, version])).toEqual([
      ['a', start + 9n],
      ['old', -5_000_000_000n],
    ]);
    expect(await other.versions('alert', start + 2n, start + 9n)).toEqual(
      new Map([
        ['b', start + 2n],
        ['c', start + 3n],
      ]),
    );
    expect((await other.versions('alert', -6_000_000_000n, start)).get('old')).toBe(-5_000_000_000n);
  });

  it('removes what the upstream does not have any more, once', async () => {
    await store.commit(poll({ feed: filled, observations: [seen('a', 1)] }));
    const { entries } = await store.commit(poll({ removals: ['a', 'unknown'] }));
    expect(entries).toMatchObject([{ change: 'REMOVED', id: 'a', entity: null, before: { id: 'a' } }]);
    expect((await other.commit(poll({ removals: ['a'] }))).entries).toEqual([]);
    expect((await readRows(store)).size).toBe(0);
    expect((await other.versions('alert', 0n, start * 2n)).size).toBe(0);
  });

  it('bounds the journal by count, and says what is the oldest', async () => {
    const bounded = createStore(redis, { maxEntries: 10, maxAgeMs: 3_600_000 });
    await bounded.commit(poll({ feed: filled, observations: many(25, 1) }));
    const page = await bounded.read(0, 100);
    expect(page).toMatchObject({ oldest: 16, newest: 25 });
    expect(page.entries.map(sequenceOf)).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
  });

  it('bounds the journal by age', async () => {
    const bounded = createStore(redis, { maxEntries: 100, maxAgeMs: 3_600_000 });
    await bounded.commit(poll({ feed: filled, observations: many(3, 1) }));
    const minutes = redis.key('changes:minutes');
    const [first] = (await redis.send(['ZRANGE', minutes, '0', '-1'])) as string[];
    expect(first).toBe('1');
    await redis.send(['ZADD', minutes, String(Date.now() - 2 * 3_600_000), '1']);
    await bounded.commit(poll({ observations: [seen('b', 2), seen('c', 2)] }));
    expect(await bounded.read(0, 100)).toMatchObject({ oldest: 4, newest: 5 });
    await redis.send(['ZADD', minutes, String(Date.now() - 2 * 3_600_000), '4']);
    await bounded.commit(poll({ feed: filled }));
    expect(await bounded.read(0, 100)).toMatchObject({ oldest: 6, newest: 5, entries: [] });
    const { entries } = await bounded.commit(poll({ observations: [seen('d', 3)] }));
    expect(entries.map(sequenceOf)).toEqual([6]);
  });

  it('wakes those who wait for news of any instance', async () => {
    const bell = new Bell();
    const listening = bell.next();
    other.onNews(bell.ring);
    await listening;
    const heard = bell.next();
    await store.commit(poll({ feed: filled, observations: [seen('a', 1)] }));
    await heard;
  });

  it('begins another epoch when its data is gone, and the feed begins anew', async () => {
    await store.commit(poll({ feed: filled, observations: many(5, 1) }));
    const before = await store.read(0, 10);
    const keys = (await redis.send(['KEYS', `${redis.key('')}*`])) as string[];
    await redis.send(['DEL', ...keys]);
    const after = await other.read(5, 10);
    expect(after.epoch).not.toBe(before.epoch);
    expect(after).toMatchObject({ newest: 0, oldest: 1, entries: [], feeds: { alert: initialFeedState } });
    const { entries } = await store.commit(poll({ feed: filled, observations: [seen('b', 2)] }));
    expect(entries[0]?.cursor).toBe(`${after.epoch}.1`);
  });

  it('reads a journal that nobody has written as empty', async () => {
    expect(await store.read(0, 10)).toMatchObject({ oldest: 1, newest: 0, entries: [] });
    expect(await store.feed('incident')).toEqual(initialFeedState);
    expect(await readRows(store)).toEqual(new Map());
  });

  describe('behind a breaking line', () => {
    let proxy: BreakableProxy;
    let broken: ChangeStore;
    let line: Redis;
    beforeEach(async () => {
      proxy = await startProxy(Number(new URL(url()).port || 6379));
      line = await connections.connect(`redis://127.0.0.1:${proxy.port}`, { tenantId });
      broken = createStore(line);
      await store.commit(poll({ feed: filled }));
    });
    afterEach(async () => {
      await connections.close();
      await proxy.close();
    });

    /** Scripts go by as `EVALSHA`, or with their text where the server had not seen them. */
    const isWrite = (bytes: Buffer) => bytes.includes('EVAL') && bytes.includes('changes:minutes');

    it('tells nothing twice when the answer to a write was lost and the step is repeated', async () => {
      await broken.commit(poll({ observations: [seen('warm', 1)] }));
      const step = poll({ observations: [seen('a', 1)], feed: { position: start + 9n } });
      const back = nextConnection(line);
      proxy.decide = (bytes) => (isWrite(bytes) ? 'lose the answer' : 'pass');
      await expect(broken.commit(step)).rejects.toThrow(RedisUnavailableError);
      proxy.decide = () => 'pass';
      expect((await readAll(store)).map(({ id }) => id)).toEqual(['warm', 'a']);
      await back;
      expect((await broken.commit(step)).entries).toEqual([]);
      expect((await readAll(store)).map(({ id }) => id)).toEqual(['warm', 'a']);
    });

    it('writes a long step in pieces and moves the position with the last one', async () => {
      const step = poll({ observations: many(1_000, 1), feed: { position: start + 9n } });
      const back = nextConnection(line);
      let writes = 0;
      proxy.decide = (bytes) => {
        if (isWrite(bytes)) writes += 1;
        return writes === 4 ? 'cut' : 'pass';
      };
      await expect(broken.commit(step)).rejects.toThrow(RedisUnavailableError);
      const part = (await readAll(store)).length;
      expect(part).toBeGreaterThan(0);
      expect(part).toBeLessThan(1_000);
      expect((await store.feed('alert')).position).toBe(start);
      proxy.decide = () => 'pass';
      await back;
      expect((await broken.commit(step)).entries).toHaveLength(1_000 - part);
      const entries = await readAll(store);
      expect(new Set(entries.map(({ id }) => id)).size).toBe(1_000);
      expect(entries).toHaveLength(1_000);
      expect((await store.feed('alert')).position).toBe(start + 9n);
    });

    it('rejects at once while Redis is away, and goes on when it is back', async () => {
      proxy.decide = () => 'cut';
      proxy.cut();
      await expect(broken.commit(poll({ observations: [seen('a', 1)] }))).rejects.toThrow(RedisUnavailableError);
      const begunAt = performance.now();
      await expect(broken.read(0, 1)).rejects.toThrow(RedisUnavailableError);
      await expect(broken.commit(poll())).rejects.toThrow(RedisUnavailableError);
      expect(performance.now() - begunAt).toBeLessThan(100);
      const bell = new Bell();
      const woken = bell.next();
      broken.onNews(bell.ring);
      proxy.decide = () => 'pass';
      await woken;
      expect((await readAll(store)).length).toBe(0);
    });
  });
});

describeWithOwnRedis('the change store over restarts of Redis', () => {
  let server: OwnRedis | undefined;
  afterEach(async () => {
    await connections.close();
    await server?.remove();
    server = undefined;
  });

  async function overRestart(settings: Record<string, string>) {
    server = await startRedis(settings);
    const redis = await connections.connect(server.url);
    const store = createStore(redis);
    await store.commit(poll({ feed: filled, observations: many(3, 1) }));
    const before = await store.read(0, 10);
    const back = nextConnection(redis);
    await server.stop();
    await expect(store.read(0, 1)).rejects.toThrow(RedisUnavailableError);
    await server.start();
    await back;
    return { redis, store, before, after: await store.read(0, 10) };
  }

  it('goes on in the same epoch when every write is synced to disk', async () => {
    const { store, before, after } = await overRestart({ appendonly: 'yes', appendfsync: 'always' });
    expect(after).toEqual(before);
    const { entries } = await store.commit(poll({ observations: [seen('b', 2)] }));
    expect(entries[0]?.cursor).toBe(`${before.epoch}.4`);
  });

  it('loses no acknowledged change when Redis is killed in the middle of writes that are synced', async () => {
    server = await startRedis({ appendonly: 'yes', appendfsync: 'always' });
    const redis = await connections.connect(server.url, { random: () => 0 });
    const store = createStore(redis);
    await store.commit(poll({ feed: filled }));
    const { epoch } = await store.read(0, 0);
    const acknowledged: string[] = [];
    let version = 0;
    const writeUntilItFails = async () => {
      for (;;) {
        version += 1;
        const { entries } = await store.commit(poll({ observations: [seen(`a${version}`, version)] }));
        acknowledged.push(...entries.map(({ cursor }) => cursor));
      }
    };
    for (let round = 0; round < 4; round += 1) {
      const writing = Promise.allSettled([writeUntilItFails(), writeUntilItFails(), writeUntilItFails()]);
      const enough = acknowledged.length + 25;
      while (acknowledged.length < enough) await redis.send(['PING']);
      const back = nextConnection(redis);
      await server.kill();
      await writing;
      await server.start();
      await back;
    }
    const entries = await readAll(store);
    expect(entries.map(({ cursor }) => cursor)).toEqual(entries.map((_entry, index) => `${epoch}.${index + 1}`));
    expect(entries.map(({ cursor }) => cursor)).toEqual(expect.arrayContaining(acknowledged));
    expect([...(await readRows(store)).keys()].sort()).toEqual(entries.map(({ id }) => id).sort());
  });

  it('begins another epoch when acknowledged writes may be lost, and keeps heads and feeds that survived', async () => {
    const { store, before, after } = await overRestart({ appendonly: 'yes', appendfsync: 'everysec' });
    expect(after.epoch).not.toBe(before.epoch);
    expect(after).toMatchObject({ newest: 0, oldest: 1, entries: [], feeds: before.feeds });
    expect((await readRows(store)).size).toBe(3);
    const { entries } = await store.commit(poll({ observations: [...many(3, 1), seen('b', 2)] }));
    expect(entries.map(({ cursor, id }) => [cursor, id])).toEqual([[`${after.epoch}.1`, 'b']]);
  });

  it('begins another epoch with nothing remembered when nothing was on disk', async () => {
    const { store, before, after } = await overRestart({});
    expect(after.epoch).not.toBe(before.epoch);
    expect(after.feeds.alert).toEqual(initialFeedState);
    expect((await readRows(store)).size).toBe(0);
  });

  it('writes nothing by halves when Redis is out of memory', async () => {
    server = await startRedis({ maxmemory: '3mb', 'maxmemory-policy': 'noeviction' });
    const redis = await connections.connect(server.url);
    const store = createStore(redis);
    const title = 'x'.repeat(2_000);
    let error: unknown;
    let written = 0;
    for (let version = 1; error === undefined && version < 500; version += 1) {
      const step = poll({ feed: filled, observations: [seen(`a${version}`, version, { title })] });
      await store.commit(step).then(
        () => {
          written = version;
        },
        (reason: unknown) => {
          error = reason;
        },
      );
    }
    expect(error).toEqual(new RedisUnavailableError('OOM'));
    expect(await readAll(store)).toHaveLength(written);
    expect((await readRows(store)).size).toBe(written);
    await redis.send(['CONFIG', 'SET', 'maxmemory', '0']);
    await store.commit(poll({ observations: [seen('last', 1_000)] }));
    expect((await readAll(store)).at(-1)).toMatchObject({ id: 'last' });
  });
});
