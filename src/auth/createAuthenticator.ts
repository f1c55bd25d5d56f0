import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import { AccessError } from '../errors/GatewayError.js';
import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';
import { type Permission, type Principal, permissions } from './principal.js';

/** Turns the `Authorization` header of a caller into a principal. */
export interface Authenticator {
  /**
   * @param authorization The header's whole text, or undefined when it is absent.
   * @throws {AccessError} `UNAUTHENTICATED`; the message never says which check failed.
   */
  authenticate(authorization: string | undefined): Promise<Principal>;
}

export interface EntraAuthOptions {
  readonly audiences: readonly string[];
  /** Tenant ids (`tid`) whose tokens are accepted. */
  readonly tenants: readonly string[];
  /** Sign-in host, `https://login.microsoftonline.com`. */
  readonly authorityHost: string;
  /** Fixed issuer instead of the one that the authority host and the token's tenant make. */
  readonly issuer?: string;
  /** Keep the token for an on-behalf-of exchange. */
  readonly keepAssertion: boolean;
}

export interface AuthenticatorDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Used for the OpenID configuration and the signing keys. */
  readonly fetch: typeof fetch;
}

/** Clocks of two machines may differ by this much. */
const clockToleranceSeconds = 30;
const discoveryTimeoutMs = 5_000;

type KeySource = ReturnType<typeof createRemoteJWKSet>;

/**
 * Verifies Entra access tokens: signature by the tenant's published keys (RS256 only), issuer in its v1 and v2 forms,
 * audience, tenant and lifetime.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens#validate-tokens
 */
export function createEntraAuthenticator(options: EntraAuthOptions, deps: AuthenticatorDeps): Authenticator {
  const keySources = new Map<string, Promise<KeySource>>();

  function keysOf(tenant: string): Promise<KeySource> {
    const known = keySources.get(tenant);
    if (known !== undefined) return known;
    const loading = discoverKeys(metadataUrl(options, tenant), deps.fetch);
    keySources.set(tenant, loading);
    loading.catch(() => keySources.delete(tenant));
    return loading;
  }

  return {
    async authenticate(authorization) {
      const token = bearerToken(authorization);
      const tenant = claimedTenant(token, options.tenants);
      try {
        const { payload } = await jwtVerify(token, await keysOf(tenant), {
          algorithms: ['RS256'],
          audience: [...options.audiences],
          issuer: acceptedIssuers(options, tenant),
          clockTolerance: clockToleranceSeconds,
          currentDate: new Date(deps.clock.now()),
          requiredClaims: ['exp', 'tid'],
        });
        return toPrincipal(payload, options.keepAssertion ? token : undefined);
      } catch (error) {
        if (error instanceof AccessError) throw error;
        deps.logger.warn(
          { reason: error instanceof errors.JOSEError ? error.code : 'KEYS_UNAVAILABLE', err: error },
          'access token refused',
        );
        throw refused();
      }
    },
  };
}

/** Everybody who can reach the socket is this principal with every permission; for loopback addresses only. */
export function createOpenAuthenticator(name: 'demo' | 'local'): Authenticator {
  const principal: Principal = { id: name, tenantId: null, name, permissions: new Set(permissions) };
  return { authenticate: async () => principal };
}

/**
 * Loads the keys' address from the OpenID configuration, once per tenant; jose then fetches and refreshes the keys.
 * @throws when the authority is away or its answer is not a configuration.
 */
async function discoverKeys(url: string, fetchImpl: typeof fetch): Promise<KeySource> {
  const response = await fetchImpl(url, { signal: AbortSignal.timeout(discoveryTimeoutMs), redirect: 'error' });
  if (!response.ok) throw new Error(`The OpenID configuration answered ${response.status}.`);
  const { jwks_uri: jwksUri } = (await response.json()) as { jwks_uri?: unknown };
  if (typeof jwksUri !== 'string') throw new Error('The OpenID configuration names no jwks_uri.');
  return createRemoteJWKSet(new URL(jwksUri), { [customFetch]: fetchImpl, timeoutDuration: discoveryTimeoutMs });
}

function metadataUrl({ issuer, authorityHost }: EntraAuthOptions, tenant: string): string {
  const base = issuer ?? `${authorityHost}/${tenant}/v2.0`;
  return `${base.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/** v2 tokens are issued by the authority host, v1 tokens by the STS of the same cloud. */
function acceptedIssuers({ issuer, authorityHost }: EntraAuthOptions, tenant: string): string[] {
  if (issuer !== undefined) return [issuer];
  const sts = stsHosts[authorityHost] ?? authorityHost;
  return [`${authorityHost}/${tenant}/v2.0`, `${sts}/${tenant}/`];
}

const stsHosts: Readonly<Record<string, string>> = {
  'https://login.microsoftonline.com': 'https://sts.windows.net',
  'https://login.microsoftonline.us': 'https://sts.windows.net',
  'https://login.chinacloudapi.cn': 'https://sts.chinacloudapi.cn',
  'https://login.partner.microsoftonline.cn': 'https://sts.chinacloudapi.cn',
};

function bearerToken(authorization: string | undefined): string {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) throw refused();
  return token;
}

/** The tenant is read before the signature is checked, only to pick the keys, and only from the allow-list. */
function claimedTenant(token: string, allowed: readonly string[]): string {
  const tenant = unverifiedTenant(token)?.toLowerCase();
  const found = allowed.find((id) => id.toLowerCase() === tenant);
  if (found === undefined) throw refused();
  return found;
}

function unverifiedTenant(token: string): string | undefined {
  try {
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { tid?: unknown };
    return typeof payload.tid === 'string' ? payload.tid : undefined;
  } catch {
    return undefined;
  }
}

function toPrincipal(claims: JWTPayload, assertion: string | undefined): Principal {
  const id = textClaim(claims, 'oid') ?? claims.sub;
  if (id === undefined) throw refused();
  return {
    id,
    tenantId: textClaim(claims, 'tid') ?? null,
    name:
      textClaim(claims, 'preferred_username') ??
      textClaim(claims, 'upn') ??
      textClaim(claims, 'app_displayname') ??
      null,
    permissions: grantedPermissions(claims),
    expiresAt: (claims.exp ?? 0) * 1000,
    ...(assertion === undefined ? {} : { assertion }),
  };
}

/** App roles (`roles`) and delegated scopes (`scp`, blank-separated); words that we do not know grant nothing. */
function grantedPermissions(claims: JWTPayload): ReadonlySet<Permission> {
  const roles = Array.isArray(claims.roles) ? claims.roles : [];
  const scopes = (textClaim(claims, 'scp') ?? '').split(' ');
  const granted = new Set<unknown>([...roles, ...scopes]);
  return new Set(permissions.filter((permission) => granted.has(permission)));
}

function textClaim(claims: JWTPayload, name: string): string | undefined {
  const value = claims[name];
  return typeof value === 'string' ? value : undefined;
}

function refused(): AccessError {
  return new AccessError('UNAUTHENTICATED', 'A valid access token is needed.');
}
