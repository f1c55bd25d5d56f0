import type { Clock } from '../../../time/clock.js';
import type { AlertOverlay } from '../overlay.js';
import { buildMemoryIdempotencyStore } from './buildMemoryIdempotencyStore.js';
import type { IdempotencyStore } from './IdempotencyStore.js';
import { KeyedLock } from './KeyedLock.js';
import { PendingWrites } from './PendingWrites.js';

/** What the process remembers of its own writes to alerts; made once, and shared by all operations. */
export interface AlertWrites {
  /** What reads need of `pending`. */
  readonly overlay: AlertOverlay;
  readonly locks: KeyedLock;
  readonly idempotency: IdempotencyStore;
  readonly pending: PendingWrites;
}

export interface AlertWritesOptions {
  readonly clock: Clock;
  /** Default: in this process. */
  readonly idempotency?: IdempotencyStore;
}

/** Holds no timer or handle, so there is nothing to stop. */
export function createAlertWrites(options: AlertWritesOptions): AlertWrites {
  const pending = new PendingWrites(options.clock);
  return {
    overlay: pending,
    pending,
    locks: new KeyedLock(),
    idempotency: options.idempotency ?? buildMemoryIdempotencyStore(options.clock),
  };
}
