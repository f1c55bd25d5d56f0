import { describe, expect, it } from '@jest/globals';
import { UpstreamError } from '../../../src/errors/GatewayError.js';
import { silentLogger } from '../../../src/observability/logger.js';
import type { Hint } from '../../../src/webhooks/contract.js';
import { HintQueue, type HintQueueDeps } from '../../../src/webhooks/HintQueue.js';
import { createManualClock, settle } from '../cache/manualClock.js';

function setUp(deps: Partial<HintQueueDeps> = {}) {
  const clock = createManualClock();
  /** Ids in the order in which they were acted on. */
  const acted: string[] = [];
  const under: Map<string, (outcome: 'done' | 'notYet' | Error) => void> = new Map();
  const givenUp: string[] = [];
  const queue = new HintQueue({
    act: ({ id }: Hint) => {
      acted.push(id);
      return new Promise((resolve, reject) =>
        under.set(id, (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome))),
      );
    },
    giveUp: (kind) => void givenUp.push(kind),
    canSweep: () => false,
    clock,
    random: () => 0,
    logger: silentLogger,
    ...deps,
  });
  return {
    clock,
    acted,
    givenUp,
    queue,
    offer: (id: string) => queue.offer({ kind: 'alert', id }),
    finish: async (id: string, outcome: 'done' | 'notYet' | Error = 'done') => {
      under.get(id)?.(outcome);
      await settle();
    },
  };
}

const throttled = (retryAfterMs: number) =>
  new UpstreamError('UPSTREAM_THROTTLED', 'Wait.', { upstream: 'GRAPH_SECURITY', retryAfterMs });

describe('hints', () => {
  it('of one id become one read', async () => {
    const { queue, acted, offer, finish } = setUp({ concurrency: 1 });
    expect([offer('a'), offer('b'), offer('b'), offer('b')]).toEqual(['taken', 'taken', 'known', 'known']);
    await finish('a');
    await finish('b');
    expect([acted, queue.size]).toEqual([['a', 'b'], 0]);
  });

  it('of an id that is being read cause one more read, because the change may be younger', async () => {
    const { queue, acted, offer, finish } = setUp();
    offer('a');
    expect([offer('a'), offer('a')]).toEqual(['known', 'known']);
    await finish('a');
    await finish('a');
    expect([acted, queue.size]).toEqual([['a', 'a'], 0]);
  });

  it('are read a few at a time', async () => {
    const { acted, offer, finish } = setUp({ concurrency: 2 });
    for (const id of ['a', 'b', 'c', 'd']) offer(id);
    expect(acted).toEqual(['a', 'b']);
    await finish('b');
    expect(acted).toEqual(['a', 'b', 'c']);
  });

  it('beyond the capacity are given up at once, so that a sweep looks instead', () => {
    const { queue, givenUp, offer } = setUp({ capacity: 3 });
    const outcomes = Array.from({ length: 1_000 }, (_, index) => offer(`a${index}`));
    expect([queue.size, givenUp.length, outcomes.slice(2, 4)]).toEqual([3, 997, ['taken', 'full']]);
  });
});

describe('a burst of hints', () => {
  const offerMany = (offer: (id: string) => unknown, count: number) =>
    Array.from({ length: count }, (_, index) => offer(`a${index}`));

  it('costs one sweep instead of a read of each', async () => {
    const { clock, queue, acted, givenUp, offer, finish } = setUp({ canSweep: () => true });
    offerMany(offer, 1_000);
    expect([acted, queue.size, givenUp]).toEqual([['a0', 'a1'], 2, []]);
    await clock.advance(999);
    expect(offer('late')).toBe('known');
    await clock.advance(1);
    expect(givenUp).toEqual(['alert']);
    await finish('a0');
    await finish('a1');
    await clock.advance(60_000);
    expect([acted, queue.size, givenUp, clock.sleepers()]).toEqual([['a0', 'a1'], 0, ['alert'], []]);
  });

  it('is one only when more than twenty wait, and hints are read by id again when it is over', async () => {
    const { clock, acted, givenUp, offer, finish } = setUp({ canSweep: () => true });
    offerMany(offer, 22);
    expect(clock.sleepers()).toEqual([]);
    offer('one more');
    expect(clock.sleepers()).toEqual([1_000]);
    await clock.advance(1_000);
    await finish('a0');
    expect(offer('after')).toBe('taken');
    expect([acted, givenUp]).toEqual([['a0', 'a1', 'after'], ['alert']]);
  });

  it('leaves hints of other kinds alone', () => {
    const { queue, offer } = setUp({ canSweep: (kind) => kind === 'alert' });
    for (let index = 0; index < 100; index += 1) queue.offer({ kind: 'user', id: `${index}` });
    expect(queue.size).toBe(100);
    offerMany(offer, 100);
    expect(queue.size).toBe(100);
  });

  it('is read one by one where nobody sweeps', () => {
    const { queue, offer } = setUp({ canSweep: () => false });
    offerMany(offer, 100);
    expect(queue.size).toBe(100);
  });

  it('asks for no sweep once the queue is stopped', async () => {
    const { clock, queue, givenUp, offer, finish } = setUp({ canSweep: () => true });
    offerMany(offer, 100);
    const stopped = queue.stop();
    await finish('a0');
    await finish('a1');
    await stopped;
    await clock.advance(10_000);
    expect([givenUp, clock.sleepers()]).toEqual([[], []]);
  });
});

describe('a read', () => {
  it('that finds nothing yet, or fails, is repeated ever later and then given up', async () => {
    const { clock, queue, acted, givenUp, offer, finish } = setUp();
    offer('a');
    await finish('a', 'notYet');
    await clock.advance(999);
    expect(acted).toHaveLength(1);
    await clock.advance(1);
    await finish('a', new Error('lost'));
    await clock.advance(5_000);
    await finish('a', 'notYet');
    await clock.advance(30_000);
    expect([acted.length, givenUp]).toEqual([4, []]);
    await finish('a', new Error('lost'));
    expect([acted.length, givenUp, queue.size, clock.sleepers()]).toEqual([4, ['alert'], 0, []]);
  });

  it('that is throttled is repeated when the upstream says so', async () => {
    const { clock, acted, offer, finish } = setUp();
    offer('a');
    await finish('a', throttled(20_000));
    await clock.advance(19_999);
    expect(acted).toHaveLength(1);
    await clock.advance(1);
    expect(acted).toHaveLength(2);
  });

  it('that rests leaves its place to others, and stays one read', async () => {
    const { clock, acted, offer, finish } = setUp({ concurrency: 1 });
    offer('a');
    await finish('a', 'notYet');
    offer('b');
    expect([acted, offer('a')]).toEqual([['a', 'b'], 'known']);
    await finish('b');
    await clock.advance(1_000);
    expect(acted).toEqual(['a', 'b', 'a']);
  });
});

describe('stopping', () => {
  it('does not read once more what came again meanwhile', async () => {
    const { queue, acted, offer, finish } = setUp();
    offer('a');
    offer('a');
    const stopped = queue.stop();
    await finish('a');
    await stopped;
    expect([acted, queue.size]).toEqual([['a'], 0]);
  });

  it('drops what waits or rests, and waits for what is under way', async () => {
    const { clock, queue, acted, offer, finish } = setUp({ concurrency: 1 });
    offer('a');
    await finish('a', 'notYet');
    offer('b');
    offer('c');
    let isStopped = false;
    const stopped = queue.stop().then(() => {
      isStopped = true;
    });
    await settle();
    expect(isStopped).toBe(false);
    await finish('b', new Error('aborted'));
    await stopped;
    expect([acted, queue.size, clock.sleepers(), offer('d')]).toEqual([['a', 'b'], 0, [], 'full']);
  });
});
