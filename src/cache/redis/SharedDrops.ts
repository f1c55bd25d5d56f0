import type { Redis } from '../../redis/connection.js';
import type { DropStamp } from '../tagDrops.js';
import { type DropsLook, lookAtDrops, noteDrop, noteDropOfAll } from './dropScripts.js';

const tagsPerCall = 1_000;
/** Drops that Redis was not told of; beyond these it is told to drop everything. */
const maxUntold = 10_000;

/** What a look at the drops says of one entry. */
export type IsDropped = (tags: readonly string[] | undefined, stamp: DropStamp) => boolean;

/**
 * The drops of all instances in Redis. A stamp names the run of the server: one that started again may have lost drops that
 * came after entries which it kept, so entries of another run count as dropped.
 */
export class SharedDrops {
  readonly #keys: readonly string[];
  /** Dropped here, and not yet known to be noted in Redis. */
  readonly #untold = new Map<string, number>();
  #drops = 0;
  #isAllUntold = false;
  #known: DropStamp | undefined;

  constructor(readonly redis: Redis) {
    this.#keys = [redis.key('cache:drops'), redis.key('cache:state')];
  }

  /** The newest moment that is known. */
  get known(): DropStamp | undefined {
    return this.#known;
  }

  /** @throws {RedisUnavailableError} when the others cannot be told now; this instance remembers it, and tells them later. */
  async drop(tags: readonly string[]): Promise<void> {
    this.#drops += 1;
    for (const tag of tags) this.#untold.set(tag, this.#drops);
    if (this.#untold.size > maxUntold) {
      this.#untold.clear();
      this.#isAllUntold = true;
    }
    await this.tell();
  }

  /** Tells Redis what it was not told. @throws {RedisUnavailableError} */
  async tell(): Promise<void> {
    const upTo = this.#drops;
    const epoch = this.redis.standing().server.runId;
    if (this.#isAllUntold) {
      this.#learn(epoch, await this.redis.run(noteDropOfAll, this.#keys, []));
      // More that overflowed meanwhile is untold again.
      this.#isAllUntold = this.#drops > upTo && this.#isAllUntold;
    }
    const tags = [...this.#untold.keys()];
    for (let start = 0; start < tags.length; start += tagsPerCall) {
      const part = tags.slice(start, start + tagsPerCall);
      this.#learn(epoch, await this.redis.run(noteDrop, this.#keys, part));
      for (const tag of part) if ((this.#untold.get(tag) ?? 0) <= upTo) this.#untold.delete(tag);
    }
  }

  /** @throws {RedisUnavailableError} */
  async look(tags: readonly string[]): Promise<IsDropped> {
    const epoch = this.redis.standing().server.runId;
    const look = await this.redis.run(lookAtDrops, this.#keys, tags);
    this.#learn(epoch, look.sequence);
    const last = new Map(tags.map((tag, index) => [tag, look.tags[index] ?? 0]));
    return (own, stamp) => this.#isDropped(own ?? [], stamp, epoch, look, last);
  }

  #isDropped(
    tags: readonly string[],
    stamp: DropStamp,
    epoch: string,
    { floor }: DropsLook,
    last: ReadonlyMap<string, number>,
  ): boolean {
    if (tags.length === 0) return false;
    if (stamp.epoch !== epoch || stamp.sequence < floor || this.#isAllUntold) return true;
    return tags.some((tag) => this.#untold.has(tag) || (last.get(tag) ?? 0) > stamp.sequence);
  }

  #learn(epoch: string, sequence: number): void {
    const isNewer = this.#known?.epoch !== epoch || this.#known.sequence < sequence;
    if (isNewer) this.#known = { epoch, sequence };
  }
}
