import { UpstreamError } from '../errors/GatewayError.js';

const outageCodes: ReadonlySet<string> = new Set(['UPSTREAM_THROTTLED', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE']);

/** Whether the upstream is throttled, silent or away: the only failures over which an old value is better than none. */
export function isOutage(error: unknown): boolean {
  return error instanceof UpstreamError && outageCodes.has(error.code);
}
