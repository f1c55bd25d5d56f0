import { UpstreamError } from '../errors/GatewayError.js';
import type { CallScope, UpstreamName } from './contract.js';

/** Whether an answer may only be made of what the gateway holds already. */
export function isMemoryOnly({ reading }: Pick<CallScope, 'reading'>): boolean {
  return reading === 'memory';
}

/** Why a field stays empty whose data is not at hand and may not be asked for. */
export function notAtHand(upstream: UpstreamName, { requestId }: Pick<CallScope, 'requestId'>): UpstreamError {
  const message = `Events spend no budget of ${upstream}, and the gateway does not hold what this field needs.`;
  return new UpstreamError('UPSTREAM_THROTTLED', message, { upstream, requestId });
}
