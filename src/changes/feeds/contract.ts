import type { Purpose, UpstreamName } from '../../upstream/contract.js';
import type { FeedState } from '../changeStore.js';
import type { ChangeTopic, EntityOf } from '../contract.js';

/** Something that is read at an interval while this instance leads. */
export interface Feed {
  readonly topic: ChangeTopic;
  /** For logs and metrics: `alerts`, `alerts.reconcile`. */
  readonly name: string;
  readonly intervalMs: number;
  /**
   * One round. Everything that it commits carries the fence.
   * @returns the upstream's clock when a whole round began, RFC 3339; null when there was nothing to do.
   * @throws {FencedError} when another instance leads; what the upstream answers otherwise.
   */
  sweep(signal: AbortSignal, fence: number | undefined): Promise<string | null>;
  /** The state of the topic's feed when it was last looked at; `undefined` before. */
  state(): FeedState | undefined;
}

/** Topics whose upstream lists them by last update. */
export type TimeOrderedTopic = Extract<ChangeTopic, 'alert' | 'incident'>;

/** What a row says of its place in time. */
export interface TimedRow {
  readonly id: string;
  readonly createdDateTime: string | null;
  readonly lastUpdateDateTime: string | null;
}

/** What the upstream allows of paging. */
export interface SourcePaging {
  /** Most rows of one page. */
  readonly pageSize: number;
  /** Most rows that may be skipped. */
  readonly maxSkip: number;
}

export type SliceField = 'severity' | 'source' | 'status';

/** One word of a field, or every word but these. Words are the source's own and mean nothing to the feed. */
export type SliceValue =
  | { readonly field: SliceField; readonly is: string }
  | { readonly field: SliceField; readonly isNoneOf: readonly string[] };

/** A part of the rows of one instant, where all of them are more than paging can reach. Instants are 100 ns ticks. */
export interface SourceSlice {
  /** All have to hold. */
  readonly values: readonly SliceValue[];
  /** Created from here on. */
  readonly createdFrom?: bigint;
  /** Created before. */
  readonly createdBefore?: bigint;
}

/** Rows by rising last update; both ends are inclusive, in 100 ns ticks. */
export interface SourceRead {
  readonly from: bigint;
  readonly to?: bigint;
  readonly skip: number;
  readonly top: number;
  readonly slice?: SourceSlice;
  /** Goes on where the page ended that carried it; the rest of the request is the same as it was. */
  readonly next?: string;
  readonly purpose: Purpose;
  readonly signal: AbortSignal;
}

export interface SourcePage<R extends TimedRow> {
  readonly rows: readonly R[];
  /** The upstream's clock when it answered, RFC 3339. */
  readonly upstreamDate: string;
  /** Rows that match in all, skipped ones too; absent when the upstream does not say. */
  readonly count?: number;
  /** Rows match that are neither on this page nor skipped. */
  readonly hasMore: boolean;
  /** For {@link SourceRead.next}; absent when the upstream gives no link. */
  readonly next?: string;
}

/** The words by which the rows of one instant can be told apart; none when the source cannot filter by the field. */
export interface SourceSplit {
  readonly field: SliceField;
  readonly words: readonly string[];
}

/** A collection of an upstream that can be read by last update. */
export interface TimeOrderedSource<T extends TimeOrderedTopic = TimeOrderedTopic> {
  readonly topic: T;
  readonly upstream: UpstreamName;
  readonly paging: SourcePaging;
  /** In the order in which a tie is split. */
  readonly splits: readonly SourceSplit[];
  /** @throws {UpstreamError} */
  read(request: SourceRead): Promise<SourcePage<EntityOf<T>>>;
  /** The same, with nothing but ids and times. */
  ids(request: SourceRead): Promise<SourcePage<TimedRow>>;
  /** One entity, as background work; null when the upstream does not have it any more. */
  byId(id: string, signal: AbortSignal): Promise<EntityOf<T> | null>;
}
