import type { Logger } from '../observability/logger.js';
import { type CallLabel, upstreamErrorCode } from './failures.js';
import { type HttpOutcome, systemCode } from './http/transport.js';

/** One line per attempt: what, how it ended, how long it took and under which ids. Never a URL, a body or a token. */
export function logAttempt(logger: Logger, label: CallLabel, outcome: HttpOutcome, ms: number): void {
  const { upstream, operation, requestId } = label;
  const fields = { upstream, operation, requestId, ms: Math.round(ms), ...describe(outcome) };
  const fine = outcome.kind === 'answer' && (outcome.status < 400 || outcome.status === 404);
  if (fine) logger.debug(fields, 'upstream call');
  else logger.warn(fields, 'upstream call failed');
}

function describe(outcome: HttpOutcome): object {
  if (outcome.kind === 'failure') return { failure: outcome.reason, errorCode: systemCode(outcome.cause) };
  const upstreamRequestId = outcome.headers['request-id'];
  if (outcome.status < 400) return { status: outcome.status, upstreamRequestId };
  return { status: outcome.status, upstreamRequestId, upstreamCode: upstreamErrorCode(outcome.text) };
}
