import { UpstreamError } from '../../errors/GatewayError.js';
import type { CallScope } from '../../upstream/contract.js';

/** Whether an error comes from who asked and when, so that somebody with more time or right of way may do better. */
export function isPassing(error: Error): boolean {
  return error instanceof UpstreamError && ['UPSTREAM_THROTTLED', 'UPSTREAM_TIMEOUT'].includes(error.code);
}

/** Whether one scope allows what the other does not: more time, or a class that goes first. */
export function outlives(scope: CallScope, other: CallScope): boolean {
  return scope.deadlineAt > other.deadlineAt || (other.purpose === 'background' && scope.purpose !== 'background');
}
