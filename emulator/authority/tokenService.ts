import { createHash, randomUUID } from 'node:crypto';
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { TokenClaims, TokenProblem, Tokens, TokenVerdict } from '../context.js';
import type { SigningKey } from './keys.js';

/** What a token says beyond its times. */
export interface TokenRequest {
  /** 1 for tokens to Microsoft's own APIs, 2 for tokens to the caller's own API. */
  readonly version: 1 | 2;
  readonly audience: string;
  readonly tenantId: string;
  readonly appId: string;
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
  readonly user?: TokenUser;
  /** May be negative: a token that is already expired. */
  readonly expiresInSeconds: number;
}

/** The person for whom a delegated token speaks. */
export interface TokenUser {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
}

export interface TokenService extends Tokens {
  issue(request: TokenRequest): Promise<string>;
}

export interface TokenServiceOptions {
  readonly key: SigningKey;
  readonly tenantId: () => string;
  /** Root of the authority, for the issuer of version 2 tokens. */
  readonly authorityUrl: () => string;
}

/**
 * Signs and checks access tokens in the shape of Entra's. Times are the machine's: moving the tenant's clock does not
 * expire tokens, which the caller's libraries judge by their own clock.
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function createTokenService(options: TokenServiceOptions): TokenService {
  const verified = new Map<string, TokenClaims>();

  async function issue(request: TokenRequest): Promise<string> {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const issuedAt = Math.min(nowSeconds, nowSeconds + request.expiresInSeconds - 1);
    return new SignJWT({ ...buildClaims(request, options.authorityUrl()) })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: options.key.kid })
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt)
      .setExpirationTime(nowSeconds + request.expiresInSeconds)
      .sign(options.key.privateKey);
  }

  async function readClaims(token: string): Promise<TokenClaims | TokenProblem> {
    const known = verified.get(token);
    if (known !== undefined && known.exp * 1000 > Date.now()) return known;
    try {
      const { payload } = await jwtVerify(token, options.key.publicKey, { algorithms: ['RS256'] });
      const claims = toClaims(payload);
      if (verified.size > 1000) verified.clear();
      verified.set(token, claims);
      return claims;
    } catch (error) {
      return toProblem(error, token);
    }
  }

  async function verify(authorization: string | undefined, audiences: readonly string[]): Promise<TokenVerdict> {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return { ok: false, problem: 'empty' };
    const claims = await readClaims(token);
    if (typeof claims === 'string') return { ok: false, problem: claims };
    if (!audiences.some((audience) => sameAudience(audience, claims.aud)))
      return { ok: false, problem: 'wrongAudience' };
    if (claims.tid !== options.tenantId()) return { ok: false, problem: 'wrongTenant' };
    return { ok: true, claims };
  }

  return { issue, verify };
}

/** A stable object id of the application's service principal in a tenant. */
export function servicePrincipalId(appId: string, tenantId: string): string {
  const hex = createHash('sha256').update(`${appId}/${tenantId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function buildClaims(request: TokenRequest, authorityUrl: string): JWTPayload {
  const { tenantId, appId, user } = request;
  const oid = user?.id ?? servicePrincipalId(appId, tenantId);
  return {
    aud: request.audience,
    iss: request.version === 2 ? `${authorityUrl}/${tenantId}/v2.0` : `https://sts.windows.net/${tenantId}/`,
    tid: tenantId,
    oid,
    sub: oid,
    uti: randomUUID().replaceAll('-', '').slice(0, 22),
    ver: request.version === 2 ? '2.0' : '1.0',
    ...(request.version === 2 ? { azp: appId, azpacr: '1' } : { appid: appId, appidacr: '1' }),
    ...(user === undefined ? { idtyp: 'app' } : userClaims(user, request.version)),
    ...(request.roles === undefined ? {} : { roles: [...request.roles] }),
    ...(request.scopes === undefined || request.scopes.length === 0 ? {} : { scp: request.scopes.join(' ') }),
  };
}

function userClaims(user: TokenUser, version: 1 | 2): JWTPayload {
  const name = { name: user.displayName };
  return version === 2
    ? { ...name, preferred_username: user.userPrincipalName, upn: user.userPrincipalName }
    : { ...name, upn: user.userPrincipalName, unique_name: user.userPrincipalName };
}

function toClaims(payload: JWTPayload): TokenClaims {
  return {
    aud: String(payload.aud),
    iss: String(payload.iss),
    tid: String(payload.tid),
    appId: String(payload.appid ?? payload.azp ?? ''),
    oid: String(payload.oid),
    roles: Array.isArray(payload.roles) ? payload.roles.map(String) : [],
    scopes: typeof payload.scp === 'string' ? payload.scp.split(' ') : [],
    userPrincipalName: typeof payload.upn === 'string' ? payload.upn : null,
    exp: payload.exp ?? 0,
  };
}

function toProblem(error: unknown, token: string): TokenProblem {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'badSignature';
  return isWellFormed(token) ? 'badSignature' : 'malformed';
}

function isWellFormed(token: string): boolean {
  try {
    decodeProtectedHeader(token);
    return token.split('.').length === 3;
  } catch {
    return false;
  }
}

function sameAudience(a: string, b: string): boolean {
  return normaliseAudience(a) === normaliseAudience(b);
}

function normaliseAudience(audience: string): string {
  return audience.toLowerCase().replace(/\/$/, '');
}
