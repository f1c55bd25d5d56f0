import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from '@jest/globals';
import { toStoreKey } from '../../src/cache/cacheKey.js';
import type { Cache } from '../../src/cache/contract.js';
import { createCache } from '../../src/cache/createCache.js';
import { createRedisLayer } from '../../src/cache/redis/createRedisLayer.js';
import { silentLogger } from '../../src/observability/logger.js';
import type { Redis } from '../../src/redis/connection.js';
import { systemClock } from '../../src/time/clock.js';
import { describeWithOwnRedis, describeWithRedis, type OwnRedis, startRedis } from '../support/redisServer.js';
import { filled, recordMeter, policy as shortPolicy } from '../unit/cache/support.js';
import { newTenant, nextConnection, TestConnections } from './support.js';

const policy = { ...shortPolicy, ttlMs: 60_000 };
const connections = new TestConnections();
const caches: Cache[] = [];
let server: OwnRedis | undefined;
afterEach(async () => {
  for (const cache of caches.splice(0)) await cache.close();
  await connections.close();
  await server?.remove();
});

interface Instance {
  readonly cache: Cache;
  readonly redis: Redis;
  /** What the instance answers for a key: what it has, or else `upstream`. */
  read(key: string, upstream: string | null, tags?: readonly string[]): Promise<string | null>;
  readonly scope: () => Parameters<Cache['read']>[2];
}

async function join(url: string, tenantId: string, release = '1'): Promise<Instance> {
  const redis = await connections.connect(url, { tenantId });
  const parts = { clock: systemClock, logger: silentLogger };
  const secondLayer = createRedisLayer({ ...parts, url, redis, release });
  const cache = createCache({ ...parts, random: () => 0, secondLayer });
  caches.push(cache);
  const scope = () => ({
    purpose: 'interactive' as const,
    requestId: randomUUID(),
    signal: new AbortController().signal,
    deadlineAt: systemClock.now() + 15_000,
    accessScope: 'tenant-a',
    meter: recordMeter(),
  });
  const read = async (key: string, upstream: string | null, tags?: readonly string[]) =>
    (await cache.read(policy, key, scope(), async () => filled(upstream, tags))).value;
  return { cache, redis, read, scope };
}

/** Entries are shared behind the answer. */
async function untilStored({ redis }: Instance, key: string): Promise<void> {
  const storeKey = redis.key(`cache:1::${toStoreKey(policy, key, 'tenant-a')}`);
  while ((await redis.send(['EXISTS', storeKey])) !== 1) await systemClock.sleep(5);
}

/** Readable by others from the beginning: an instance shares once it knows where the drops stand. */
async function share(instance: Instance, key: string, value: string, tags?: readonly string[]): Promise<void> {
  await instance.read(key, value, tags);
  await untilStored(instance, key);
}

describeWithRedis('a cache that instances share', (url) => {
  it('asks the upstream once for all instances, and hands out what nobody can write to', async () => {
    const tenant = newTenant();
    const [one, two] = [await join(url(), tenant), await join(url(), tenant)];
    await share(one, 'a', 'theirs', ['user:a']);
    const answer = await two.cache.read(policy, 'a', two.scope(), async () => filled<object | string>('ours'));
    expect(answer).toMatchObject({ value: 'theirs', source: 'CACHE' });
    expect(await two.read('a', 'not asked')).toBe('theirs');
    await one.cache.read(policy, 'object', one.scope(), async () => filled({ deep: { list: [1] } }));
    await untilStored(one, 'object');
    const { value } = await two.cache.read<object>(policy, 'object', two.scope(), async () => filled({ other: true }));
    expect(value).toEqual({ deep: { list: [1] } });
    expect(Object.isFrozen(value) && Object.isFrozen((value as { deep: object }).deep)).toBe(true);
  });

  it('keeps apart what other builds and other access scopes stored, and what the upstream does not know', async () => {
    const tenant = newTenant();
    const [one, other] = [await join(url(), tenant), await join(url(), tenant, '2')];
    const two = await join(url(), tenant);
    await share(one, 'a', 'theirs');
    expect(await other.read('a', 'ours')).toBe('ours');
    const scope = { ...two.scope(), accessScope: 'tenant-b' };
    expect((await two.cache.read(policy, 'a', scope, async () => filled('ours'))).value).toBe('ours');
    expect(await one.read('none', null)).toBeNull();
    expect(await two.read('none', 'created meanwhile')).toBe('created meanwhile');
  });

  it('hands out nothing that was stored before a drop of its tag, to whoever dropped and to everybody else', async () => {
    const tenant = newTenant();
    const [one, two, three] = [await join(url(), tenant), await join(url(), tenant), await join(url(), tenant)];
    await share(one, 'a', 'old', ['alert:a', 'alerts']);
    await two.cache.drop(['alert:a']);
    expect(await three.read('a', 'fresh')).toBe('fresh');
    await share(one, 'b', 'old', ['alerts']);
    await two.cache.drop(['alerts']);
    expect(await two.read('b', 'fresh')).toBe('fresh');
  });

  it('does not bring a dropped entry back after a restart of the instance that dropped it', async () => {
    const tenant = newTenant();
    const [one, two] = [await join(url(), tenant), await join(url(), tenant)];
    await share(one, 'a', 'old', ['alert:a']);
    await two.cache.drop(['alert:a']);
    await two.cache.close();
    const restarted = await join(url(), tenant);
    expect(await restarted.read('a', 'fresh')).toBe('fresh');
  });

  it('does not hand out a fill that began before the drop and was stored after it', async () => {
    const tenant = newTenant();
    const [one, two, three] = [await join(url(), tenant), await join(url(), tenant), await join(url(), tenant)];
    await share(one, 'before', 'something');
    let finish: (value: ReturnType<typeof filled<string>>) => void = () => undefined;
    let begun: () => void = () => undefined;
    const beginning = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const filling = one.cache.read<string>(policy, 'a', one.scope(), () => {
      begun();
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    await beginning;
    await two.cache.drop(['alert:a']);
    finish(filled('old', ['alert:a']));
    expect((await filling).value).toBe('old');
    await untilStored(one, 'a');
    expect(await three.read('a', 'fresh')).toBe('fresh');
  });

  it('shares again what was filled after a drop', async () => {
    const tenant = newTenant();
    const [one, two] = [await join(url(), tenant), await join(url(), tenant)];
    await one.cache.drop(['alert:a']);
    await share(one, 'a', 'fresh', ['alert:a']);
    expect(await two.read('a', 'not asked')).toBe('fresh');
  });
});

describeWithOwnRedis('a shared cache whose Redis goes away', () => {
  it('is a cache of this process, at once and without an error', async () => {
    server = await startRedis();
    const one = await join(server.url, newTenant());
    await share(one, 'a', 'kept');
    await server.stop();
    const before = systemClock.now();
    expect(await one.read('a', 'not asked')).toBe('kept');
    expect(await one.read('b', 'ours')).toBe('ours');
    await one.cache.drop(['alert:a']);
    expect(systemClock.now() - before).toBeLessThan(300);
  });

  it('misses within 300 ms when Redis answers nothing', async () => {
    server = await startRedis();
    const one = await join(server.url, newTenant());
    await share(one, 'a', 'kept');
    server.hold();
    const before = systemClock.now();
    expect(await one.read('b', 'ours')).toBe('ours');
    expect(systemClock.now() - before).toBeLessThan(600);
    server.resume();
  });

  it('tells the others when Redis is back what was dropped meanwhile', async () => {
    server = await startRedis({ appendonly: 'yes', appendfsync: 'always' });
    const tenant = newTenant();
    const one = await join(server.url, tenant);
    await share(one, 'a', 'old', ['alert:a']);
    await server.stop();
    await one.cache.drop(['alert:a']);
    await Promise.all([nextConnection(one.redis), server.start()]);
    expect(await one.read('a', 'fresh')).toBe('fresh');
    const two = await join(server.url, tenant);
    expect(await two.read('a', 'fresh')).toBe('fresh');
  });

  it('does not trust tagged entries of a Redis that started again, which may have lost drops', async () => {
    server = await startRedis({ appendonly: 'yes', appendfsync: 'always' });
    const tenant = newTenant();
    const one = await join(server.url, tenant);
    await share(one, 'a', 'old', ['alert:a']);
    await server.stop();
    await Promise.all([nextConnection(one.redis), server.start()]);
    const two = await join(server.url, tenant);
    expect(await two.read('a', 'fresh')).toBe('fresh');
  });
});
