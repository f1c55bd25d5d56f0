import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import type { RiskyUser } from '../../schema/types/riskyUser.type.js';
import type { SecureScore } from '../../schema/types/secureScore.type.js';
import type { Purpose, UpstreamName } from '../../upstream/contract.js';

/** A page of a list that the upstream gives in an order of its own. */
export interface ListRead {
  /** Goes on where the page ended that carried it; the rest of the request is the same as it was. */
  readonly next?: string;
  readonly purpose: Purpose;
  readonly signal: AbortSignal;
}

export interface ListPage<R> {
  readonly rows: readonly R[];
  /** The upstream's clock when it answered, RFC 3339. */
  readonly upstreamDate: string;
  /** For {@link ListRead.next}; absent on the last page. */
  readonly next?: string;
}

/** Risk detections: filtered by last update, in no order, without a count. */
export interface RiskEventSource {
  readonly upstream: UpstreamName;
  /** Rows last updated at or after `from`, in 100 ns ticks. @throws {UpstreamError} */
  read(request: ListRead & { readonly from: bigint; readonly top?: number }): Promise<ListPage<RiskEvent>>;
  /** One of them, as background work; null when the upstream does not have it any more. */
  byId(id: string, signal: AbortSignal): Promise<RiskEvent | null>;
}

/** Risky users: the whole collection, in no order, without a filter by time. */
export interface RiskyUserSource {
  readonly upstream: UpstreamName;
  /** @throws {UpstreamError} */
  read(request: ListRead): Promise<ListPage<RiskyUser>>;
  /** Those of some user principal names, in as few calls as the length of a filter allows. */
  named(names: readonly string[], signal: AbortSignal): Promise<readonly RiskyUser[]>;
  /** One of them; null when the upstream does not have it, or not any more. */
  byId(id: string, purpose: Purpose, signal: AbortSignal): Promise<RiskyUser | null>;
}

export interface ScoreSource {
  readonly upstream: UpstreamName;
  /** The newest scores, one a day. @throws {UpstreamError} also when only a part of the providers answered. */
  newest(count: number, purpose: Purpose, signal: AbortSignal): Promise<ListPage<SecureScore>>;
  /** A digest of every control profile. @throws {UpstreamError} also when only a part of the providers answered. */
  profiles(signal: AbortSignal): Promise<{ readonly digest: string; readonly upstreamDate: string }>;
}
