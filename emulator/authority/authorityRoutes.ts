import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import type { EmulatorContext } from '../context.js';
import { AuthorityError, toAuthorityBody } from './authorityErrors.js';
import { type GrantOptions, grantToken } from './grantToken.js';
import type { SigningKey } from './keys.js';

export interface AuthorityRoutesOptions {
  readonly context: EmulatorContext;
  readonly key: SigningKey;
  readonly grant: () => GrantOptions;
}

interface TenantParams {
  readonly tenant: string;
}

/** OpenID discovery, key set and token endpoints, of both endpoint versions. */
export function authorityRoutes({ context, key, grant }: AuthorityRoutesOptions): FastifyPluginAsync {
  return async (app) => {
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
      done(null, new URLSearchParams(String(body)));
    });
    app.setErrorHandler((error, _request, reply) => sendError(reply, error, context.clock.now()));

    for (const version of ['', '/v2.0']) {
      app.get<{ Params: TenantParams }>(`/:tenant${version}/.well-known/openid-configuration`, (request) =>
        buildDiscovery(context.urls.authority, requireTenant(request.params.tenant, context), version),
      );
      app.get<{ Params: TenantParams }>(`/:tenant/discovery${version}/keys`, (request) => {
        requireTenant(request.params.tenant, context);
        return { keys: [key.publicJwk] };
      });
      app.post<{ Params: TenantParams }>(`/:tenant/oauth2${version}/token`, async (request, reply) => {
        requireTenant(request.params.tenant, context);
        reply.header('cache-control', 'no-store, no-cache').header('pragma', 'no-cache');
        return grantToken(request.body instanceof URLSearchParams ? request.body : new URLSearchParams(), grant());
      });
    }
  };
}

function sendError(reply: FastifyReply, error: unknown, nowMs: number): FastifyReply {
  const known =
    error instanceof AuthorityError
      ? error
      : new AuthorityError(400, 'invalid_request', 900144, error instanceof Error ? error.message : 'Bad request.');
  return reply.status(known.status).send(toAuthorityBody(known, nowMs));
}

/** @throws {AuthorityError} for a tenant that is neither ours nor one of the shared names. */
function requireTenant(tenant: string, context: EmulatorContext): string {
  const known = [context.identity.tenantId, 'common', 'organizations'];
  if (known.includes(tenant.toLowerCase())) return tenant;
  throw new AuthorityError(
    400,
    'invalid_tenant',
    90002,
    `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
  );
}

/** @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
function buildDiscovery(root: string, tenant: string, version: string): object {
  return {
    issuer: version === '' ? `https://sts.windows.net/${tenant}/` : `${root}/${tenant}/v2.0`,
    authorization_endpoint: `${root}/${tenant}/oauth2${version}/authorize`,
    token_endpoint: `${root}/${tenant}/oauth2${version}/token`,
    device_authorization_endpoint: `${root}/${tenant}/oauth2${version}/devicecode`,
    end_session_endpoint: `${root}/${tenant}/oauth2${version}/logout`,
    jwks_uri: `${root}/${tenant}/discovery${version}/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'tid', 'oid', 'ver', 'preferred_username', 'name'],
    request_uri_parameter_supported: false,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    tenant_region_scope: 'NA',
    cloud_instance_name: 'microsoftonline.com',
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: 'graph.microsoft.com',
  };
}
