import type { ErrorCode } from './codes.js';

/**
 * Base of all errors with a stable code. `message` is safe for callers; `logFields` and `cause` stay in the log.
 * `extensions` is what a client sees beside the code: never a URL, a body or a token.
 */
export abstract class GatewayError extends Error {
  abstract readonly code: ErrorCode;

  constructor(
    clientMessage: string,
    readonly logFields: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(clientMessage, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
  }

  get extensions(): Readonly<Record<string, unknown>> {
    return {};
  }
}

/** The caller sent something that is not acceptable. `path` names the argument, for example `['filter', 'status']`. */
export class UserInputError extends GatewayError {
  readonly code: 'BAD_USER_INPUT' | 'CURSOR_EXPIRED';

  constructor(
    clientMessage: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    code: 'BAD_USER_INPUT' | 'CURSOR_EXPIRED' = 'BAD_USER_INPUT',
  ) {
    super(clientMessage);
    this.code = code;
  }

  override get extensions(): Readonly<Record<string, unknown>> {
    return this.details;
  }
}

/** The caller is unknown (`UNAUTHENTICATED`) or lacks a permission (`FORBIDDEN`). */
export class AccessError extends GatewayError {
  constructor(
    readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN',
    clientMessage: string,
    logFields: Readonly<Record<string, unknown>> = {},
    readonly permission?: string,
  ) {
    super(clientMessage, logFields);
  }

  override get extensions(): Readonly<Record<string, unknown>> {
    return this.permission === undefined ? {} : { permission: this.permission };
  }
}

export type UpstreamErrorCode = Extract<ErrorCode, `UPSTREAM_${string}`>;

export interface UpstreamErrorDetails {
  /** One of the names of `src/upstream/contract.ts`. */
  readonly upstream: string;
  /** The `client-request-id` that we sent, so that the upstream's support can find the call. */
  readonly requestId?: string;
  /** Milliseconds until another try is worth it; only with `UPSTREAM_THROTTLED`. */
  readonly retryAfterMs?: number;
  /** The upstream permission that is missing; only with `UPSTREAM_FORBIDDEN`. */
  readonly permission?: string;
}

/** A call to an upstream failed. One such error nulls the fields that needed the call and nothing else. */
export class UpstreamError extends GatewayError {
  constructor(
    readonly code: UpstreamErrorCode,
    clientMessage: string,
    readonly details: UpstreamErrorDetails,
    logFields: Readonly<Record<string, unknown>> = {},
    cause?: unknown,
  ) {
    super(clientMessage, logFields, cause);
  }

  override get extensions(): Readonly<Record<string, unknown>> {
    return { ...this.details };
  }
}
