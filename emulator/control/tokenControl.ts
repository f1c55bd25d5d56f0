import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { servicePrincipalId, type TokenService, type TokenUser } from '../authority/tokenService.js';
import type { EmulatorContext } from '../context.js';
import type { Row } from '../tenant/Tenant.js';
import { ControlError, readControlBody } from './readControlBody.js';

const tokenSchema = z.strictObject({
  /** App roles. */
  roles: z.array(z.string().min(1)).optional(),
  /** Delegated scopes. */
  scopes: z.array(z.string().min(1)).optional(),
  /** Object id or user principal name of a user of the tenant; absent for an application's own token. */
  user: z.string().min(1).optional(),
  /** May be negative: the token is then already expired. */
  expiresInSeconds: z.number().int().min(-86_400).max(86_400).default(3599),
  audience: z.string().min(1).optional(),
  tenant: z.string().min(1).optional(),
});

export interface TokenControlOptions {
  readonly context: EmulatorContext;
  readonly tokens: TokenService;
  readonly gatewayAudience: string;
}

/** Client id of the emulated portal, whose users call the gateway. */
const portalClientId = '0a17a1b0-52d4-4f0e-9c35-9a7e0b6d1c42';

/** Access tokens for callers of the gateway, signed by the emulated authority. */
export function tokenControl({ context, tokens, gatewayAudience }: TokenControlOptions): FastifyPluginAsync {
  return async (app) => {
    app.post('/_control/token', async (request) => {
      const body = readControlBody(tokenSchema, request.body);
      const user = body.user === undefined ? undefined : findUser(body.user, context);
      const accessToken = await tokens.issue({
        version: 2,
        audience: body.audience ?? gatewayAudience,
        tenantId: body.tenant ?? context.identity.tenantId,
        appId: portalClientId,
        expiresInSeconds: body.expiresInSeconds,
        ...(body.roles === undefined ? {} : { roles: body.roles }),
        ...(body.scopes === undefined ? {} : { scopes: body.scopes }),
        ...(user === undefined ? {} : { user }),
      });
      return { access_token: accessToken, token_type: 'Bearer', expires_in: body.expiresInSeconds };
    });
  };
}

/**
 * A name with an `@` that the directory does not know still gets a token, so that callers need not be users of the
 * generated tenant.
 * @throws {ControlError} 404 for an unknown object id.
 */
function findUser(key: string, { tenant, identity }: EmulatorContext): TokenUser {
  const row = tenant.users.get(key) ?? [...tenant.users.values()].find((user) => hasName(user, key));
  if (row !== undefined) {
    const userPrincipalName = String(row.userPrincipalName);
    return { id: String(row.id), userPrincipalName, displayName: String(row.displayName ?? userPrincipalName) };
  }
  if (!key.includes('@')) throw new ControlError(404, `No user ${key}`);
  return { id: servicePrincipalId(key.toLowerCase(), identity.tenantId), userPrincipalName: key, displayName: key };
}

function hasName(user: Row, name: string): boolean {
  return String(user.userPrincipalName).toLowerCase() === name.toLowerCase();
}
