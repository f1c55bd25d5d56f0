import { buildMemoryIdempotencyStore } from '../../mutations/buildMemoryIdempotencyStore.js';
import type { WritesOptions } from '../../mutations/createObjectWrites.js';
import type { IdempotencyStore } from '../../mutations/IdempotencyStore.js';
import { KeyedLock } from '../../mutations/KeyedLock.js';
import { Notices } from '../../mutations/Notices.js';
import { PendingDecisions } from './PendingDecisions.js';

/** What the process remembers of its own decisions about secure score controls; shared by all operations. */
export interface ScoreControlWrites {
  readonly pending: PendingDecisions;
  readonly locks: KeyedLock;
  readonly idempotency: IdempotencyStore;
  /** The id of a control, when a decision about it was recorded or may have been. */
  readonly decided: Notices<string>;
}

/** Holds no timer or handle, so there is nothing to stop. */
export function createScoreControlWrites({ clock, idempotency, locks }: WritesOptions): ScoreControlWrites {
  return {
    pending: new PendingDecisions(clock),
    locks: locks ?? new KeyedLock(),
    idempotency: idempotency ?? buildMemoryIdempotencyStore(clock),
    decided: new Notices(),
  };
}
