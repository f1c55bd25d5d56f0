import { UpstreamError, type UpstreamErrorCode } from '../errors/GatewayError.js';
import { type CallScope, NotFoundError, type UpstreamCall, type UpstreamName } from './contract.js';
import type { HttpFailure } from './http/transport.js';
import type { RetryCause } from './retry/nextDelayMs.js';

/** What every error of one call says: whose fault, of which call, under which id. */
export interface CallLabel {
  readonly upstream: UpstreamName;
  readonly operation: string;
  readonly permission: string;
  readonly requestId: CallScope['requestId'];
}

export function labelOf(
  upstream: UpstreamName,
  { operation, permission }: Pick<UpstreamCall<unknown>, 'operation' | 'permission'>,
  { requestId }: Pick<CallScope, 'requestId'>,
): CallLabel {
  return { upstream, operation, permission, requestId };
}

/** Why a call that got this status might be worth repeating; 429 needs more than its status and is judged apart. */
export function causeOfStatus(status: number): RetryCause | undefined {
  if (status === 401) return 'unauthorized';
  return status >= 500 || status === 408 ? 'unclear' : undefined;
}

/** The part of the outcome that decides whether a write may have been carried out although it failed. */
type Effect = 'none' | 'unknown';

const effectField = 'effect';

/**
 * Whether a failed call may still have been carried out: the answer was lost, unreadable or a 5xx. A write that fails
 * like this has to be looked up before it is tried again.
 */
export function outcomeIsUnknown(error: unknown): boolean {
  return error instanceof UpstreamError && error.logFields[effectField] === ('unknown' satisfies Effect);
}

/** The error of a repeated call, one of whose earlier attempts may have been carried out. */
export function afterUnclearAttempt<E>(error: E): E | UpstreamError {
  if (!(error instanceof UpstreamError) || error instanceof NotFoundError) return error;
  const { code, message, details, logFields, cause } = error;
  return new UpstreamError(code, message, details, { ...logFields, [effectField]: 'unknown' satisfies Effect }, cause);
}

export function notConfigured(label: CallLabel, what: string): UpstreamError {
  return fail('UPSTREAM_NOT_CONFIGURED', `${label.upstream} is not configured: ${what}.`, label, 'none');
}

export function throttled(label: CallLabel, retryAfterMs: number): UpstreamError {
  const message = `${label.upstream} has no budget left for this call within its deadline.`;
  return fail('UPSTREAM_THROTTLED', message, label, 'none', { details: { retryAfterMs } });
}

export function breakerOpen(label: CallLabel): UpstreamError {
  const message = `${label.upstream} failed repeatedly and is not called for the moment.`;
  return fail('UPSTREAM_UNAVAILABLE', message, label, 'none');
}

export function stopped(label: CallLabel): UpstreamError {
  return fail('UPSTREAM_UNAVAILABLE', 'The gateway is shutting down.', label, 'none');
}

export function timedOut(label: CallLabel, effect: Effect, cause?: unknown): UpstreamError {
  return fail('UPSTREAM_TIMEOUT', `${label.upstream} did not answer in time.`, label, effect, { cause });
}

/** The caller went away; nobody reads this but the log. */
export function cancelled(label: CallLabel, effect: Effect, cause?: unknown): UpstreamError {
  return fail('UPSTREAM_TIMEOUT', `The call to ${label.upstream} was cancelled.`, label, effect, { cause });
}

/** @param why Constant words, never the upstream's. */
export function badResponse(label: CallLabel, why: string, logFields: object = {}, cause?: unknown): UpstreamError {
  const message = `${label.upstream} answered something unexpected: ${why}.`;
  return fail('UPSTREAM_BAD_RESPONSE', message, label, 'unknown', { logFields, cause });
}

export function credentialUnavailable(label: CallLabel, cause: unknown): UpstreamError {
  const message = `No access token for ${label.upstream} could be obtained.`;
  return fail('UPSTREAM_UNAVAILABLE', message, label, 'none', { cause });
}

export function credentialRefused(label: CallLabel, logFields: object = {}, cause?: unknown): UpstreamError {
  const message = `The gateway's credential is not accepted for ${label.upstream}.`;
  return fail('UPSTREAM_FORBIDDEN', message, label, 'none', { logFields, cause });
}

/** An exchange that brought no whole answer. */
export function fromFailure(label: CallLabel, { reason, cause }: HttpFailure): UpstreamError {
  switch (reason) {
    case 'not-sent':
      return fail('UPSTREAM_UNAVAILABLE', `${label.upstream} cannot be reached.`, label, 'none', { cause });
    case 'lost':
      return fail('UPSTREAM_UNAVAILABLE', `${label.upstream} broke the connection.`, label, 'unknown', { cause });
    case 'timeout':
    case 'deadline':
      return timedOut(label, 'unknown', cause);
    case 'cancelled':
      return cancelled(label, 'unknown', cause);
    case 'too-large':
      return badResponse(label, 'the body is too large');
  }
}

/**
 * An answer whose status is an error other than 404.
 * @param body Text or parsed JSON; only a plain error code of it reaches the log.
 */
export function fromStatus(label: CallLabel, status: number, body: unknown, retryAfterMs?: number): UpstreamError {
  const logFields = { status, upstreamCode: upstreamErrorCode(body) };
  if (status === 401) return credentialRefused(label, logFields);
  if (status === 403) {
    const message = `${label.upstream} refuses this call; the gateway probably lacks the permission ${label.permission}.`;
    return fail('UPSTREAM_FORBIDDEN', message, label, 'none', { details: { permission: label.permission }, logFields });
  }
  if (status === 429) {
    const details = retryAfterMs === undefined ? {} : { retryAfterMs };
    return fail('UPSTREAM_THROTTLED', `${label.upstream} is throttling the gateway.`, label, 'none', {
      details,
      logFields,
    });
  }
  if (status >= 500 || status === 408) {
    return fail('UPSTREAM_UNAVAILABLE', `${label.upstream} answered with a fault.`, label, 'unknown', { logFields });
  }
  const message = `${label.upstream} answered something unexpected: status ${status}.`;
  return fail('UPSTREAM_BAD_RESPONSE', message, label, 'none', { logFields });
}

/** The upstream's own error code, if it is a plain word: Graph's `error.code`, Cloud Apps' `errorMessageCode`. */
export function upstreamErrorCode(body: unknown): string | undefined {
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
  const match = /"(?:code|errorMessageCode)"\s*:\s*"([\w.-]{1,80})"/.exec(text.slice(0, 4_096));
  return match?.[1];
}

interface Extras {
  readonly details?: { readonly retryAfterMs?: number; readonly permission?: string };
  readonly logFields?: object;
  readonly cause?: unknown;
}

function fail(code: UpstreamErrorCode, message: string, label: CallLabel, effect: Effect, extras: Extras = {}) {
  const { upstream, operation, requestId } = label;
  const details = { upstream, requestId, ...extras.details };
  return new UpstreamError(
    code,
    message,
    details,
    { operation, [effectField]: effect, ...extras.logFields },
    extras.cause,
  );
}
