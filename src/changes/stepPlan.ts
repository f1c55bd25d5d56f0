import type { FeedState, FeedStep } from './changeStore.js';
import type { Change, ChangeTopic, EntityOf } from './contract.js';
import type { Head, HeadRef } from './head.js';

/** What a step has to know before it can be planned. A store reads it in one consistent look. */
export interface StepReads {
  /** `undefined` when the entity is not remembered. */
  head(topic: ChangeTopic, id: string): Head | undefined;
  feed(topic: ChangeTopic): FeedState;
  /** Count remembered for a gap of the step's topic; null when its count was unknown, `undefined` when it was never told. */
  gapCount(at: bigint): number | null | undefined;
}

/** What `planStep` will ask for, for stores that read ahead. */
export interface StepNeeds {
  /** Each once. */
  readonly heads: readonly HeadRef[];
  /** Each once. */
  readonly feeds: readonly ChangeTopic[];
  /** A gap of the step's topic; absent when the step declares none. */
  readonly gapAt?: bigint;
}

/** An entry of the journal that has no cursor yet; how and when it was detected is the step's. */
export interface EntryDraft {
  readonly topic: ChangeTopic;
  readonly id: string | null;
  readonly change: Change['change'];
  readonly entity: EntityOf<ChangeTopic> | null;
  readonly before: EntityOf<ChangeTopic> | null;
  readonly changedFields: readonly string[];
  readonly reason: string | null;
  readonly isSilent: boolean;
}

/**
 * Everything that a step changes. A store carries it out as one atomic step, in this order: entries, heads to write, heads
 * to delete, gap, state of the feed, `forgetBefore`.
 */
export interface StepPlan {
  /** To be journalled with dense sequences in this order. */
  readonly drafts: readonly EntryDraft[];
  /** To be written whole, each entity once. */
  readonly heads: readonly Head[];
  /** Never one of `heads`. */
  readonly deletedHeads: readonly HeadRef[];
  /** State of the feed of the step's topic afterwards; `undefined` when it stays. */
  readonly feed: FeedState | undefined;
  /** Gaps of the step's topic to remember. */
  readonly gaps: readonly { readonly at: bigint; readonly count: number | null }[];
  /** Heads and gaps of the step's topic of an older version go. */
  readonly forgetBefore: bigint | undefined;
}

/** The entry as everybody reads it. */
export function toChange(draft: EntryDraft, step: Pick<FeedStep, 'detectedBy' | 'detectedAt'>, cursor: string): Change {
  return Object.freeze({ cursor, ...draft, detectedBy: step.detectedBy, detectedAt: step.detectedAt });
}
