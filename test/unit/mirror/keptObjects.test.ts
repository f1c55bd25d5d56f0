import { describe, expect, it } from '@jest/globals';
import type { Filled } from '../../../src/cache/contract.js';
import { UpstreamError } from '../../../src/errors/GatewayError.js';
import { KeptObjects, type KeptObjectsDeps } from '../../../src/mirror/KeptObjects.js';
import { silentLogger } from '../../../src/observability/logger.js';
import { createManualClock, settle } from '../cache/manualClock.js';

interface Person {
  readonly id: string;
  readonly name: string;
}

const hourMs = 3_600_000;
const forever = Number.POSITIVE_INFINITY;
const anybody = {};

function setUp(people: Person[], options: Partial<KeptObjectsDeps<Person>> = {}) {
  const clock = createManualClock();
  const rounds: string[][] = [];
  const state: { error?: Error; gate?: Promise<void> } = {};
  const read = async (keys: readonly string[]) => {
    rounds.push([...keys]);
    await state.gate;
    if (state.error !== undefined) throw state.error;
    const asOf = new Date(clock.now()).toISOString();
    const found = new Map<string, Filled<Person>>();
    for (const person of people) {
      for (const key of [person.id, person.name])
        if (keys.includes(key)) found.set(key, { value: { ...person }, asOf });
    }
    return found;
  };
  const kept = new KeptObjects<Person>({
    name: 'people',
    clock,
    random: () => 0,
    logger: silentLogger,
    refreshMs: hourMs,
    maxObjects: 100,
    keysPerRound: 3,
    read,
    keysOf: ({ id, name }) => [id, name],
    ...options,
  });
  kept.start();
  /** Lets those that were named gather, and reads them. */
  const gather = async () => {
    await settle();
    await clock.advance(250);
  };
  return { kept, clock, gather, rounds, state, people };
}

const ann = { id: '1', name: 'ann' };
const bob = { id: '2', name: 'bob' };

describe('objects that mirrored rows name', () => {
  it('are read soon after they are named, those of one moment together, and found under every key', async () => {
    const { kept, clock, gather, rounds } = setUp([ann, bob]);
    for (const key of ['1', 'bob', '9', '4', '1']) kept.want(key, forever);
    expect(rounds).toEqual([]);
    await gather();
    expect(rounds).toEqual([['1', 'bob', '9'], ['4']]);
    expect(kept.recall('ann', anybody)).toMatchObject({ value: ann, stale: false });
    expect(kept.recall('2', anybody)).toMatchObject({ value: bob });
    await kept.stop();
    expect(clock.sleepers()).toEqual([]);
  });

  it('are remembered as absent, and asked for again when somebody names them later', async () => {
    const { kept, clock, gather, rounds, people } = setUp([]);
    kept.want('1', forever);
    await gather();
    expect(kept.recall('1', anybody)).toMatchObject({ value: null });
    kept.want('1', forever);
    await clock.advance(121_000);
    expect(rounds).toHaveLength(1);
    people.push(ann);
    kept.want('1', forever);
    await clock.advance(60_000);
    await gather();
    expect(kept.recall('1', anybody)).toMatchObject({ value: ann });
    await kept.stop();
  });

  it('are read again within the hour, with the age of the reading told', async () => {
    const { kept, clock, gather, rounds } = setUp([ann]);
    kept.want('1', forever);
    await gather();
    const first = kept.recall('1', anybody)?.asOf;
    await clock.advance(hourMs);
    await gather();
    expect(rounds).toEqual([['1'], ['1']]);
    expect(Date.parse(kept.recall('1', anybody)?.asOf ?? '') - Date.parse(first ?? '')).toBeGreaterThanOrEqual(hourMs);
    await kept.stop();
  });

  it('stay known while the upstream is away, but for two hours at most; events take older ones, marked', async () => {
    const { kept, clock, gather, rounds, state } = setUp([ann]);
    kept.want('1', forever);
    await gather();
    state.error = new UpstreamError('UPSTREAM_UNAVAILABLE', 'Away.', { upstream: 'GRAPH_DIRECTORY' });
    for (let minute = 0; minute < 119; minute += 1) await clock.advance(60_000);
    expect(kept.recall('1', anybody)).toMatchObject({ value: ann, stale: false });
    expect(rounds.length).toBeLessThan(10);
    await clock.advance(2 * 60_000);
    expect(kept.recall('1', anybody)).toBeUndefined();
    expect(kept.recall('1', { reading: 'memory' })).toMatchObject({ value: ann, stale: true });
    await kept.stop();
  });

  it('stand in for longer, marked, where nobody else can be asked', async () => {
    const { kept, clock, gather, state } = setUp([ann]);
    kept.want('1', forever);
    await gather();
    state.error = new Error('Away.');
    await clock.advance(2 * hourMs + 1);
    expect(kept.recall('1', { staleMs: hourMs })).toMatchObject({ value: ann, stale: true });
    expect(kept.recall('1', { staleMs: hourMs, reading: 'upstream' })).toBeUndefined();
    await clock.advance(hourMs);
    expect(kept.recall('1', { staleMs: hourMs })).toBeUndefined();
    await kept.stop();
  });

  it('cost one call a minute at first, and fewer later, while nothing is answered, however many there are', async () => {
    const { kept, clock, rounds, state } = setUp([]);
    state.error = new Error('Away.');
    for (let n = 0; n < 30; n += 1) kept.want(`n${n}`, forever);
    for (let minute = 0; minute < 60; minute += 1) await clock.advance(60_000);
    expect(rounds.length).toBeGreaterThan(3);
    expect(rounds.length).toBeLessThan(12);
    await kept.stop();
  });

  it('are not told to who insists on the upstream, nor to callers on whose behalf we ask', async () => {
    const { kept, gather } = setUp([ann]);
    kept.want('1', forever);
    await gather();
    expect(kept.recall('1', { reading: 'upstream' })).toBeUndefined();
    expect(kept.recall('1', { callerAssertion: 'token' })).toBeUndefined();
    await kept.stop();
  });

  it('never go back behind what somebody has read past them', async () => {
    const { kept, gather } = setUp([ann]);
    kept.want('1', forever);
    await gather();
    const renamed = { id: '1', name: 'anna' };
    kept.learn(new Map([['1', { value: renamed, asOf: '2026-11-21T09:00:00Z' }]]));
    expect(kept.recall('anna', anybody)).toMatchObject({ value: renamed, asOf: '2026-11-21T09:00:00Z' });
    expect(kept.recall('ann', anybody)).toBeUndefined();
    kept.learn(new Map([['1', { value: ann, asOf: '2026-11-21T08:30:00Z' }]]));
    expect(kept.recall('1', anybody)).toMatchObject({ value: renamed });
    await kept.stop();
  });

  it('give a name to whom it has passed', async () => {
    const { kept, gather } = setUp([ann]);
    kept.want('1', forever);
    await gather();
    kept.learn(new Map([['ann', { value: { id: '7', name: 'ann' }, asOf: '2026-11-21T09:00:00Z' }]]));
    expect(kept.recall('ann', anybody)).toBeUndefined();
    expect(kept.recall('1', anybody)).toMatchObject({ value: ann });
    await kept.stop();
  });

  it('leave with the last row that names them', async () => {
    const { kept, clock, gather, rounds } = setUp([ann]);
    kept.want('1', clock.now() + 60_000);
    kept.want('1', clock.now() + 30_000);
    await gather();
    expect(kept.recall('ann', anybody)).toBeDefined();
    await clock.advance(60_000);
    expect(kept.recall('ann', anybody)).toBeUndefined();
    for (let minute = 0; minute < 70; minute += 1) await clock.advance(60_000);
    expect(rounds).toHaveLength(1);
    await kept.stop();
  });

  it('are no more than they may be: those named for the shortest time are left out', async () => {
    const { kept, clock, gather, rounds } = setUp([ann, bob], { maxObjects: 1 });
    kept.want('1', clock.now() + 20 * hourMs);
    kept.want('2', clock.now() + 10 * hourMs);
    await gather();
    expect(rounds).toEqual([['1']]);
    expect(kept.recall('1', anybody)).toBeDefined();
    expect(kept.recall('2', anybody)).toBeUndefined();
    await kept.stop();
  });

  it('that are named in several ways are forgotten under all of them, by whichever they change', async () => {
    const { kept, gather } = setUp([ann, bob]);
    for (const key of ['ann', '1', '2']) kept.want(key, forever);
    await gather();
    for (const key of ['1', 'ann']) {
      kept.invalidate(key);
      expect([kept.recall('1', anybody), kept.recall('ann', anybody)]).toEqual([undefined, undefined]);
      await gather();
      expect([kept.recall('1', anybody)?.value, kept.recall('ann', anybody)?.value]).toEqual([ann, ann]);
    }
    kept.invalidate('bob');
    expect(kept.recall('2', anybody)).toBeUndefined();
    expect(kept.recall('1', anybody)).toBeDefined();
    await kept.stop();
  });

  it('are told to nobody between a change and the reading after it, also when a reading was under way', async () => {
    const { kept, gather, rounds, state, people } = setUp([ann]);
    let open = () => undefined as void;
    state.gate = new Promise((resolve) => {
      open = resolve;
    });
    kept.want('1', forever);
    await gather();
    kept.invalidate('1');
    people[0] = { id: '1', name: 'anna' };
    open();
    await settle();
    expect(rounds.length).toBe(2);
    expect(kept.recall('1', anybody)).toMatchObject({ value: { name: 'anna' } });
    kept.invalidate('1');
    expect(kept.recall('1', anybody)).toBeUndefined();
    await gather();
    expect(kept.recall('1', anybody)).toBeDefined();
    await kept.stop();
  });
});
