import { randomUUID } from 'node:crypto';
import { createRedisLayer } from '../cache/redis/createRedisLayer.js';
import { createRedisChangeStore } from '../changes/redis/redisChangeStore.js';
import { createRedisLease } from '../changes/redis/redisLease.js';
import { createRedisIdempotencyStore } from '../datasources/mutations/redisIdempotencyStore.js';
import { RedisKeyedLock } from '../datasources/mutations/redisKeyedLock.js';
import type { Logger } from '../observability/logger.js';
import { createRedis } from '../redis/connection.js';
import { createInstances } from '../redis/instances.js';
import { createOutbox } from '../redis/outbox.js';
import type { Clock } from '../time/clock.js';
import { createRedisBudget } from '../upstream/budgets/createRedisBudget.js';
import { createRedisRegistrationStore } from '../webhooks/redisRegistrationStore.js';
import type { Engine } from './contract.js';

export interface RedisEngineDeps {
  readonly url: string;
  /** What sets the data apart from that of other gateways on the same Redis: tenant, credential, dialect. */
  readonly namespace: string;
  /** Build of the gateway; other builds do not read its cache entries. */
  readonly release: string;
  /** Milliseconds after which an upstream call without an answer is over. */
  readonly flightMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/**
 * For many instances: all that they share is in Redis, and any of them may die at any moment.
 * @throws {UnsuitableRedisError} when the server must not be used as it is set up. One that is away is no error: who opens
 * the journal waits for it.
 */
export async function createRedisEngine(deps: RedisEngineDeps): Promise<Engine> {
  const { url, namespace, release, flightMs, clock, random, logger } = deps;
  const redis = createRedis({ url, tenantId: namespace, logger, random });
  try {
    await redis.started();
  } catch (error) {
    await redis.close();
    throw error;
  }
  const instanceId = randomUUID();
  const shared = { redis, clock, logger, random, instanceId };
  const lease = createRedisLease(shared);
  const instances = createInstances(shared);
  const outbox = createOutbox(redis, logger);
  const store = createRedisChangeStore({ redis, clock, random });
  return {
    store,
    leadership: lease,
    registrations: createRedisRegistrationStore(redis),
    isShared: true,
    createBudget: (name, row) =>
      createRedisBudget({ ...shared, name, row, flightMs, instanceCount: () => instances.count() }),
    secondLayer: createRedisLayer({ url, redis, release, clock, logger }),
    writes: {
      idempotency: createRedisIdempotencyStore({ redis, outbox, clock, logger, instanceId }),
      locks: new RedisKeyedLock({ redis, outbox, clock, random, instanceId }),
    },
    degraded: () => (redis.status().connected && outbox.length === 0 ? [] : ['REDIS']),
    start: () => {
      instances.start();
      lease.start();
    },
    stop: async () => {
      await lease.stop();
      await instances.stop();
    },
    close: async () => {
      outbox.stop();
      await store.close();
      await redis.close();
    },
  };
}
