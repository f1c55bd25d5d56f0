import type Keyv from 'keyv';
import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';
import { type Entry, parseEntry } from './entry.js';

const quietMs = 60_000;

/** Entries over Keyv. A store that fails is a store that holds nothing: reads miss, writes are lost, and the log says so once a minute. */
export class EntryStore {
  #quietUntil = 0;

  constructor(
    readonly keyv: Keyv,
    readonly clock: Clock,
    readonly logger: Logger,
  ) {
    keyv.on('error', (error) => this.#report(error));
  }

  /** One look-up for all keys, in their order. */
  async getMany(keys: readonly string[]): Promise<(Entry | undefined)[]> {
    try {
      const stored: unknown[] = await this.keyv.getMany([...keys]);
      return keys.map((_key, index) => (stored[index] == null ? undefined : parseEntry(stored[index])));
    } catch (error) {
      this.#report(error);
      return keys.map(() => undefined);
    }
  }

  /** Keyv counts the lifetime in milliseconds and reads 0 as "for ever", so an entry without a future is not stored. */
  async set(key: string, entry: Entry, lifetimeMs: number): Promise<void> {
    if (lifetimeMs <= 0) return;
    try {
      await this.keyv.set(key, entry, lifetimeMs);
    } catch (error) {
      this.#report(error);
    }
  }

  async close(): Promise<void> {
    try {
      await this.keyv.disconnect();
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
