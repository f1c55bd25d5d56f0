import { buildMemoryIdempotencyStore } from '../../mutations/buildMemoryIdempotencyStore.js';
import type { WritesOptions } from '../../mutations/createObjectWrites.js';
import type { IdempotencyStore } from '../../mutations/IdempotencyStore.js';
import { PendingRisk } from './PendingRisk.js';

/** What the process remembers of its own actions on risky users; made once, and shared by all operations. */
export interface RiskyUserWrites {
  readonly pending: PendingRisk;
  readonly idempotency: IdempotencyStore;
}

/** Holds no timer or handle, so there is nothing to stop. */
export function createRiskyUserWrites({ clock, idempotency }: WritesOptions): RiskyUserWrites {
  return { pending: new PendingRisk(clock), idempotency: idempotency ?? buildMemoryIdempotencyStore(clock) };
}
