import { UpstreamError } from '../../../../src/errors/GatewayError.js';
import type { UpstreamName } from '../../../../src/upstream/contract.js';

/** As the upstream client tells failures: `effect` says whether the call may have been carried out. */
export function failure(
  code: 'UPSTREAM_TIMEOUT' | 'UPSTREAM_THROTTLED' | 'UPSTREAM_BAD_RESPONSE',
  effect: 'none' | 'unknown',
  status?: number,
  upstream: UpstreamName = 'GRAPH_SECURITY',
): UpstreamError {
  return new UpstreamError(code, 'failed', { upstream }, { effect, status });
}

/** A hook that fails calls of one method. */
export function throwOn(method: string, error: Error) {
  return (call: { readonly method: string }) => {
    if (call.method === method) throw error;
  };
}
