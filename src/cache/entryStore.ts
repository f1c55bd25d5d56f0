import type Keyv from 'keyv';
import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';
import { type Entry, parseEntry } from './entry.js';
import type { SecondLayer } from './secondLayer.js';
import type { DropStamp } from './tagDrops.js';

const quietMs = 60_000;

/**
 * Entries over Keyv, with what other instances share behind it. A store that fails is a store that holds nothing: reads
 * miss, writes are lost, and the log says so once a minute.
 */
export class EntryStore {
  #quietUntil = 0;

  constructor(
    readonly keyv: Keyv,
    readonly clock: Clock,
    readonly logger: Logger,
    readonly secondLayer?: SecondLayer,
  ) {
    keyv.on('error', (error) => this.#report(error));
  }

  /**
   * One look-up for all keys, in their order; those that are not usable are looked up in the second layer.
   * @param stamp Now: what the second layer hands out was not dropped up to here.
   */
  async getMany(
    keys: readonly string[],
    stamp: DropStamp,
    isUsable: (entry: Entry) => boolean,
  ): Promise<(Entry | undefined)[]> {
    const near = (await this.#getNear(keys)).map((entry) => (entry && isUsable(entry) ? entry : undefined));
    const missing = keys.filter((_key, index) => near[index] === undefined);
    if (this.secondLayer === undefined || missing.length === 0) return near;
    const far = await this.secondLayer.getMany(missing);
    const found = new Map<string, Entry>();
    for (const [index, shared] of far.entries()) {
      if (shared === undefined) continue;
      const { expiresAt, ...rest } = shared;
      const [key, entry] = [missing[index] as string, { ...rest, stamp }];
      if (!isUsable(entry)) continue;
      found.set(key, entry);
      await this.#setNear(key, entry, expiresAt - this.clock.now());
    }
    return keys.map((key, index) => near[index] ?? found.get(key));
  }

  /**
   * Keyv counts the lifetime in milliseconds and reads 0 as "for ever", so an entry without a future is not stored.
   * @param sharedStamp The second layer's moment before the entry was made.
   */
  async set(key: string, entry: Entry, lifetimeMs: number, sharedStamp: DropStamp | undefined): Promise<void> {
    const expiresAt = this.clock.now() + lifetimeMs;
    await this.#setNear(key, entry, lifetimeMs);
    // That the upstream knows nothing is remembered by who asked. Nobody waits for the others to be told.
    if (entry.value !== null) void this.secondLayer?.set(key, { ...entry, expiresAt }, sharedStamp);
  }

  async close(): Promise<void> {
    await this.secondLayer?.close();
    try {
      await this.keyv.disconnect();
    } catch (error) {
      this.#report(error);
    }
  }

  async #getNear(keys: readonly string[]): Promise<(Entry | undefined)[]> {
    try {
      const stored: unknown[] = await this.keyv.getMany([...keys]);
      return keys.map((_key, index) => (stored[index] == null ? undefined : parseEntry(stored[index])));
    } catch (error) {
      this.#report(error);
      return keys.map(() => undefined);
    }
  }

  async #setNear(key: string, entry: Entry, lifetimeMs: number): Promise<void> {
    if (lifetimeMs <= 0) return;
    try {
      await this.keyv.set(key, entry, lifetimeMs);
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    if (this.clock.now() < this.#quietUntil) return;
    this.#quietUntil = this.clock.now() + quietMs;
    this.logger.warn({ err: error }, 'cache store failed; reading through');
  }
}
