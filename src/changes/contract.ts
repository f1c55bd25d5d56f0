import type { Alert } from '../schema/types/alert.type.js';
import type { Incident } from '../schema/types/incident.type.js';
import type { RiskEvent } from '../schema/types/riskEvent.type.js';
import type { RiskyUser } from '../schema/types/riskyUser.type.js';
import type { SecureScore } from '../schema/types/secureScore.type.js';

/** The kinds of entities whose changes are journalled. One journal, one order, one cursor for all of them. */
export const changeTopics = ['alert', 'incident', 'riskEvent', 'riskyUser', 'secureScore'] as const;
export type ChangeTopic = (typeof changeTopics)[number];

interface TopicEntities {
  readonly alert: Alert;
  readonly incident: Incident;
  readonly riskEvent: RiskEvent;
  readonly riskyUser: RiskyUser;
  readonly secureScore: SecureScore;
}
export type EntityOf<T extends ChangeTopic> = TopicEntities[T];

export type ChangeKind = 'CREATED' | 'UPDATED' | 'REMOVED' | 'RESYNC';
export type DetectedBy = 'POLL' | 'NOTIFICATION' | 'MUTATION';

/** One entry of the journal. Immutable. */
export interface Change<T extends ChangeTopic = ChangeTopic> {
  /** Epoch and dense sequence: later changes have later cursors. */
  readonly cursor: string;
  readonly topic: T;
  /** Id of the entity; null with `RESYNC`. */
  readonly id: string | null;
  readonly change: ChangeKind;
  /** The entity as the change left it; null with `RESYNC` and `REMOVED`. */
  readonly entity: EntityOf<T> | null;
  /** The entity as it was remembered before; null when it was not known, and with `CREATED` and `RESYNC`. */
  readonly before: EntityOf<T> | null;
  /** GraphQL names of the fields that differ from `before`, sorted; empty unless `UPDATED`, and where nothing was known. */
  readonly changedFields: readonly string[];
  readonly detectedBy: DetectedBy;
  /** RFC 3339, the upstream's clock where it is known. */
  readonly detectedAt: string;
  /** Why a client has to read its list again; only with `RESYNC`. */
  readonly reason: string | null;
  /**
   * True when nobody is told: the version moved and the content did not, or an old state was learned late. Such entries
   * keep mirrors and caches right and never reach a subscriber.
   */
  readonly isSilent: boolean;
}

export interface FollowOptions {
  /** Cursor of the last change that was handled; exclusive. Absent: from now on. */
  readonly after?: string | undefined;
  readonly signal: AbortSignal;
}

/** What resolvers and mutations know of the change feed. */
export interface Changes {
  /**
   * Takes our own write: compares with the durable head, journals if it is news. Resolves when this instance has applied
   * it (caches dropped, mirror moved).
   * @returns the cursor after it.
   * @throws when the journal cannot be written.
   */
  record<T extends ChangeTopic>(topic: T, entity: EntityOf<T>): Promise<string>;
  /**
   * Changes of a topic in journal order, each once, replayed from `after` and then live; silent entries are left out.
   * What cannot be delivered (cursor too old, of another epoch, behind a gap; a live reader that fell too far behind)
   * is one `RESYNC`, after which the stream goes on from its cursor. Nothing is buffered for a reader: it reads the
   * journal at its own pace.
   * @throws {UserInputError} at once when `after` is not a cursor at all.
   */
  follow<T extends ChangeTopic>(topic: T, options: FollowOptions): AsyncIterableIterator<Change<T>>;
  /** Cursor of the newest change that this instance has applied. */
  cursor(): string;
}
