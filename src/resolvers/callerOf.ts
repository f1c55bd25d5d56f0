import type { GatewayContext } from './context.js';

/** Tenant and id of the caller in one text; idempotency keys of different callers never meet. */
export function callerOf({ principal }: Pick<GatewayContext, 'principal'>): string {
  return `${principal.tenantId ?? ''} ${principal.id}`;
}
