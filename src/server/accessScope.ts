import type { Principal } from '../auth/principal.js';

export interface AccessScopeOptions {
  /** Tenant whose data is served. */
  readonly tenantId: string;
  /** Kind of the upstream credential. */
  readonly credentialKind: string;
}

/**
 * The part of every shared key that keeps callers with different rights apart: tenant, credential and permissions; with
 * `on-behalf-of`, where upstream answers depend on the person, also the principal.
 */
export function buildAccessScope({ tenantId, credentialKind }: AccessScopeOptions, principal: Principal): string {
  const rights = [...principal.permissions].sort().join(',');
  const person = credentialKind === 'on-behalf-of' ? `|${principal.tenantId ?? ''}/${principal.id}` : '';
  return `${tenantId}|${credentialKind}|${rights}${person}`;
}
