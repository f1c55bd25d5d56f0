import type { SecondLayer } from '../cache/secondLayer.js';
import type { ChangeStore } from '../changes/changeStore.js';
import type { Leadership } from '../changes/leadership.js';
import type { WritesOptions } from '../datasources/mutations/createObjectWrites.js';
import type { UpstreamDeps } from '../upstream/createUpstreams.js';
import type { RegistrationStore } from '../webhooks/contract.js';

/**
 * What the instances that serve one tenant have in common: the journal, who leads the feeds, the limits of the upstreams,
 * the cache behind each instance's own, and who writes. One instance alone keeps all of it for itself.
 */
export interface Engine {
  readonly store: ChangeStore;
  readonly leadership: Leadership;
  /** Our registrations for change notifications, as all instances know them. */
  readonly registrations: RegistrationStore;
  /** Whether others go on with what is shared when this instance stops. */
  readonly isShared: boolean;
  /** Absent: a window in this process for each limit. */
  readonly createBudget?: NonNullable<UpstreamDeps['createBudget']>;
  /** Absent: the memory of this process is all the cache there is. */
  readonly secondLayer?: SecondLayer;
  /** Absent members: in this process. */
  readonly writes: Omit<WritesOptions, 'clock'>;
  /** Names of what is in trouble now, for the health answer. */
  degraded(): readonly string[];
  /** Begins to look after the lease; the feeds run only on the instance that holds it. */
  start(): void;
  /** Gives up what keeps other instances waiting. The rest goes on until `close`. */
  stop(): Promise<void>;
  close(): Promise<void>;
}
