import type { Clock } from '../../time/clock.js';
import { buildMemoryIdempotencyStore } from './buildMemoryIdempotencyStore.js';
import type { IdempotencyStore } from './IdempotencyStore.js';
import { KeyedLock } from './KeyedLock.js';
import { type Overlay, PendingWrites } from './PendingWrites.js';
import type { Triaged } from './Triaged.js';

/** What the process remembers of its own writes to objects of one kind; made once, and shared by all operations. */
export interface ObjectWrites<T extends Triaged> {
  /** What reads need of `pending`. */
  readonly overlay: Overlay<T>;
  readonly locks: KeyedLock;
  readonly idempotency: IdempotencyStore;
  readonly pending: PendingWrites<T>;
}

export interface WritesOptions {
  readonly clock: Clock;
  /** Default: in this process. */
  readonly idempotency?: IdempotencyStore;
  /** Whose turn it is to write an object; default: of these writes alone. */
  readonly locks?: KeyedLock;
}

/**
 * Holds no timer or handle, so there is nothing to stop.
 * @param stamps Fields that the upstream sets by itself with every write.
 */
export function createObjectWrites<T extends Triaged>(
  options: WritesOptions,
  stamps: readonly (keyof T)[],
): ObjectWrites<T> {
  const pending = new PendingWrites<T>(options.clock, stamps);
  return {
    overlay: pending,
    pending,
    locks: options.locks ?? new KeyedLock(),
    idempotency: options.idempotency ?? buildMemoryIdempotencyStore(options.clock),
  };
}
