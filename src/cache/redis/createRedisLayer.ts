import KeyvRedis from '@keyv/redis';
import Keyv from 'keyv';
import { z } from 'zod';
import type { Logger } from '../../observability/logger.js';
import type { Redis } from '../../redis/connection.js';
import { RedisUnavailableError, reasonOf } from '../../redis/redisErrors.js';
import type { Clock } from '../../time/clock.js';
import { freezeDeep } from '../boundedStore.js';
import { entryShape } from '../entry.js';
import type { SecondLayer, SharedEntry } from '../secondLayer.js';
import type { DropStamp } from '../tagDrops.js';
import { SharedDrops } from './SharedDrops.js';

export interface RedisLayerDeps {
  /** `redis://` or `rediss://`, as `redis` was made with. Never logged. */
  readonly url: string;
  /** Notes the drops, and says whether Redis is there. */
  readonly redis: Redis;
  /** Which build of the gateway stores: builds do not read each other's entries, whose shapes may differ. */
  readonly release: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A cache that takes longer is no help. */
const patienceMs = 300;
const quietMs = 60_000;
const sharedShape = entryShape.extend({ expiresAt: z.number() });

/** The cache that instances share, over Keyv on Redis with a connection of its own. */
export function createRedisLayer(deps: RedisLayerDeps): SecondLayer {
  return new RedisLayer(deps);
}

class RedisLayer implements SecondLayer {
  readonly #deps: RedisLayerDeps;
  readonly #adapter: KeyvRedis<unknown>;
  readonly #keyv: Keyv;
  readonly #drops: SharedDrops;
  readonly #leave: () => void;
  #quietUntil = 0;

  constructor(deps: RedisLayerDeps) {
    this.#deps = deps;
    this.#adapter = createAdapter(deps.url);
    // Keyv gives the namespace to its adapter; with a prefix of its own it would stand in the keys twice.
    const namespace = deps.redis.key(`cache:${deps.release}`);
    this.#keyv = new Keyv({ store: this.#adapter, namespace, useKeyPrefix: false });
    this.#keyv.on('error', (error) => this.#report(error));
    this.#drops = new SharedDrops(deps.redis);
    this.#leave = deps.redis.onConnected(() => void this.#unlessAway(() => this.#drops.tell(), undefined));
  }

  async getMany(keys: readonly string[]): Promise<(SharedEntry | undefined)[]> {
    return this.#unlessAway(
      () => this.#read(keys),
      keys.map(() => undefined),
    );
  }

  async set(key: string, entry: SharedEntry, stamp: DropStamp | undefined): Promise<void> {
    const lifetimeMs = Math.floor(entry.expiresAt - this.#deps.clock.now());
    if (stamp === undefined || lifetimeMs <= 0) return;
    await this.#unlessAway(() => this.#keyv.set(key, { ...entry, stamp }, lifetimeMs), false);
  }

  stamp(): DropStamp | undefined {
    return this.#drops.known;
  }

  async drop(tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    // Noted here even while Redis is away.
    await this.#unlessAway(() => this.#drops.drop(tags), undefined, true);
  }

  async close(): Promise<void> {
    this.#leave();
    // Without a word to the server, which may not answer.
    await this.#adapter.disconnect(true).catch((error: unknown) => this.#report(error));
  }

  /** The drops are looked at after the entries were read, so that no drop falls in between. */
  async #read(keys: readonly string[]): Promise<(SharedEntry | undefined)[]> {
    const stored: unknown[] = await this.#keyv.getMany([...keys]);
    const now = this.#deps.clock.now();
    const entries = keys.map((_key, index) => {
      const { data } = sharedShape.safeParse(stored[index]);
      return data === undefined || data.expiresAt <= now ? undefined : freezeDeep(data);
    });
    const tags = new Set(entries.flatMap((entry) => entry?.tags ?? []));
    const isDropped = await this.#drops.look([...tags]);
    return entries.map((entry) => (entry === undefined || isDropped(entry.tags, entry.stamp) ? undefined : entry));
  }

  /** @param always Also while Redis is known to be away: then the work has to end at once by itself. */
  async #unlessAway<T>(work: () => Promise<T>, otherwise: T, always = false): Promise<T> {
    if (!always && !this.#deps.redis.status().connected) return otherwise;
    const done = new AbortController();
    const tooLate = this.#deps.clock.sleep(patienceMs, done.signal).then(() => {
      throw new RedisUnavailableError('TIMEOUT');
    });
    const working = work();
    try {
      return await Promise.race([working, tooLate]);
    } catch (error) {
      this.#report(error);
      return otherwise;
    } finally {
      done.abort();
      working.catch(() => undefined);
      tooLate.catch(() => undefined);
    }
  }

  /** Messages of the client name hosts, so only a word of the error is logged. */
  #report(error: unknown): void {
    const { clock, logger } = this.#deps;
    if (clock.now() < this.#quietUntil) return;
    this.#quietUntil = clock.now() + quietMs;
    logger.warn({ reason: reasonOf(error) }, 'shared cache failed; reading through');
  }
}

/** Commands fail at once while no connection stands: by default they would wait for one for ever. */
function createAdapter(url: string): KeyvRedis<unknown> {
  const reconnectStrategy = (attempts: number) => Math.min(2 ** attempts * 50, 2_000);
  return new KeyvRedis(
    { url, disableOfflineQueue: true, socket: { connectTimeout: patienceMs, reconnectStrategy } },
    { connectionTimeout: patienceMs, throwOnConnectError: false },
  );
}
