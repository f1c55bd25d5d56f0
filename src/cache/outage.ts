import { UpstreamError } from '../errors/GatewayError.js';
import type { AnswerWarning, CallScope, UpstreamName } from '../upstream/contract.js';

const outageCodes: ReadonlySet<string> = new Set(['UPSTREAM_THROTTLED', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE']);

/** Whether the upstream is throttled, silent or away: the only failures over which an old value is better than none. */
export function isOutage(error: unknown): boolean {
  return error instanceof UpstreamError && outageCodes.has(error.code);
}

/** Beside an answer for which old data stands in. */
export function staleWarning(upstream: UpstreamName): AnswerWarning {
  const message = `${upstream} is throttled or away; data past its lifetime stands in.`;
  return { code: 'STALE', upstream, message };
}

/** The error of a fetch that nobody could wait for any longer. */
export function tooSlow(upstream: UpstreamName, { requestId }: Pick<CallScope, 'requestId'>): UpstreamError {
  return new UpstreamError('UPSTREAM_TIMEOUT', `${upstream} did not answer in time.`, { upstream, requestId });
}
