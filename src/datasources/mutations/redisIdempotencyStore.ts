import { hash, randomUUID } from 'node:crypto';
import type { Logger } from '../../observability/logger.js';
import type { Redis } from '../../redis/connection.js';
import { instancesKey } from '../../redis/instances.js';
import type { Outbox } from '../../redis/outbox.js';
import { RedisUnavailableError } from '../../redis/redisErrors.js';
import type { RedisScript } from '../../redis/scripts.js';
import type { Clock } from '../../time/clock.js';
import type { Claim, IdempotencyStore } from './IdempotencyStore.js';
import { MutationsUnavailableError } from './MutationsUnavailableError.js';
import { type ClaimState, claimKey, finishClaim, leaveClaim, lookAtClaim, releaseClaim } from './redis/claimScripts.js';

export interface RedisIdempotencyDeps {
  readonly redis: Redis;
  /** Brings outcomes to Redis that it could not be told at once. */
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Unique among all instances that ever ran; the same as that whose signs of life are counted. */
  readonly instanceId: string;
}

/** How often somebody who waits for another instance's outcome looks. */
const lookMs = 200;

/**
 * Outcomes by the caller's key, shared by all instances. The claim stands before the write, and carries whose it is: when
 * its owner is not heard of any more, the next to come with the key has to find out what became of the write.
 */
export function createRedisIdempotencyStore(deps: RedisIdempotencyDeps): IdempotencyStore {
  return new RedisIdempotencyStore(deps);
}

class RedisIdempotencyStore implements IdempotencyStore {
  constructor(private readonly deps: RedisIdempotencyDeps) {}

  async claim<T>(key: string, inputHash: string): Promise<Claim<T>> {
    const keys = this.#keys(key);
    const token = randomUUID();
    const release = () => this.#post(releaseClaim, keys, token);
    const state = await this.#ask(claimKey, keys, [inputHash, this.deps.instanceId, token], release);
    const finish = (outcome: T) => this.#post(finishClaim, keys, inputHash, JSON.stringify(outcome));
    switch (state.kind) {
      case 'claimed':
        return { kind: 'claimed', finish, release };
      case 'abandoned': {
        const { claimedAt } = state;
        return { kind: 'abandoned', claimedAt, finish, leave: () => this.#post(leaveClaim, keys, token) };
      }
      case 'done':
        // This store wrote the text from a value of the same type.
        return { kind: 'done', outcome: JSON.parse(state.outcome) as T };
      case 'pending': {
        const outcome = this.#outcomeOf<T>(keys);
        // A waiter that goes away must not leave a failure behind that nobody hears of.
        outcome.catch(() => undefined);
        return { kind: 'pending', outcome };
      }
      default:
        return { kind: 'reused' };
    }
  }

  /** Waits for the outcome of somebody else; `undefined` when it is worth claiming again. */
  async #outcomeOf<T>(keys: readonly string[]): Promise<T | undefined> {
    for (;;) {
      const state = await this.#ask(lookAtClaim, keys, []);
      if (state.kind === 'done') return JSON.parse(state.outcome) as T;
      if (state.kind !== 'pending') return undefined;
      await this.deps.clock.sleep(lookMs);
    }
  }

  /** @param undo For a question that may have been carried out although the answer was lost. */
  async #ask(
    script: RedisScript<ClaimState>,
    keys: readonly string[],
    args: readonly string[],
    undo?: () => Promise<void>,
  ): Promise<ClaimState> {
    try {
      return await this.deps.redis.run(script, keys, args);
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      void undo?.();
      const message = 'Idempotency keys cannot be looked up at the moment; nothing was written.';
      throw new MutationsUnavailableError(message, { reason: error.reason }, error);
    }
  }

  /** The write is done, or was not: whatever happens to Redis, the caller is answered. */
  #post(script: RedisScript<void>, keys: readonly string[], ...args: string[]): Promise<void> {
    return this.deps.outbox.send({ script, keys, args });
  }

  #keys(key: string): string[] {
    const { redis } = this.deps;
    const digest = hash('sha256', key, 'base64url');
    return [redis.key(`idempotency:claim:${digest}`), redis.key('idempotency:claims'), instancesKey(redis)];
  }
}
