import { buildMemoryIdempotencyStore } from '../../mutations/buildMemoryIdempotencyStore.js';
import type { WritesOptions } from '../../mutations/createObjectWrites.js';
import type { IdempotencyStore } from '../../mutations/IdempotencyStore.js';
import { Notices } from '../../mutations/Notices.js';
import { PendingRisk } from './PendingRisk.js';

/** A user on whom an action was done, or may have been. */
export interface ActedUser {
  readonly id: string;
  /** Null when the directory did not tell it. */
  readonly userPrincipalName: string | null;
}

/** What the process remembers of its own actions on risky users; made once, and shared by all operations. */
export interface RiskyUserWrites {
  readonly pending: PendingRisk;
  readonly idempotency: IdempotencyStore;
  /** Users of one call, as soon as it is done. */
  readonly acted: Notices<readonly ActedUser[]>;
}

/** Holds no timer or handle, so there is nothing to stop. */
export function createRiskyUserWrites({ clock, idempotency }: WritesOptions): RiskyUserWrites {
  return {
    pending: new PendingRisk(clock),
    idempotency: idempotency ?? buildMemoryIdempotencyStore(clock),
    acted: new Notices(),
  };
}
