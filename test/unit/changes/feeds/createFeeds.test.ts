import { describe, expect, it } from '@jest/globals';
import { FencedError } from '../../../../src/changes/changeStore.js';
import type { Feed } from '../../../../src/changes/feeds/contract.js';
import type { Leadership } from '../../../../src/changes/leadership.js';
import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import { settle } from '../../cache/manualClock.js';
import { day, hour, minute, setUpFeeds, ticksAt } from './support.js';

/** A lease that a test moves. */
class Lease implements Leadership {
  readonly #listeners = new Set<() => void>();
  #fence: number | undefined;

  constructor(fence?: number) {
    this.#fence = fence;
  }

  isLeader = () => this.#fence !== undefined;
  fence = () => this.#fence;
  onChange = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  get listeners() {
    return this.#listeners.size;
  }
  async move(fence: number | undefined): Promise<void> {
    this.#fence = fence;
    for (const listener of this.#listeners) listener();
    await settle(20);
  }
}

const throttled = (retryAfterMs?: number) =>
  new UpstreamError('UPSTREAM_THROTTLED', 'Too many requests.', {
    upstream: 'GRAPH_SECURITY',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

/** A feed that does what a test says, beside the quiet ones. */
function setUpOne(sweep: Feed['sweep'], leadership: Leadership = new Lease(1), intervalMs = 15_000, random = () => 1) {
  const feed: Feed = { topic: 'riskEvent', name: 'risk', intervalMs, sweep, state: () => undefined };
  const set = setUpFeeds({ others: [feed], leadership, random });
  return { ...set, status: () => set.statusOf('risk') };
}

describe('the calls of a tenant at rest', () => {
  it('stay under six hundredths of the budget of 150 a minute, reconciles included: 3,000 alerts, 600 incidents', async () => {
    const feed = setUpFeeds();
    for (let n = 0; n < 3_000; n += 1) feed.alerts.put(`da${n}`, ticksAt(feed.clock, -n * 14 * minute));
    for (let n = 0; n < 600; n += 1) feed.incidents.put(`${n}`, ticksAt(feed.clock, -n * 70 * minute));
    await feed.begin();
    await feed.next();
    const perHour: number[] = [];
    for (const hours of [1, 24, 25]) {
      if (hours === 24) for (let n = 0; n < 22; n += 1) await feed.next(hour);
      feed.alerts.requests.length = 0;
      feed.incidents.requests.length = 0;
      for (let polls = 0; polls < 240; polls += 1) await feed.next();
      perHour.push(feed.alerts.requests.length + feed.incidents.requests.length);
    }
    expect(Math.min(...perHour)).toBe(480);
    expect(Math.max(...perHour)).toBeGreaterThan(490);
    expect(Math.max(...perHour) / 60).toBeLessThan(0.06 * 150);
    expect(feed.feeds.status().map(({ failures }) => failures)).toEqual([0, 0, 0, 0]);
    await feed.feeds.stop();
  });
});

describe('a feed whose sweep fails', () => {
  it('is tried again later and later, at most five minutes apart, and recovers', async () => {
    const errors: Error[] = [new TypeError('boom'), ...Array.from({ length: 6 }, () => throttled())];
    const feed = setUpOne(async () => {
      const error = errors.shift();
      if (error !== undefined) throw error;
      return '2026-11-21T08:00:00Z';
    });
    await feed.begin();
    expect(feed.status()).toMatchObject({ failures: 1, lastErrorCode: 'TypeError' });
    for (const seconds of [15, 30, 60, 120, 240, 300, 300]) {
      const before = errors.length;
      const { failures } = feed.status() as { failures: number };
      await feed.next(seconds * 1_000 - 1);
      expect(feed.status()?.failures).toBe(failures);
      await feed.next(1);
      expect([errors.length, feed.status()?.failures]).toEqual(before === 0 ? [0, 0] : [before - 1, failures + 1]);
    }
    expect(feed.status()).toMatchObject({ failures: 0, lastErrorCode: null, lastSweptAt: '2026-11-21T08:00:00Z' });
    await feed.feeds.stop();
  });

  it('waits at least as long as Retry-After asks, up to five minutes', async () => {
    const errors = [throttled(42_000), throttled(3_600_000)];
    let sweeps = 0;
    const sweep = async () => {
      sweeps += 1;
      throw errors.shift() ?? throttled();
    };
    const feed = setUpOne(sweep, new Lease(1), 15_000, () => 0);
    await feed.begin();
    expect(feed.status()).toMatchObject({ failures: 1, lastErrorCode: 'UPSTREAM_THROTTLED' });
    await feed.next(41_999);
    expect(sweeps).toBe(1);
    await feed.next(1);
    expect(sweeps).toBe(2);
    await feed.next(299_999);
    expect(sweeps).toBe(2);
    await feed.next(1);
    expect(sweeps).toBe(3);
    await feed.feeds.stop();
  });

  it('does not hold the others up', async () => {
    const feed = setUpOne(() => Promise.reject(new Error('always')));
    await feed.begin();
    for (let sweep = 0; sweep < 3; sweep += 1) await feed.next();
    expect(feed.statusOf('alerts')).toMatchObject({ failures: 0, isFilling: false });
    await feed.feeds.stop();
  });
});

describe('a poke', () => {
  it('sweeps the feeds of its topic at once, once however often it comes, and not within a second again', async () => {
    const feed = setUpFeeds();
    await feed.begin();
    await feed.next(5_000);
    feed.alerts.requests.length = 0;
    feed.incidents.requests.length = 0;
    for (let pokes = 0; pokes < 5; pokes += 1) feed.feeds.poke('alert');
    await feed.next(0);
    feed.feeds.poke('alert');
    await feed.next(0);
    expect(feed.alerts.requests).toHaveLength(1);
    await feed.next(1_000);
    expect(feed.alerts.requests).toHaveLength(2);
    expect(feed.incidents.requests).toHaveLength(0);
    await feed.feeds.stop();
  });

  it('during a sweep is followed by another sweep', async () => {
    let sweeps = 0;
    let end: () => void = () => undefined;
    const feed = setUpOne(async () => {
      sweeps += 1;
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      return null;
    });
    await feed.begin();
    feed.feeds.poke('riskEvent');
    end();
    await feed.next(1_000);
    expect(sweeps).toBe(2);
    end();
    await feed.next(1_000);
    expect(sweeps).toBe(2);
    await feed.feeds.stop();
  });

  it('does not shorten the wait after a failure', async () => {
    let sweeps = 0;
    const feed = setUpOne(() => {
      sweeps += 1;
      return Promise.reject(throttled(60_000));
    });
    await feed.begin();
    feed.feeds.poke('riskEvent');
    await feed.next(30_000);
    expect(sweeps).toBe(1);
    await feed.feeds.stop();
  });
});

describe('an instance that does not lead', () => {
  it('sweeps nothing until it leads, and then at once, with the fence of its lease in every step', async () => {
    const lease = new Lease();
    const feed = setUpFeeds({ leadership: lease });
    const fences: unknown[] = [];
    const commit = feed.store.commit.bind(feed.store);
    feed.store.commit = (step) => {
      fences.push(step.fence);
      return commit(step);
    };
    await feed.begin();
    await feed.next(day);
    expect(feed.alerts.requests).toEqual([]);
    expect(feed.statusOf('alerts')).toMatchObject({ isSweeping: false, isFilling: null, position: null });
    await lease.move(7);
    expect(feed.statusOf('alerts')).toMatchObject({ isSweeping: true, isFilling: false });
    expect(new Set(fences)).toEqual(new Set([7]));
    await feed.feeds.stop();
    expect(lease.listeners).toBe(0);
  });

  it('gives up the round that runs when it loses the lease, which is no failure', async () => {
    const lease = new Lease(1);
    let given: AbortSignal | undefined;
    const feed = setUpOne((signal) => {
      given = signal;
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    }, lease);
    await feed.begin();
    await lease.move(undefined);
    expect(given?.aborted).toBe(true);
    expect(feed.status()).toMatchObject({ isSweeping: false, failures: 0 });
    await feed.feeds.stop();
  });

  it('stops when a step is fenced off, until it has another lease', async () => {
    const lease = new Lease(1);
    const fences: (number | undefined)[] = [];
    const feed = setUpOne(async (_signal, fence) => {
      fences.push(fence);
      if (fence === 1) throw new FencedError();
      return null;
    }, lease);
    await feed.begin();
    await feed.next(hour);
    expect(fences).toEqual([1]);
    expect(feed.status()).toMatchObject({ isSweeping: false, failures: 0 });
    await lease.move(undefined);
    await lease.move(2);
    expect(fences).toEqual([1, 2]);
    await feed.feeds.stop();
  });
});

describe('stopping', () => {
  it('gives up the calls that run and leaves no timer', async () => {
    const feed = setUpFeeds();
    let signal: AbortSignal | undefined;
    feed.alerts.ids = (request) =>
      new Promise((_resolve, reject) => {
        signal = request.signal;
        request.signal.addEventListener('abort', () => reject(request.signal.reason));
      });
    await feed.begin();
    await feed.feeds.stop();
    expect(signal?.aborted).toBe(true);
    expect(feed.clock.sleepers()).toEqual([]);
    expect(feed.statusOf('alerts')).toMatchObject({ isSweeping: false, failures: 0 });
  });

  it('before the start does nothing', async () => {
    const feed = setUpFeeds();
    await feed.feeds.stop();
    feed.feeds.start();
    await settle();
    expect(feed.alerts.requests).toEqual([]);
    await feed.feeds.stop();
  });
});
