import { hash } from 'node:crypto';
import type { GatewayConfig } from '../config/loadConfig.js';

const digestCharacters = 12;

/**
 * Whose data journal, mirror and caches hold: the tenant as this application sees it through this API. Another tenant,
 * credential, cloud or dialect never goes on from it. Holds no secret.
 */
export function namespaceOf({ tenantId, alertsDialect, upstream }: GatewayConfig): string {
  const { credential, graphUrl, mcasUrl } = upstream;
  const clientId = 'clientId' in credential ? credential.clientId : undefined;
  const seen = JSON.stringify([credential.kind, clientId, graphUrl, mcasUrl, alertsDialect]);
  return `${tenantId}-${hash('sha256', seen, 'base64url').slice(0, digestCharacters)}`;
}
