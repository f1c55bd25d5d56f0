import type { Logger } from '../../observability/logger.js';
import type { Redis } from '../../redis/connection.js';
import { RedisUnavailableError } from '../../redis/redisErrors.js';
import type { Clock } from '../../time/clock.js';
import type { Leadership } from '../leadership.js';
import { NewsBell } from '../newsBell.js';
import { leaseKey } from './keys.js';
import { askForLease, releaseLease } from './leaseScripts.js';

export interface RedisLeaseDeps {
  readonly redis: Redis;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1); spreads the attempts of those that wait. */
  readonly random: () => number;
  /** Unique among all instances that ever ran. */
  readonly instanceId: string;
}

export interface RedisLease extends Leadership {
  start(): void;
  /** Gives the lease back, so that another instance takes over at once. */
  stop(): Promise<void>;
}

interface Held {
  readonly token: number;
  /** Our clock: from here on another instance may hold the lease. */
  readonly until: number;
}

const leaseMs = 10_000;
const renewMs = 3_000;
/** A leader that could not renew steps down this much before its lease ends, so that two never lead. */
const marginMs = 2_000;
const retryMs = 500;

/**
 * The lease of the change feed: whoever holds it polls. Its token rises with every lease, also after Redis lost its data,
 * and the store refuses steps under an older one; the clocks of instances only decide who tries.
 */
export function createRedisLease(deps: RedisLeaseDeps): RedisLease {
  return new LeaseKeeper(deps);
}

class LeaseKeeper implements RedisLease {
  readonly #stopping = new AbortController();
  readonly #changed = new NewsBell();
  readonly #exits: (() => void)[] = [];
  #running: Promise<void> | undefined;
  #held: Held | undefined;
  /** Aborted to end the wait for the next attempt. */
  #wait = new AbortController();
  /** Aborted when the lease was renewed or is over. */
  #holding = new AbortController();

  constructor(readonly deps: RedisLeaseDeps) {}

  start(): void {
    if (this.#running !== undefined) return;
    const tryNow = () => {
      if (!this.isLeader()) this.#wait.abort();
    };
    this.#exits.push(this.deps.redis.listen(this.#key, tryNow), this.deps.redis.onConnected(tryNow));
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    for (const exit of this.#exits.splice(0)) exit();
    this.#stopping.abort();
    this.#wait.abort();
    await this.#running;
    this.#hold(undefined);
    await this.#release();
  }

  isLeader(): boolean {
    return this.#held !== undefined && this.deps.clock.now() < this.#held.until;
  }

  fence(): number | undefined {
    return this.isLeader() ? this.#held?.token : undefined;
  }

  onChange(listener: () => void): () => void {
    return this.#changed.listen(listener);
  }

  get #key(): string {
    return leaseKey(this.deps.redis);
  }

  async #run(): Promise<void> {
    const { clock } = this.deps;
    while (!this.#stopping.signal.aborted) {
      this.#wait = new AbortController();
      const waitMs = await this.#ask();
      if (this.#stopping.signal.aborted) return;
      await clock.sleep(waitMs, this.#wait.signal).catch(() => undefined);
    }
  }

  /** @returns milliseconds until it should be asked for again. */
  async #ask(): Promise<number> {
    const { redis, clock, logger, instanceId, random } = this.deps;
    // Counted from before the question: Redis counts from when it got it, so our time ends first.
    const askedAt = clock.now();
    try {
      const { token, leftMs } = await redis.run(askForLease, [this.#key], [instanceId, leaseMs]);
      if (this.#stopping.signal.aborted) return 0;
      this.#hold(token === undefined ? undefined : { token, until: askedAt + leaseMs - marginMs });
      return token === undefined ? Math.min(leftMs, renewMs) + random() * retryMs : renewMs;
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) logger.error({ err: error }, 'the lease cannot be asked for');
      return retryMs;
    }
  }

  #hold(held: Held | undefined): void {
    const before = this.#held?.token;
    this.#held = held;
    this.#holding.abort();
    this.#holding = new AbortController();
    if (held !== undefined) this.#stepDownInTime(held, this.#holding.signal);
    if (before === held?.token) return;
    this.deps.logger.info({ fence: held?.token ?? null }, 'leadership of the change feed changed');
    this.#changed.ring();
  }

  #stepDownInTime(held: Held, renewed: AbortSignal): void {
    this.deps.clock.sleep(held.until - this.deps.clock.now(), renewed).then(
      () => this.#hold(undefined),
      () => undefined,
    );
  }

  /** An answer that came too late may have given us the lease, so it is given back in any case. Redis away: it ends by itself. */
  async #release(): Promise<void> {
    const { redis, instanceId } = this.deps;
    await redis.run(releaseLease, [this.#key], [instanceId]).catch(() => undefined);
  }
}
