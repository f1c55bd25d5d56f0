import { afterEach, describe, expect, it } from '@jest/globals';
import { settle } from './manualClock.js';
import { filled, gatedFill, policy, setUp, upstreamError } from './support.js';

describe('a reader who insists on the upstream', () => {
  const set = { current: setUp() };
  afterEach(async () => {
    await set.current.cache.close();
    set.current = setUp();
  });
  const fresh = { reading: 'upstream' } as const;

  it('gets a fetch although a fresh entry is there, and refreshes the entry for the others', async () => {
    const { cache, scope, outcomes } = set.current;
    await cache.read(policy, 'ann', scope(), async () => filled('old'));
    const answer = await cache.read(policy, 'ann', scope(fresh), async () => filled('new'));
    expect(answer).toMatchObject({ value: 'new', source: 'UPSTREAM', stale: false });
    const others = await cache.read(policy, 'ann', scope(), async () => filled('not asked'));
    expect(others).toMatchObject({ value: 'new', source: 'CACHE' });
    expect(outcomes).toEqual(['miss', 'miss', 'hit']);
  });

  it('neither joins the fetch of another nor lets another join its own', async () => {
    const { cache, scope } = set.current;
    const gate = gatedFill<ReturnType<typeof filled<string>>>();
    const first = cache.read(policy, 'ann', scope(), gate.one);
    await settle();
    const insisting = [
      cache.read(policy, 'ann', scope(fresh), gate.one),
      cache.read(policy, 'ann', scope(fresh), gate.one),
    ];
    await settle();
    const last = cache.read(policy, 'ann', scope(), gate.one);
    await settle();
    expect(gate.calls).toHaveLength(3);
    gate.calls.forEach((call, n) => call.finish(filled(`answer ${n}`)));
    expect((await Promise.all([first, ...insisting])).map(({ value }) => value)).toEqual([
      'answer 0',
      'answer 1',
      'answer 2',
    ]);
    expect((await last).value).not.toBe('answer 0');
  });

  it('is not overwritten by a fetch that began before', async () => {
    const { cache, scope } = set.current;
    const gate = gatedFill<ReturnType<typeof filled<string>>>();
    const slow = cache.read(policy, 'ann', scope(), gate.one);
    await settle();
    await cache.read(policy, 'ann', scope(fresh), async () => filled('new'));
    gate.calls[0]?.finish(filled('old'));
    await slow;
    expect((await cache.read(policy, 'ann', scope(), async () => filled('x'))).value).toBe('new');
  });

  it('gets the failure, and nothing old in its place', async () => {
    const { cache, scope } = set.current;
    await cache.read(policy, 'ann', scope(), async () => filled('old'));
    const away = upstreamError('UPSTREAM_UNAVAILABLE');
    const read = cache.read(policy, 'ann', scope(fresh), async () => {
      throw away;
    });
    await expect(read).rejects.toBe(away);
    expect((await cache.read(policy, 'ann', scope(), async () => filled('x'))).value).toBe('old');
  });

  it('does not store what began before a tag of it was dropped', async () => {
    const { cache, scope } = set.current;
    const gate = gatedFill<ReturnType<typeof filled<string>>>();
    const read = cache.read(policy, 'ann', scope(fresh), gate.one);
    await settle();
    await cache.drop(['user:ann']);
    gate.calls[0]?.finish(filled('old', ['user:ann']));
    await read;
    expect((await cache.read(policy, 'ann', scope(), async () => filled('now'))).value).toBe('now');
  });

  it('asks for many keys with one call, each once', async () => {
    const { cache, scope } = set.current;
    const asked: (readonly string[])[] = [];
    const found = await cache.readMany(policy, ['a', 'b', 'a'], scope(fresh), async (keys) => {
      asked.push(keys);
      return new Map([['a', filled('A')]]);
    });
    expect(asked).toEqual([['a', 'b']]);
    expect([...found].map(([key, answer]) => [key, answer instanceof Error ? answer : answer.value])).toEqual([
      ['a', 'A'],
      ['b', null],
    ]);
  });

  it('aborts its fetch when it goes away', async () => {
    const { cache, scope } = set.current;
    const gate = gatedFill<ReturnType<typeof filled<string>>>();
    const reader = scope(fresh);
    const read = cache.read(policy, 'ann', reader, gate.one);
    await settle();
    reader.abort();
    await expect(read).rejects.toThrow('client went away');
    expect(gate.calls[0]?.scope.signal.aborted).toBe(true);
  });
});
