import type { FastifyReply, FastifyRequest } from 'fastify';
import { type EmulatorContext, mcasResourceId } from '../context.js';
import { htmlPage, insufficientRoleBody, invalidTokenBody, McasError, throttledBody } from './McasError.js';

/** What a route does, as the published table of scopes groups it. */
export type Duty =
  | 'activities'
  | 'readAlerts'
  | 'closeAlerts'
  | 'entities'
  | 'readSubnets'
  | 'writeSubnets'
  | 'readDiscovery'
  | 'writeDiscovery'
  | 'files';

/**
 * Scopes, in lower case, that allow each duty. No scope allows reading files: they take a legacy token.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-authentication-application
 */
const scopesFor: Readonly<Record<Duty, readonly string[]>> = {
  activities: ['investigation.read', 'investigation.manage'],
  readAlerts: ['investigation.read', 'investigation.manage', 'discovery.read', 'discovery.manage'],
  closeAlerts: ['investigation.manage', 'discovery.manage'],
  entities: ['investigation.read', 'investigation.manage'],
  readSubnets: ['investigation.read', 'investigation.manage', 'settings.read', 'settings.manage'],
  writeSubnets: ['investigation.manage', 'settings.manage'],
  readDiscovery: ['discovery.read', 'discovery.manage'],
  writeDiscovery: ['discovery.manage'],
  files: [],
};

/** Who calls. */
export interface Caller {
  /** Name that closed alerts and the portal's own activities show. */
  readonly name: string;
  /** Lower case; `undefined` for a legacy token, which may do whatever its issuer may. */
  readonly scopes: readonly string[] | undefined;
}

/** Administrator who issued the legacy token. */
const tokenIssuer = 'secops@contoso.onmicrosoft.com';

/**
 * Checks the caller's token, then the tenant's budget, then what the duty needs.
 * @throws {McasError} 401, 429 or 403.
 */
export async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  duty: Duty,
  context: EmulatorContext,
): Promise<Caller> {
  const caller = await identify(request.headers.authorization, context);
  takeSlot(reply, context);
  if (caller.scopes === undefined || scopesFor[duty].some((scope) => caller.scopes?.includes(scope))) return caller;
  throw new McasError(403, insufficientRoleBody());
}

async function identify(authorization: string | undefined, context: EmulatorContext): Promise<Caller> {
  if (authorization !== undefined && /^token /i.test(authorization)) {
    if (authorization.slice(6).trim() !== context.identity.mcasToken) throw new McasError(401, invalidTokenBody());
    return { name: tokenIssuer, scopes: undefined };
  }
  const verdict = await context.tokens.verify(authorization, [mcasResourceId]);
  if (!verdict.ok) throw new McasError(401, invalidTokenBody());
  const { userPrincipalName, appId } = verdict.claims;
  const held = context.delegations.heldBy(verdict.claims);
  return { name: userPrincipalName ?? appId, scopes: held.map((scope) => scope.toLowerCase()) };
}

/** All routes of a tenant share one budget. */
function takeSlot(reply: FastifyReply, { limits, identity, switches }: EmulatorContext): void {
  const verdict = limits.mcas.take(identity.tenantId);
  if (verdict.allowed) return;
  const seconds = Math.max(1, Math.ceil(verdict.retryAfterSeconds));
  if (switches.mcasRetryAfterHeader) reply.header('retry-after', String(seconds));
  throw new McasError(
    429,
    switches.mcasThrottleBody === 'html' ? htmlPage('Too Many Requests') : throttledBody(seconds),
  );
}
