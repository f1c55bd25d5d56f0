import type { Alert } from '../schema/types/alert.type.js';
import type { AlertChange, DetectedBy } from './contract.js';
import type { Observation } from './head.js';

/** Where the feed stands. Instants are 100 ns ticks of the upstream's clock. */
export interface FeedState {
  /** Random per store; a cursor of another epoch says nothing here. */
  readonly epoch: string;
  /** Of the newest journalled change; dense. */
  readonly sequence: number;
  /** The feed has read everything up to here; null before the first page. */
  readonly position: bigint | null;
  /** When the first fill began: older states are remembered without an event. */
  readonly start: bigint | null;
  /** True once the first fill reached the present. */
  readonly isFilled: boolean;
  /** Heads older than this were forgotten, so that an unknown alert from before is not news of a creation. */
  readonly forgottenBefore: bigint;
}

/** Alerts at one instant that paging cannot reach. */
export interface FeedGap {
  readonly at: bigint;
  /** Alerts at that instant as the upstream counts them; null when it does not say. */
  readonly count: number | null;
  readonly reason: string;
}

/** Everything that one page, or one mutation, changes. */
export interface FeedStep {
  readonly observations: readonly Observation[];
  readonly detectedBy: DetectedBy;
  /** RFC 3339. */
  readonly detectedAt: string;
  /** Where the feed stands after the step; absent when the step is not the feed's. */
  readonly feed?: { readonly position: bigint; readonly start: bigint; readonly isFilled: boolean };
  readonly gap?: FeedGap;
  /** Forget heads whose version is older. */
  readonly forgetBefore?: bigint;
}

export interface StepResult {
  /** Journalled changes in order. */
  readonly changes: readonly AlertChange[];
  /** Alerts whose remembered version or content moved, told or not, but for what the first fill only learns. */
  readonly moved: readonly Alert[];
  readonly state: FeedState;
}

/**
 * Durable memory of the feed. `commit` is one atomic step: compare with the heads, journal what is news, write heads,
 * move the position; all of it or nothing. SQLite does it in a transaction, a shared store would do it in one script.
 */
export interface ChangeStore {
  state(): FeedState;
  commit(step: FeedStep): Promise<StepResult>;
  close(): void;
}
