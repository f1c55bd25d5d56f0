import { LRUCache } from 'lru-cache';
import type { CallScope } from '../upstream/contract.js';
import { type AlertWrites, createAlertWrites } from './alerts/mutations/createAlertWrites.js';
import { createRiskyUserWrites, type RiskyUserWrites } from './identity/actions/createRiskyUserWrites.js';
import { createIncidentWrites, type IncidentWrites } from './incidents/mutations/createIncidentWrites.js';
import { buildMemoryIdempotencyStore } from './mutations/buildMemoryIdempotencyStore.js';
import type { WritesOptions } from './mutations/createObjectWrites.js';
import type { IdempotencyStore } from './mutations/IdempotencyStore.js';
import { KeyedLock } from './mutations/KeyedLock.js';
import { createScoreControlWrites, type ScoreControlWrites } from './scores/mutations/createScoreControlWrites.js';

/** What the process remembers of its own writes, as operations with the same rights share it. */
export interface GatewayWrites {
  readonly alertWrites: AlertWrites;
  readonly incidentWrites: IncidentWrites;
  readonly riskyUserWrites: RiskyUserWrites;
  readonly scoreControlWrites: ScoreControlWrites;
  /** Outcomes of mutations by the caller's key, for mutations of every kind. */
  readonly idempotency: IdempotencyStore;
}

type Rights = Pick<CallScope, 'accessScope' | 'callerAssertion'>;

/** The writes of the whole process; made once. As they are, those of the application itself. */
export interface ProcessWrites extends GatewayWrites {
  /**
   * The writes that an operation may know of. All readers of the application share its writes. Callers on whose behalf
   * we ask share none: what one of them wrote would tell another what that one may see. Who writes next to an object is
   * settled between all of them.
   */
  seenBy(rights: Rights): GatewayWrites;
}

/** Callers whose own writes are remembered; the one that came longest ago gives way, and reads what the upstream shows. */
const maxCallers = 1_000;

/** Holds no timer or handle, so there is nothing to stop. */
export function createGatewayWrites({ clock, idempotency, locks }: WritesOptions): ProcessWrites {
  const shared = {
    clock,
    idempotency: idempotency ?? buildMemoryIdempotencyStore(clock),
    locks: locks ?? new KeyedLock(),
  };
  const ofApplication = createWrites(shared);
  const byCaller = new LRUCache<string, GatewayWrites>({ max: maxCallers });
  return {
    ...ofApplication,
    seenBy: ({ accessScope, callerAssertion }) => {
      if (callerAssertion === undefined) return ofApplication;
      const writes = byCaller.get(accessScope) ?? createWrites(shared);
      byCaller.set(accessScope, writes);
      return writes;
    },
  };
}

function createWrites(options: WritesOptions & { readonly idempotency: IdempotencyStore }): GatewayWrites {
  return {
    idempotency: options.idempotency,
    alertWrites: createAlertWrites(options),
    incidentWrites: createIncidentWrites(options),
    riskyUserWrites: createRiskyUserWrites(options),
    scoreControlWrites: createScoreControlWrites(options),
  };
}
