import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { FencedError } from '../../src/changes/changeStore.js';
import { createRedisLease, type RedisLease } from '../../src/changes/redis/redisLease.js';
import { silentLogger } from '../../src/observability/logger.js';
import type { Redis } from '../../src/redis/connection.js';
import { type BreakableProxy, startProxy } from '../support/breakableProxy.js';
import { describeWithRedis } from '../support/redisServer.js';
import { createManualClock, type ManualClock } from '../unit/cache/manualClock.js';
import { createStore, filled, poll, readAll, seen } from './stores.js';
import { newTenant, TestConnections } from './support.js';

const connections = new TestConnections();

/** Resolves when the leadership is what is asked for. */
function until(lease: RedisLease, isLeader: boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (lease.isLeader() !== isLeader) return;
      leave();
      resolve();
    };
    const leave = lease.onChange(check);
    check();
  });
}

describeWithRedis('the lease of the change feed', (url) => {
  let tenantId: string;
  let redis: Redis;
  let leases: RedisLease[];
  let proxy: BreakableProxy;
  let clock: ManualClock;
  beforeEach(async () => {
    tenantId = newTenant();
    leases = [];
    clock = createManualClock();
    redis = await connections.connect(url(), { tenantId });
    proxy = await startProxy(Number(new URL(url()).port || 6379));
  });
  afterEach(async () => {
    for (const lease of leases) await lease.stop();
    await connections.close();
    await proxy.close();
  });

  async function createLease(instanceId: string, port?: number, own: ManualClock = clock): Promise<RedisLease> {
    const line = await connections.connect(port === undefined ? url() : `redis://127.0.0.1:${port}`, { tenantId });
    const lease = createRedisLease({ redis: line, clock: own, logger: silentLogger, random: () => 0, instanceId });
    leases.push(lease);
    return lease;
  }
  const leaseKey = () => redis.key('changes:lease');
  const endLeaseInRedis = () => redis.send(['HSET', leaseKey(), 'until', '1']);

  it('is held by one instance', async () => {
    const [one, two] = [await createLease('one'), await createLease('two')];
    one.start();
    await until(one, true);
    two.start();
    await clock.advance(1);
    expect([one.isLeader(), two.isLeader()]).toEqual([true, false]);
    expect(one.fence()).toBeGreaterThan(0);
    expect(two.fence()).toBeUndefined();
  });

  it('passes on at once when the leader stops, under a higher token', async () => {
    const [one, two] = [await createLease('one'), await createLease('two')];
    one.start();
    await until(one, true);
    const first = one.fence() as number;
    two.start();
    await one.stop();
    await until(two, true);
    expect(one.isLeader()).toBe(false);
    expect(two.fence()).toBeGreaterThan(first);
  });

  it('passes on when the leader is killed and its lease has ended', async () => {
    const [one, two] = [await createLease('one', proxy.port), await createLease('two')];
    one.start();
    await until(one, true);
    two.start();
    proxy.decide = () => 'cut';
    proxy.cut();
    const left = Number(await redis.send(['HGET', leaseKey(), 'until'])) - Date.now();
    expect(left).toBeLessThanOrEqual(10_000);
    await endLeaseInRedis();
    const taken = until(two, true);
    for (let second = 0; second < 4 && !two.isLeader(); second += 1) {
      await clock.advance(1_000);
      await redis.send(['PING']);
    }
    await taken;
  });

  it('is renewed every three seconds under the same token', async () => {
    const one = await createLease('one');
    one.start();
    await until(one, true);
    const token = one.fence();
    await endLeaseInRedis().then(() => redis.send(['HSET', leaseKey(), 'until', String(Date.now() + 500)]));
    await clock.advance(3_000);
    const renewed = async () => Number(await redis.send(['HGET', leaseKey(), 'until'])) > Date.now() + 8_000;
    while (!(await renewed()));
    expect(one.fence()).toBe(token);
  });

  it('is given up by a leader that cannot renew it, before it ends', async () => {
    const one = await createLease('one', proxy.port);
    one.start();
    await until(one, true);
    proxy.decide = () => 'cut';
    proxy.cut();
    const over = until(one, false);
    await clock.advance(7_999);
    expect(one.isLeader()).toBe(true);
    await clock.advance(1);
    expect(one.isLeader()).toBe(false);
    expect(one.fence()).toBeUndefined();
    await over;
  });

  it('keeps a leader that slept through its lease from writing', async () => {
    const store = createStore(redis);
    const sleeping = createManualClock();
    const [one, two] = [await createLease('one', undefined, sleeping), await createLease('two')];
    one.start();
    await until(one, true);
    const fence = one.fence() as number;
    await store.commit(poll({ feed: filled, fence }));
    await endLeaseInRedis();
    two.start();
    await until(two, true);
    expect(one.isLeader()).toBe(true);
    await expect(store.commit(poll({ observations: [seen('a', 1)], fence }))).rejects.toThrow(FencedError);
    await store.commit(poll({ observations: [seen('b', 1)], fence: two.fence() as number }));
    expect((await readAll(store)).map(({ id }) => id)).toEqual(['b']);
  });

  it('has a higher token after Redis lost its data, too', async () => {
    const [one, two] = [await createLease('one'), await createLease('two')];
    one.start();
    await until(one, true);
    const first = one.fence() as number;
    await redis.send(['DEL', leaseKey()]);
    two.start();
    await until(two, true);
    expect(two.fence()).toBeGreaterThan(first);
  });

  it('has a higher token than a stored one that is ahead of the time', async () => {
    await redis.send(['HSET', leaseKey(), 'token', '9000000000000000']);
    const one = await createLease('one');
    one.start();
    await until(one, true);
    expect(one.fence()).toBe(9_000_000_000_000_001);
  });
});
