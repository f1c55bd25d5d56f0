import { hash, randomUUID } from 'node:crypto';
import type { Redis } from '../../redis/connection.js';
import { instancesKey } from '../../redis/instances.js';
import type { Outbox } from '../../redis/outbox.js';
import { RedisUnavailableError } from '../../redis/redisErrors.js';
import type { Clock } from '../../time/clock.js';
import { KeyedLock } from './KeyedLock.js';
import { MutationsUnavailableError } from './MutationsUnavailableError.js';
import { giveLock, takeLock } from './redis/lockScripts.js';

export interface RedisKeyedLockDeps {
  readonly redis: Redis;
  /** Gives locks back that Redis could not be told of at once. */
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** In [0, 1); spreads the attempts of those that wait. */
  readonly random: () => number;
  readonly instanceId: string;
}

/** Longer than any mutation runs: a lock that is not given back ends by itself. That of a dead instance ends with it. */
const longestMs = 120_000;
const longestWaitMs = 25_000;
const retryMs = 50;

/**
 * One at a time for each key, on all instances together; on each instance in the order of arrival. While Redis is away only
 * this instance counts: then whoever needs more than that was refused with the idempotency key.
 */
export class RedisKeyedLock extends KeyedLock {
  readonly #deps: RedisKeyedLockDeps;
  readonly #keys: readonly string[];

  constructor(deps: RedisKeyedLockDeps) {
    super();
    this.#deps = deps;
    this.#keys = [deps.redis.key('locks:ends'), deps.redis.key('locks:holders'), instancesKey(deps.redis)];
  }

  /** @throws {MutationsUnavailableError} when another instance holds the lock for too long; the work has not begun. */
  override run<T>(key: string, work: () => Promise<T>): Promise<T> {
    return super.run(key, () => this.#runHeld(hash('sha256', key, 'base64url'), work));
  }

  async #runHeld<T>(lock: string, work: () => Promise<T>): Promise<T> {
    const token = randomUUID();
    await this.#take(lock, token);
    try {
      return await work();
    } finally {
      // Nobody waits for it: what comes next for the object asks after it.
      void this.#give(lock, token);
    }
  }

  async #take(lock: string, token: string): Promise<void> {
    const { redis, clock, random, instanceId } = this.#deps;
    const giveUpAt = clock.now() + longestWaitMs;
    try {
      while (!(await redis.run(takeLock, this.#keys, [lock, instanceId, token, longestMs]))) {
        if (clock.now() >= giveUpAt) {
          throw new MutationsUnavailableError('Another change of the same object is under way; nothing was written.');
        }
        await clock.sleep(retryMs * (1 + random()));
      }
    } catch (error) {
      // It may be ours although the answer was lost; whether it is or not, it is given back in the end.
      if (!(error instanceof RedisUnavailableError)) throw error;
    }
  }

  #give(lock: string, token: string): Promise<void> {
    return this.#deps.outbox.send({ script: giveLock, keys: this.#keys.slice(0, 2), args: [lock, token] });
  }
}
