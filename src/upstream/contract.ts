import { UpstreamError } from '../errors/GatewayError.js';

/**
 * What the rest of the gateway knows of an upstream. Datasources describe a call; the client spends budget, waits,
 * retries, checks and measures. Nothing in this folder knows GraphQL.
 */

/** The services that we call, one name everywhere: GraphQL, errors, `extensions.gateway`, metrics. */
export const upstreamNames = ['GRAPH_SECURITY', 'GRAPH_IDENTITY_PROTECTION', 'GRAPH_DIRECTORY', 'MCAS'] as const;
export type UpstreamName = (typeof upstreamNames)[number];

/** Who a call is for; it decides which share of the budget it may use. */
export type Purpose = 'feed' | 'interactive' | 'background';

/** A note beside data that is not wrong but not whole; reaches the client in `info.warnings` and `extensions.gateway`. */
export interface AnswerWarning {
  readonly code: 'UPSTREAM_PARTIAL' | 'TRUNCATED' | 'STALE';
  readonly upstream: UpstreamName;
  readonly message: string;
}

/** Collects what one answer cost. One per operation; written by upstream clients and caches. */
export interface CallMeter {
  upstreamCall(upstream: UpstreamName, budgetUnits: number): void;
  /** A request was sent to a joined subgraph, whatever its answer; repeats count. */
  subgraphRequest(subgraph: string): void;
  cacheHit(upstream: UpstreamName): void;
  /** An answer was proved from the mirror, without a call. */
  mirrorHit(upstream: UpstreamName): void;
  waited(milliseconds: number): void;
  /** Data older than its lifetime was used; `asOf` is when it was read from the upstream (RFC 3339). */
  stale(asOf: string): void;
  /** Data read from the upstream at `asOf` (RFC 3339) is part of the answer. */
  dataAsOf(asOf: string): void;
  warning(warning: AnswerWarning): void;
}

/** On whose behalf, until when and for what a call runs. Made once per operation, handed down unchanged. */
export interface CallScope {
  readonly purpose: Purpose;
  /** A GUID; sent as `client-request-id` with every upstream call of the operation. */
  readonly requestId: string;
  /** Aborted when the client went away or the operation's deadline passed. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds (of the injected clock) after which an answer is worthless. */
  readonly deadlineAt: number;
  readonly meter: CallMeter;
  /** Tenant, credential mode and permission set (delegated: the principal): part of every key of shared state. */
  readonly accessScope: string;
  /** Who shares a class of a budget fairly with others; absent: everyone of one access scope together. */
  readonly callerKey?: string;
  /** The caller's own token, only with `on-behalf-of`. */
  readonly callerAssertion?: string;
  /**
   * Where data may come from. `memory`: mirror and cache only, never a call (events of subscriptions, which must not
   * spend budget). `upstream`: past mirror and cache (the client insists on a fresh read). Absent: the cheapest that is good.
   */
  readonly reading?: 'memory' | 'upstream';
}

export interface UpstreamCall<T> {
  /** Constant name for logs, metrics and spans, such as `alerts.list`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Path from the upstream's host root, ids already percent-encoded: `/v1.0/security/alerts_v2`. */
  readonly path: string;
  /** Query options, unencoded; the client encodes them (`$filter` keeps its dollar sign). */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON when present. */
  readonly body?: unknown;
  /** Whether repeating after an unclear outcome does no harm. Default: true for GET, false otherwise. */
  readonly safeToRepeat?: boolean;
  /** The upstream permission that a 403 most likely misses, as the portal names it. */
  readonly permission: string;
  /**
   * What the body is. `text` takes any type of text but HTML, which only the upstream's front ends answer with; it is
   * not for parts of a `$batch`. Default `json`.
   */
  readonly expects?: 'json' | 'text';
  /**
   * Checks and converts the body: parsed JSON, or undefined when empty; with `expects: 'text'` the text, which may be
   * empty. A throw becomes `UPSTREAM_BAD_RESPONSE`.
   */
  readonly parse: (body: unknown) => T;
  /** Cost in units of the upstream's budget; default 1. Directory calls state their resource units. */
  readonly units?: number;
  /** `mcas-token` selects the legacy Cloud Apps API token; default `bearer` (Entra). */
  readonly credential?: 'bearer' | 'mcas-token';
  /**
   * Completes the call at the moment at which it may start, after every wait, so that it can carry what was asked for
   * meanwhile. Asked again for every repeated attempt. A throw gives the units back. Not for parts of a `$batch`.
   */
  readonly atStart?: () => Partial<Pick<UpstreamCall<T>, 'path' | 'query' | 'body' | 'parse'>>;
}

export interface UpstreamAnswer<T> {
  readonly status: number;
  readonly value: T;
  /** The upstream's `Date` header as RFC 3339, or our clock when absent: the age of the data. */
  readonly asOf: string;
  /** Partial answers (206 with `Warning`). */
  readonly warnings: readonly AnswerWarning[];
}

/** One part of a `$batch`; the same as a call, without conditions on order. */
export type BatchResult<T> =
  | { readonly ok: true; readonly answer: UpstreamAnswer<T> }
  | { readonly ok: false; readonly error: Error };

/** One page of an OData collection. */
export interface Page<T> {
  readonly rows: readonly T[];
  /** Opaque; `undefined` on the last page. Path and query relative to the host root, never another host. */
  readonly nextLink?: string;
  /** `@odata.count`, when asked for and answered. */
  readonly count?: number;
}

export interface Upstream {
  readonly name: UpstreamName;
  /**
   * Sends one call within the scope's deadline.
   * @returns `undefined` as answer value only if `parse` returned it; a 404 rejects with `NotFoundError`.
   * @throws {UpstreamError} with its code; {@link NotFoundError} on 404.
   */
  send<T>(call: UpstreamCall<T>, scope: CallScope): Promise<UpstreamAnswer<T>>;
  /** Sends up to any number of calls in `$batch` requests of at most 20; results in the order of the calls. Only Microsoft Graph upstreams. */
  sendBatch<T>(calls: readonly UpstreamCall<T>[], scope: CallScope): Promise<BatchResult<T>[]>;
  /**
   * Follows `@odata.nextLink` from the first call, page by page. Stops with an error when a nextLink does not advance.
   * An empty page with a nextLink is not the end.
   */
  pages<T>(call: UpstreamCall<Page<T>>, scope: CallScope): AsyncIterable<UpstreamAnswer<Page<T>>>;
  status(): UpstreamStatus;
}

/**
 * 404 of an upstream. A missing entity is null in a query and `NOT_FOUND` in a mutation, so it is a type of its own;
 * where nothing can be missing, as in a list, it is an answer that the documentation does not describe.
 */
export class NotFoundError extends UpstreamError {
  constructor(upstream: UpstreamName, requestId?: string) {
    const details = { upstream, ...(requestId === undefined ? {} : { requestId }) };
    super('UPSTREAM_BAD_RESPONSE', `${upstream} does not know what it was asked for.`, details, { status: 404 });
  }
}

export interface BudgetStatus {
  readonly name: string;
  /** Units per window that are ours (after our share). */
  readonly limit: number;
  readonly windowSeconds: number;
  readonly left: number;
  /** RFC 3339; when the next unit frees; null while nothing is used. */
  readonly resetsAt: string | null;
}

export interface UpstreamStatus {
  readonly name: UpstreamName;
  readonly state: 'OK' | 'THROTTLED' | 'FAILING' | 'NOT_CONFIGURED';
  readonly budgets: readonly BudgetStatus[];
  readonly queueDepth: number;
  readonly lastErrorCode: string | null;
  readonly lastSuccess: string | null;
}

export type Upstreams = Readonly<Record<UpstreamName, Upstream>>;
