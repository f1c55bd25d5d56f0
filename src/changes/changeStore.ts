import type { Change, ChangeTopic, DetectedBy, EntityOf } from './contract.js';

/** An entity as it was seen at one moment. */
export interface Observation<T extends ChangeTopic = ChangeTopic> {
  readonly topic: T;
  readonly id: string;
  readonly entity: EntityOf<T>;
  /** Its last update in 100 ns ticks. */
  readonly version: bigint;
  /** Our clock, in milliseconds, when the request that saw it began. */
  readonly observedAt: number;
  /** For our own write: until when (our clock, milliseconds) a read that shows nothing newer is taken for a lagging one. */
  readonly trustedUntil?: number;
}

/** Where the feed of one topic stands. Instants are 100 ns ticks of the upstream's clock. */
export interface FeedState {
  /** The feed has read everything up to here; null before the first page. */
  readonly position: bigint | null;
  /** When the latest fill began: older states are remembered without an event. Null before the first. */
  readonly start: bigint | null;
  /** True once the fill reached the present; false again when one has to begin anew. */
  readonly isFilled: boolean;
  /** Every row with a last update from here on is remembered, once filled and while `isComplete`; null before the first page. */
  readonly coveredFrom: bigint | null;
  /** Heads older than this were forgotten, so that an unknown entity from before is not news of a creation. */
  readonly forgottenBefore: bigint;
  /** The upstream's clock when the last whole sweep began, RFC 3339; null before the first. */
  readonly sweptAt: string | null;
  /** False while something that paging cannot reach is missing, so that nothing can be proved from what is remembered. */
  readonly isComplete: boolean;
  /** What else the feed of the topic has to remember (last reconcile, ids missing once, …); small. */
  readonly marks: Readonly<Record<string, string>>;
}

export const initialFeedState: FeedState = {
  position: null,
  start: null,
  isFilled: false,
  coveredFrom: null,
  forgottenBefore: 0n,
  sweptAt: null,
  isComplete: true,
  marks: {},
};

/** Entities at one instant that paging cannot reach. Told once as `RESYNC`, and again when there are more of them. */
export interface FeedGap {
  readonly at: bigint;
  /** Entities at that instant as the upstream counts them; null when it does not say. */
  readonly count: number | null;
  readonly reason: string;
}

/** Everything that one page, one notification or one mutation changes: one atomic step. */
export interface FeedStep {
  /** Whose feed the step belongs to; observations may be of other topics too. */
  readonly topic: ChangeTopic;
  readonly observations: readonly Observation[];
  /** Ids of the topic that the upstream was asked for by id and does not have any more. */
  readonly removals?: readonly string[];
  readonly detectedBy: DetectedBy;
  /** RFC 3339. */
  readonly detectedAt: string;
  /** What moves in the state of the topic's feed; absent when the step is not the feed's. */
  readonly feed?: Partial<FeedState>;
  readonly gap?: FeedGap;
  /** A discontinuity to declare to every subscriber of the topic. */
  readonly resync?: string;
  /** Forget heads and gaps of the topic whose version is older. Nobody is told. */
  readonly forgetBefore?: bigint;
  /** Fencing token of the lease under which the feed runs; absent for steps that any instance may take. */
  readonly fence?: number;
}

export interface StepResult {
  /** Entries journalled by the step, silent ones too, in order. */
  readonly entries: readonly Change[];
}

/** What the journal holds behind a sequence, and where everything stands at that moment: one consistent look. */
export interface TailPage {
  /** Random per journal; a cursor of another epoch says nothing here. */
  readonly epoch: string;
  /** Sequence of the oldest entry still kept; `newest + 1` when none is. */
  readonly oldest: number;
  /** Sequence of the newest entry; 0 before the first. */
  readonly newest: number;
  /** In order, at most as many as asked for, silent ones too. Dense unless entries were lost or trimmed. */
  readonly entries: readonly Change[];
  readonly feeds: Readonly<Record<ChangeTopic, FeedState>>;
}

/** A row that is remembered whole. */
export interface RememberedRow<T extends ChangeTopic = ChangeTopic> {
  readonly id: string;
  readonly version: bigint;
  readonly entity: EntityOf<T>;
}

/**
 * Durable memory of the feed: heads with the whole entity, states of the feeds, the journal. `commit` is one atomic step:
 * check the fence, compare with the heads, journal what is news, write heads, move the state; all of it or nothing. Old
 * entries leave by age and count, heads by `forgetBefore`.
 */
export interface ChangeStore {
  commit(step: FeedStep): Promise<StepResult>;
  feed(topic: ChangeTopic): Promise<FeedState>;
  /** Entries after `sequence`. */
  read(sequence: number, limit: number): Promise<TailPage>;
  /**
   * Every remembered row of a topic in pages. Rows that change meanwhile appear in either state; who needs the exact
   * present reads the journal from a sequence taken before.
   */
  rows<T extends ChangeTopic>(topic: T): AsyncIterable<readonly RememberedRow<T>[]>;
  /** The rows that are remembered of these ids, in any order; unknown ids are left out. */
  remembered<T extends ChangeTopic>(topic: T, ids: readonly string[]): Promise<readonly RememberedRow<T>[]>;
  /** Ids and versions of the remembered rows with a version from `from` to before `to`, without reading the rows. */
  versions(topic: ChangeTopic, from: bigint, to: bigint): Promise<ReadonlyMap<string, bigint>>;
  /** Calls back after something was committed, by whatever instance; may also call without cause. Returns the way out. */
  onNews(listener: () => void): () => void;
  /** Releases what the store itself holds; nothing is called afterwards. */
  close(): Promise<void>;
}

/** The lease under which the step was prepared has passed to another instance. */
export class FencedError extends Error {
  constructor() {
    super('Another instance leads the change feed.');
  }
}
