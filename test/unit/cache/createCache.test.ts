import { describe, expect, it } from '@jest/globals';
import Keyv from 'keyv';
import { createBoundedStore } from '../../../src/cache/boundedStore.js';
import type { Filled } from '../../../src/cache/contract.js';
import { NotFoundError } from '../../../src/upstream/contract.js';
import { settle } from './manualClock.js';
import { asOf, filled, gatedFill, policy, setUp, upstreamError } from './support.js';

type Fill = Filled<string>;

describe('a cached read', () => {
  it('asks the upstream once and answers the second reader from the store', async () => {
    const { cache, scope, outcomes } = setUp();
    let calls = 0;
    const fill = async () => filled(`ann ${++calls}`);
    const first = await cache.read(policy, 'u1', scope(), fill);
    const reader = scope();
    const second = await cache.read(policy, 'u1', reader, fill);
    expect(first).toEqual({ value: 'ann 1', asOf, stale: false, source: 'UPSTREAM' });
    expect(second).toEqual({ value: 'ann 1', asOf, stale: false, source: 'CACHE' });
    expect(reader.meter.hits).toEqual(['GRAPH_DIRECTORY']);
    expect(outcomes).toEqual(['miss', 'hit']);
  });

  it('gives back values deeply equal to what was filled, and keeps them from later writes', async () => {
    const { cache, scope } = setUp();
    const value = {
      __typename: 'User',
      id: 'ü"/\u0000\ud800',
      nested: { list: [1, null, true, { a: 'b' }] },
      none: null,
    };
    await cache.read(policy, 'u1', scope(), async () => filled(value));
    const copy = structuredClone(value);
    value.nested.list.length = 0;
    const again = await cache.read(policy, 'u1', scope(), async () => filled(copy));
    expect(again.source).toBe('CACHE');
    expect(again.value).toEqual(copy);
    expect(Object.isFrozen(again.value)).toBe(true);
  });

  it('remembers for the negative lifetime that the upstream knows nothing', async () => {
    const { cache, clock, scope } = setUp();
    let calls = 0;
    const fill = async () => (calls++, filled<string>(null));
    await cache.read(policy, 'u1', scope(), fill);
    await clock.advance(199);
    expect((await cache.read(policy, 'u1', scope(), fill)).value).toBeNull();
    expect(calls).toBe(1);
    await clock.advance(2);
    await cache.read(policy, 'u1', scope(), fill);
    expect(calls).toBe(2);
  });

  it('takes up to a tenth off the lifetime, so that entries filled together end apart', async () => {
    const { cache, clock, scope } = setUp({ random: () => 0.999 });
    const short = { ...policy, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 };
    await cache.read(short, 'u1', scope(), async () => filled('one'));
    await clock.advance(899);
    expect((await cache.read(short, 'u1', scope(), async () => filled('two'))).value).toBe('one');
    await clock.advance(2);
    expect((await cache.read(short, 'u1', scope(), async () => filled('two'))).value).toBe('two');
  });

  it('does not store what has no lifetime', async () => {
    const { cache, scope } = setUp();
    const never = { ...policy, ttlMs: 0, staleWhileRevalidateMs: 0, staleIfErrorMs: 0, negativeTtlMs: 0 };
    await cache.read(never, 'u1', scope(), async () => filled('one'));
    expect((await cache.read(never, 'u1', scope(), async () => filled('two'))).value).toBe('two');
  });

  it('passes on an error as it is and stores nothing', async () => {
    const { cache, scope } = setUp();
    const missing = new NotFoundError('MCAS');
    await expect(cache.read(policy, 'u1', scope(), () => Promise.reject(missing))).rejects.toBe(missing);
    expect((await cache.read(policy, 'u1', scope(), async () => filled('back'))).value).toBe('back');
  });

  it('refuses a reader who has already gone', async () => {
    const { cache, scope } = setUp();
    const gone = scope();
    gone.abort();
    await expect(cache.read(policy, 'u1', gone, async () => filled('x'))).rejects.toThrow('client went away');
  });
});

describe('keys', () => {
  it('never meet across access scopes, upstreams or resources', async () => {
    const { cache, scope } = setUp();
    const read = async (change: object, accessScope: string, value: string) =>
      (await cache.read({ ...policy, ...change }, 'u1', scope({ accessScope }), async () => filled(value))).value;
    expect(await read({}, 'tenant-a', 'a')).toBe('a');
    expect(await read({}, 'tenant-b', 'b')).toBe('b');
    expect(await read({ upstream: 'MCAS' }, 'tenant-a', 'c')).toBe('c');
    expect(await read({ resource: 'device' }, 'tenant-a', 'd')).toBe('d');
    expect(await read({}, 'tenant-a', 'e')).toBe('a');
  });

  it('cannot be forged by a key that holds the separators of another', async () => {
    const { cache, scope } = setUp();
    await cache.read(policy, 'x', scope({ accessScope: 'a","GRAPH_DIRECTORY","user' }), async () => filled('theirs'));
    const mine = await cache.read(policy, 'user","x', scope({ accessScope: 'a' }), async () => filled('mine'));
    expect(mine.value).toBe('mine');
  });

  it('may be long: two long keys that differ at the end stay apart', async () => {
    const { cache, scope } = setUp();
    const long = 'k'.repeat(5_000);
    await cache.read(policy, `${long}1`, scope(), async () => filled('one'));
    expect((await cache.read(policy, `${long}2`, scope(), async () => filled('two'))).value).toBe('two');
    expect((await cache.read(policy, `${long}1`, scope(), async () => filled('no'))).value).toBe('one');
  });
});

describe('single flight', () => {
  it('lets concurrent readers of one key share one fetch', async () => {
    const { cache, scope, outcomes } = setUp();
    const fill = gatedFill<Fill>();
    const reads = [1, 2, 3].map(() => cache.read(policy, 'u1', scope(), fill.one));
    await settle();
    expect(fill.calls).toHaveLength(1);
    fill.calls[0]?.finish(filled('ann'));
    expect((await Promise.all(reads)).map(({ value }) => value)).toEqual(['ann', 'ann', 'ann']);
    expect(outcomes.sort()).toEqual(['miss', 'shared', 'shared']);
  });

  it('leaves the fetch to the others when the reader who started it goes away', async () => {
    const { cache, scope } = setUp();
    const fill = gatedFill<Fill>();
    const first = scope();
    const leaving = cache.read(policy, 'u1', first, fill.one);
    await settle();
    const staying = cache.read(policy, 'u1', scope(), fill.one);
    await settle();
    first.abort();
    await expect(leaving).rejects.toThrow('client went away');
    expect(fill.calls[0]?.scope.signal.aborted).toBe(false);
    fill.calls[0]?.finish(filled('ann'));
    expect((await staying).value).toBe('ann');
    expect(fill.calls).toHaveLength(1);
  });

  it('aborts the fetch when everyone went away, and a later reader starts anew', async () => {
    const { cache, scope } = setUp();
    const fill = gatedFill<Fill>();
    const readers = [scope(), scope()];
    const reads = readers.map((reader) => cache.read(policy, 'u1', reader, fill.one));
    await settle();
    for (const reader of readers) reader.abort();
    await Promise.allSettled(reads);
    expect(fill.calls[0]?.scope.signal.aborted).toBe(true);
    const later = cache.read(policy, 'u1', scope(), fill.one);
    await settle();
    fill.calls[1]?.finish(filled('new'));
    expect((await later).value).toBe('new');
  });

  it('tries again for a reader with more time when the shared fetch ran out of its own', async () => {
    const { cache, clock, scope } = setUp();
    const fill = gatedFill<Fill>();
    const hurried = cache.read(policy, 'u1', scope({ deadlineAt: clock.now() + 10 }), fill.one);
    await settle();
    const patient = cache.read(policy, 'u1', scope(), fill.one);
    await settle();
    fill.calls[0]?.fail(upstreamError('UPSTREAM_TIMEOUT'));
    await expect(hurried).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await settle();
    fill.calls[1]?.finish(filled('in time'));
    expect((await patient).value).toBe('in time');
  });
});

describe('reading many', () => {
  const many = (value: string, keys: readonly string[]) => new Map(keys.map((key) => [key, filled(`${value} ${key}`)]));

  it('fetches in one call only the keys that nobody holds or fetches', async () => {
    const { cache, scope } = setUp();
    const fill = gatedFill<ReadonlyMap<string, Fill>>();
    await cache.read(policy, 'held', scope(), async () => filled('old held'));
    const one = cache.readMany(policy, ['a', 'b', 'held'], scope(), fill.many);
    await settle();
    const two = cache.readMany(policy, ['b', 'c', 'held', 'c'], scope(), fill.many);
    await settle();
    expect(fill.calls.map(({ keys }) => keys)).toEqual([['a', 'b'], ['c']]);
    fill.calls[1]?.finish(many('two', ['c']));
    fill.calls[0]?.finish(many('one', ['a', 'b']));
    expect([...(await one).keys()].sort()).toEqual(['a', 'b', 'held']);
    const values = Object.fromEntries(
      [...(await two)].map(([key, cached]) => [key, (cached as { value: string }).value]),
    );
    expect(values).toEqual({ b: 'one b', c: 'two c', held: 'old held' });
  });

  it('shares a key with single reads, both ways', async () => {
    const { cache, scope } = setUp();
    const fillMany = gatedFill<ReadonlyMap<string, Fill>>();
    const fillOne = gatedFill<Fill>();
    const group = cache.readMany(policy, ['a', 'b'], scope(), fillMany.many);
    await settle();
    const single = cache.read(policy, 'a', scope(), fillOne.one);
    await settle();
    fillMany.calls[0]?.finish(many('group', ['a', 'b']));
    expect((await single).value).toBe('group a');
    await group;
    expect(fillOne.calls).toHaveLength(0);
  });

  it('takes keys that the answer leaves out as absent', async () => {
    const { cache, scope } = setUp();
    let calls = 0;
    const fill = async () => (calls++, many('x', ['a']));
    await cache.readMany(policy, ['a', 'gone'], scope(), fill);
    const again = await cache.readMany(policy, ['a', 'gone'], scope(), fill);
    expect(again.get('gone')).toMatchObject({ value: null, source: 'CACHE' });
    expect(calls).toBe(1);
  });

  it('keeps the good keys when some fail, and fails every key when the call fails', async () => {
    const { cache, scope } = setUp();
    const broken = new Error('part 2 failed');
    const some = await cache.readMany(
      policy,
      ['a', 'b'],
      scope(),
      async () =>
        new Map<string, Fill | Error>([
          ['a', filled('good')],
          ['b', broken],
        ]),
    );
    expect(some.get('a')).toMatchObject({ value: 'good' });
    expect(some.get('b')).toBe(broken);
    const none = await cache.readMany(policy, ['c', 'd'], scope(), () => Promise.reject(broken));
    expect([...none.values()]).toEqual([broken, broken]);
  });

  it('goes on with the call while any of its keys is wanted', async () => {
    const { cache, scope } = setUp();
    const fill = gatedFill<ReadonlyMap<string, Fill>>();
    const first = scope();
    const leaving = cache.readMany(policy, ['a', 'b'], first, fill.many);
    await settle();
    const staying = cache.readMany(policy, ['b'], scope(), fill.many);
    await settle();
    first.abort();
    await expect(leaving).rejects.toThrow('client went away');
    expect(fill.calls[0]?.scope.signal.aborted).toBe(false);
    fill.calls[0]?.finish(many('x', ['a', 'b']));
    expect((await staying).get('b')).toMatchObject({ value: 'x b' });
  });
});

describe('after its lifetime, an entry', () => {
  it('is answered at once and refreshed behind the answer, by one fetch with its own id, deadline and purpose', async () => {
    const { cache, clock, scope } = setUp();
    const fill = gatedFill<Fill>();
    await cache.read(policy, 'u1', scope(), async () => filled('old'));
    await clock.advance(1_001);
    const reader = scope();
    const answers = await Promise.all([1, 2, 3].map(() => cache.read(policy, 'u1', reader, fill.one)));
    expect(answers.map(({ value, stale }) => [value, stale])).toEqual([
      ['old', false],
      ['old', false],
      ['old', false],
    ]);
    await settle();
    expect(fill.calls).toHaveLength(1);
    const background = fill.calls[0]?.scope;
    expect(background).toMatchObject({
      purpose: 'background',
      accessScope: 'tenant-a',
      deadlineAt: clock.now() + 10_000,
    });
    expect(background?.requestId).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(background?.requestId).not.toBe(reader.requestId);
    expect(background?.meter).not.toBe(reader.meter);
    reader.abort();
    expect(background?.signal.aborted).toBe(false);
    fill.calls[0]?.finish(filled('new'));
    await settle();
    expect((await cache.read(policy, 'u1', scope(), fill.one)).value).toBe('new');
  });

  it('is fetched by a reader of its own right when the refresh that it joined was refused as background work', async () => {
    const { cache, clock, scope } = setUp();
    const fill = gatedFill<Fill>();
    await cache.read(policy, 'u1', scope(), async () => filled('old'));
    await clock.advance(1_001);
    await cache.read(policy, 'u1', scope(), fill.one);
    await clock.advance(500);
    const joined = cache.read(policy, 'u1', scope(), fill.one);
    await settle();
    expect(fill.calls).toHaveLength(1);
    fill.calls[0]?.fail(upstreamError('UPSTREAM_THROTTLED'));
    await settle();
    expect(fill.calls.map(({ scope: { purpose } }) => purpose)).toEqual(['background', 'interactive']);
    fill.calls[1]?.finish(filled('new'));
    expect((await joined).value).toBe('new');
  });

  it('gives up a refresh that passes its deadline', async () => {
    const { cache, clock, scope } = setUp();
    const fill = gatedFill<Fill>();
    const long = { ...policy, staleWhileRevalidateMs: 60_000 };
    await cache.read(long, 'u1', scope(), async () => filled('old'));
    await clock.advance(1_001);
    await cache.read(long, 'u1', scope(), fill.one);
    await settle();
    await clock.advance(10_000);
    expect(fill.calls[0]?.scope.signal.aborted).toBe(true);
    expect(clock.sleepers()).toEqual([]);
  });

  it('waits before it tries a failed refresh again, and says stale meanwhile', async () => {
    const { cache, clock, scope } = setUp();
    const long = { ...policy, staleWhileRevalidateMs: 60_000 };
    let calls = 0;
    const fail = () => (calls++, Promise.reject(upstreamError('UPSTREAM_THROTTLED', 7_000)));
    await cache.read(long, 'u1', scope(), async () => filled('old'));
    await clock.advance(1_001);
    expect((await cache.read(long, 'u1', scope(), fail)).stale).toBe(false);
    await settle();
    expect((await cache.read(long, 'u1', scope(), fail)).stale).toBe(true);
    await settle();
    expect(calls).toBe(1);
    await clock.advance(7_000);
    await cache.read(long, 'u1', scope(), async () => (calls++, filled('new')));
    await settle();
    expect(calls).toBe(2);
    expect(await cache.read(long, 'u1', scope(), fail)).toMatchObject({ value: 'new', stale: false });
  });

  it.each(['UPSTREAM_THROTTLED', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE'] as const)(
    'is answered marked stale when the refill fails with %s',
    async (code) => {
      const { cache, clock, scope, outcomes } = setUp();
      await cache.read(policy, 'u1', scope(), async () => filled('old'));
      await clock.advance(1_501);
      const reader = scope();
      const answer = await cache.read(policy, 'u1', reader, () => Promise.reject(upstreamError(code)));
      expect(answer).toEqual({ value: 'old', asOf, stale: true, source: 'CACHE' });
      expect(reader.meter.stales).toEqual([asOf]);
      expect(outcomes).toEqual(['miss', 'stale']);
    },
  );

  it.each([
    ['UPSTREAM_FORBIDDEN', 1_501],
    ['UPSTREAM_BAD_RESPONSE', 1_501],
    ['UPSTREAM_THROTTLED', 6_001],
  ] as const)('does not hide %s at %i ms', async (code, afterMs) => {
    const { cache, clock, scope } = setUp();
    await cache.read(policy, 'u1', scope(), async () => filled('old'));
    await clock.advance(afterMs);
    await expect(cache.read(policy, 'u1', scope(), () => Promise.reject(upstreamError(code)))).rejects.toMatchObject({
      code,
    });
  });
});

describe('a reader who may only have what is held', () => {
  const memory = { reading: 'memory' } as const;

  it('gets what is within its lifetime, and what is past it without a refresh', async () => {
    const { cache, clock, scope, outcomes } = setUp();
    let calls = 0;
    const fill = async () => filled(`ann ${++calls}`);
    await cache.read(policy, 'u1', scope(), fill);
    expect(await cache.read(policy, 'u1', scope(memory), fill)).toMatchObject({ value: 'ann 1', stale: false });
    await clock.advance(1_400);
    expect(await cache.read(policy, 'u1', scope(memory), fill)).toMatchObject({ value: 'ann 1', stale: false });
    await clock.advance(1_000);
    const reader = scope(memory);
    expect(await cache.read(policy, 'u1', reader, fill)).toMatchObject({ value: 'ann 1', stale: true });
    expect(reader.meter.stales).toEqual([asOf]);
    expect(outcomes).toEqual(['miss', 'hit', 'hit', 'stale']);
    expect(calls).toBe(1);
  });

  it('is told UPSTREAM_THROTTLED at once for what is not held, key by key, and nothing is fetched', async () => {
    const { cache, scope } = setUp();
    const { calls, many } = gatedFill<Map<string, Fill>>();
    await cache.read(policy, 'u1', scope(), async () => filled('ann'));
    const reader = scope(memory);
    const found = await cache.readMany<string>(policy, ['u1', 'u2'], reader, many);
    expect(found.get('u1')).toMatchObject({ value: 'ann' });
    expect(found.get('u2')).toMatchObject({
      code: 'UPSTREAM_THROTTLED',
      details: { upstream: 'GRAPH_DIRECTORY', requestId: reader.requestId },
    });
    expect(calls).toEqual([]);
  });

  it('does not wait for the fetch of somebody else, and leaves it alone', async () => {
    const { cache, scope } = setUp();
    const { calls, one } = gatedFill<Fill>();
    const other = cache.read(policy, 'u1', scope(), one);
    await settle();
    await expect(cache.read(policy, 'u1', scope(memory), one)).rejects.toMatchObject({ code: 'UPSTREAM_THROTTLED' });
    calls[0]?.finish(filled('ann'));
    expect(await other).toMatchObject({ value: 'ann', source: 'UPSTREAM' });
    expect(calls).toHaveLength(1);
  });

  it('does not get what was dropped', async () => {
    const { cache, scope } = setUp();
    await cache.read(policy, 'u1', scope(), async () => filled('ann', ['user:u1']));
    await cache.drop(['user:u1']);
    await expect(cache.read(policy, 'u1', scope(memory), async () => filled('bob'))).rejects.toMatchObject({
      code: 'UPSTREAM_THROTTLED',
    });
  });
});

describe('dropping a tag', () => {
  it('forgets every entry that carries it and no other', async () => {
    const { cache, scope } = setUp();
    const read = (key: string, value: string, tags?: string[]) =>
      cache.read(policy, key, scope(), async () => filled(value, tags));
    await read('a', 'old a', ['alert:a', 'alerts']);
    await read('b', 'old b', ['alert:b', 'alerts']);
    await read('c', 'old c');
    await cache.drop(['alert:a']);
    expect((await read('a', 'new a')).value).toBe('new a');
    expect((await read('b', 'new b')).value).toBe('old b');
    await cache.drop(['alerts']);
    expect((await read('b', 'new b')).value).toBe('new b');
    expect((await read('c', 'new c')).value).toBe('old c');
  });

  it('does not let a fill that started before it be stored', async () => {
    const { cache, scope } = setUp();
    const fill = gatedFill<Fill>();
    const early = cache.read(policy, 'a', scope(), fill.one);
    await settle();
    await cache.drop(['alert:a']);
    fill.calls[0]?.finish(filled('before', ['alert:a']));
    expect((await early).value).toBe('before');
    expect((await cache.read(policy, 'a', scope(), async () => filled('after', ['alert:a']))).value).toBe('after');
  });

  it('makes a reader who comes after it fetch again instead of sharing an older fetch', async () => {
    const { cache, scope } = setUp();
    const fill = gatedFill<Fill>();
    const early = cache.read(policy, 'a', scope(), fill.one);
    await settle();
    await cache.drop(['alert:a']);
    const late = cache.read(policy, 'a', scope(), fill.one);
    await settle();
    expect(fill.calls).toHaveLength(1);
    fill.calls[0]?.finish(filled('before', ['alert:a']));
    await early;
    await settle();
    fill.calls[1]?.finish(filled('after', ['alert:a']));
    expect((await late).value).toBe('after');
  });

  it('does not bring back a dropped entry when the refill fails', async () => {
    const { cache, clock, scope } = setUp();
    const fill = gatedFill<Fill>();
    await cache.read(policy, 'a', scope(), async () => filled('old', ['alert:a']));
    await clock.advance(1_501);
    const reading = cache.read(policy, 'a', scope(), fill.one);
    await settle();
    await cache.drop(['alert:a']);
    fill.calls[0]?.fail(upstreamError('UPSTREAM_UNAVAILABLE'));
    await expect(reading).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});

describe('a written value', () => {
  it('is read back, and outlives a fetch that was already under way', async () => {
    const { cache, scope } = setUp();
    const fill = gatedFill<Fill>();
    const early = cache.read(policy, 'a', scope(), fill.one);
    await settle();
    await cache.write(policy, 'a', 'tenant-a', filled('written', ['alert:a']));
    expect((await cache.read(policy, 'a', scope(), fill.one)).value).toBe('written');
    fill.calls[0]?.finish(filled('older', ['alert:a']));
    expect((await early).value).toBe('older');
    expect((await cache.read(policy, 'a', scope(), fill.one)).value).toBe('written');
    expect(fill.calls).toHaveLength(1);
  });
});

describe('a store that fails', () => {
  const broken = (log: string[]) => {
    const fail = (what: string) => async () => {
      log.push(what);
      throw new Error('connection lost');
    };
    return new Keyv({
      store: {
        opts: {},
        get: fail('get'),
        getMany: fail('getMany'),
        set: fail('set'),
        delete: fail('delete'),
        clear: fail('clear'),
      },
    });
  };

  it('is a store that holds nothing; the log says so once a minute', async () => {
    const log: string[] = [];
    const warnings: string[] = [];
    const logger = { warn: (_fields: object, message: string) => void warnings.push(message) } as never;
    const { cache, scope } = setUp({ store: broken(log), logger });
    expect((await cache.read(policy, 'a', scope(), async () => filled('one'))).value).toBe('one');
    expect((await cache.read(policy, 'a', scope(), async () => filled('two'))).value).toBe('two');
    expect(log).toContain('set');
    expect(warnings).toEqual(['cache store failed; reading through']);
  });

  it('that holds something foreign is a miss', async () => {
    const store = createBoundedStore();
    const first = setUp({ store });
    await first.cache.read(policy, 'a', first.scope(), async () => filled('good'));
    await store.set(JSON.stringify(['tenant-a', 'GRAPH_DIRECTORY', 'user', 'a']), { hello: 'world' });
    expect((await first.cache.read(policy, 'a', first.scope(), async () => filled('again'))).value).toBe('again');
  });

  it('shared with another process gives its untagged entries, but not those whose drops nobody here saw', async () => {
    const store = new Keyv({ store: new Map(), namespace: 'shared' });
    const [one, two] = [setUp({ store }), setUp({ store })];
    await one.cache.read(policy, 'plain', one.scope(), async () => filled('theirs'));
    await one.cache.read(policy, 'tagged', one.scope(), async () => filled('theirs', ['alert:a']));
    expect((await two.cache.read(policy, 'plain', two.scope(), async () => filled('ours'))).value).toBe('theirs');
    expect((await two.cache.read(policy, 'tagged', two.scope(), async () => filled('ours'))).value).toBe('ours');
  });
});

describe('the store in memory', () => {
  it('lets the least recently used go when it holds its number of entries', async () => {
    const store = createBoundedStore({ maxEntries: 2 });
    const { cache, scope } = setUp({ store });
    const read = async (key: string, value: string) =>
      (await cache.read(policy, key, scope(), async () => filled(value))).value;
    for (const key of ['a', 'b', 'c']) await read(key, 'old');
    expect(await read('c', 'new')).toBe('old');
    expect(await read('a', 'new')).toBe('new');
  });

  it('lets entries go when their text grows over the limit, and never keeps one that is larger alone', async () => {
    const store = createBoundedStore({ maxCharacters: 2_000 });
    const { cache, scope } = setUp({ store });
    const read = async (key: string, value: string) =>
      (await cache.read(policy, key, scope(), async () => filled(value))).value;
    await read('a', 'x'.repeat(1_000));
    await read('b', 'y'.repeat(1_000));
    expect(await read('a', 'again')).toBe('again');
    await read('huge', 'z'.repeat(5_000));
    expect(await read('huge', 'again')).toBe('again');
  });
});

describe('closing', () => {
  it('aborts what runs, answers its readers and disconnects the store', async () => {
    const store = createBoundedStore();
    const { cache, scope } = setUp({ store });
    const fill = gatedFill<Fill>();
    await cache.read(policy, 'held', scope(), async () => filled('x'));
    const reading = cache.read(policy, 'a', scope(), fill.one);
    const refused = expect(reading).rejects.toThrow('closing');
    await settle();
    await cache.close();
    await refused;
    expect(fill.calls[0]?.scope.signal.aborted).toBe(true);
    expect(await store.get(JSON.stringify(['tenant-a', 'GRAPH_DIRECTORY', 'user', 'held']))).toBeUndefined();
  });
});
