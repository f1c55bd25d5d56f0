import { afterEach, expect, it } from '@jest/globals';
import { createInstances, type Instances } from '../../src/redis/instances.js';
import { describeWithRedis } from '../support/redisServer.js';
import { createManualClock } from '../unit/cache/manualClock.js';
import { newTenant, TestConnections } from './support.js';

const connections = new TestConnections();
const running: Instances[] = [];
afterEach(async () => {
  for (const instances of running.splice(0)) await instances.stop();
  await connections.close();
});

describeWithRedis('the count of instances', (url) => {
  const clock = createManualClock();
  const begin = async (tenantId: string, instanceId: string) => {
    const redis = await connections.connect(url(), { tenantId });
    const instances = createInstances({ redis, clock, instanceId });
    running.push(instances);
    instances.start();
    return { instances, redis };
  };
  const untilCounted = async (instances: Instances, count: number) => {
    while (instances.count() !== count) await clock.advance(3_000);
  };

  it('follows instances that come and go', async () => {
    const tenantId = newTenant();
    const one = await begin(tenantId, 'one');
    expect(one.instances.count()).toBe(1);
    const two = await begin(tenantId, 'two');
    await untilCounted(one.instances, 2);
    await two.instances.stop();
    await untilCounted(one.instances, 1);
  });

  it('drops an instance that was not heard of for ten seconds', async () => {
    const tenantId = newTenant();
    const one = await begin(tenantId, 'one');
    await one.redis.send(['ZADD', one.redis.key('instances'), String(Date.now() - 9_000), 'silent']);
    await untilCounted(one.instances, 2);
    await one.redis.send(['ZADD', one.redis.key('instances'), String(Date.now() - 10_001), 'silent']);
    await untilCounted(one.instances, 1);
  });

  it('keeps the last known count while Redis is away', async () => {
    const tenantId = newTenant();
    const one = await begin(tenantId, 'one');
    await begin(tenantId, 'two');
    await untilCounted(one.instances, 2);
    await one.redis.close();
    await clock.advance(30_000);
    expect(one.instances.count()).toBe(2);
  });
});
