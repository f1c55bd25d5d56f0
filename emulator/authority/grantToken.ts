import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { EmulatorIdentity } from '../context.js';
import { AuthorityError } from './authorityErrors.js';
import { mcasPermissions } from './permissions.js';
import { type ApiResource, findResource } from './resources.js';
import type { TokenService, TokenUser } from './tokenService.js';

export interface GrantOptions {
  readonly tokens: TokenService;
  readonly identity: EmulatorIdentity;
  readonly graphUrl: string;
  /** Audience of the caller's own API, whose tokens may be exchanged. */
  readonly gatewayAudience: string;
  /** Permissions of the application on Microsoft Graph. */
  readonly graphRoles: readonly string[];
  /** The user that an object id names. */
  readonly findUser: (id: string) => TokenUser | undefined;
}

/** The token endpoint's success body. */
export interface TokenAnswer {
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly ext_expires_in: number;
  readonly access_token: string;
  readonly scope?: string;
}

const lifetimeSeconds = 3599;
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const clientAssertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * Answers one token request: client credentials or on-behalf-of, in the form of either endpoint version.
 * @throws {AuthorityError} as Entra would refuse.
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow
 */
export async function grantToken(form: URLSearchParams, options: GrantOptions): Promise<TokenAnswer> {
  const grantType = required(form, 'grant_type');
  if (grantType !== 'client_credentials' && grantType !== jwtBearer) {
    throw new AuthorityError(
      400,
      'unsupported_grant_type',
      70003,
      `The app requested an unsupported grant type '${grantType}'.`,
    );
  }
  authenticateClient(form, options.identity);
  const resource = readResource(form, options);
  return grantType === jwtBearer ? onBehalfOf(form, resource, options) : clientCredentials(resource, options);
}

async function clientCredentials(resource: ApiResource, options: GrantOptions): Promise<TokenAnswer> {
  return answer(
    await options.tokens.issue({
      version: resource.api === 'gateway' ? 2 : 1,
      audience: resource.audience,
      tenantId: options.identity.tenantId,
      appId: options.identity.clientId,
      roles: permissionsOf(resource, options),
      expiresInSeconds: lifetimeSeconds,
    }),
  );
}

async function onBehalfOf(form: URLSearchParams, resource: ApiResource, options: GrantOptions): Promise<TokenAnswer> {
  if (form.get('requested_token_use') !== 'on_behalf_of') {
    throw new AuthorityError(400, 'invalid_request', 900144, "The request body must contain: 'requested_token_use'.");
  }
  const audiences = [options.gatewayAudience, options.identity.clientId];
  const verdict = await options.tokens.verify(`Bearer ${required(form, 'assertion')}`, audiences);
  if (!verdict.ok) {
    throw new AuthorityError(
      400,
      'invalid_grant',
      50013,
      `Assertion failed signature or claim validation (${verdict.problem}).`,
    );
  }
  const user = options.findUser(verdict.claims.oid);
  if (user === undefined) {
    throw new AuthorityError(400, 'invalid_grant', 50034, 'The user account does not exist in the directory.');
  }
  const scopes = permissionsOf(resource, options);
  const accessToken = await options.tokens.issue({
    version: 1,
    audience: resource.audience,
    tenantId: options.identity.tenantId,
    appId: options.identity.clientId,
    scopes,
    user,
    expiresInSeconds: lifetimeSeconds,
  });
  return { ...answer(accessToken), scope: scopes.join(' ') };
}

function permissionsOf(resource: ApiResource, options: GrantOptions): readonly string[] {
  if (resource.api === 'graph') return options.graphRoles;
  return resource.api === 'mcas' ? mcasPermissions : [];
}

function authenticateClient(form: URLSearchParams, identity: EmulatorIdentity): void {
  const clientId = required(form, 'client_id');
  if (clientId.toLowerCase() !== identity.clientId.toLowerCase()) {
    throw new AuthorityError(
      400,
      'unauthorized_client',
      700016,
      `Application with identifier '${clientId}' was not found in the directory 'Contoso'.`,
    );
  }
  const assertion = form.get('client_assertion');
  if (assertion !== null) {
    checkAssertion(assertion, form.get('client_assertion_type'));
    return;
  }
  if (form.get('client_secret') === identity.clientSecret) return;
  if (form.get('client_secret') === null) {
    throw new AuthorityError(
      401,
      'invalid_client',
      7000218,
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    );
  }
  throw new AuthorityError(
    401,
    'invalid_client',
    7000215,
    `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
  );
}

/** A certificate or workload assertion: well formed, signed with an allowed algorithm and not expired. */
function checkAssertion(assertion: string, type: string | null): void {
  try {
    const { alg } = decodeProtectedHeader(assertion);
    const { exp, iss, sub } = decodeJwt(assertion);
    const isSigned = (alg === 'RS256' || alg === 'PS256') && (assertion.split('.')[2] ?? '').length > 0;
    const isCurrent = typeof exp === 'number' && exp * 1000 > Date.now();
    if (type === clientAssertionType && isSigned && isCurrent && iss !== undefined && sub !== undefined) return;
  } catch {
    // Falls through to the refusal below: whatever cannot be decoded is not an assertion.
  }
  throw new AuthorityError(401, 'invalid_client', 700027, 'Client assertion failed signature validation.');
}

function readResource(form: URLSearchParams, options: GrantOptions): ApiResource {
  const resource = form.get('resource');
  if (resource !== null) return findResource(resource, options.graphUrl, options.gatewayAudience);
  const scope = required(form, 'scope')
    .split(' ')
    .find((word) => !['openid', 'profile', 'offline_access', 'email', ''].includes(word));
  const suffix = scope?.lastIndexOf('/') ?? -1;
  const isDefault = scope?.endsWith('/.default') ?? false;
  if (scope === undefined || suffix < 1 || (!isDefault && form.get('grant_type') === 'client_credentials')) {
    throw new AuthorityError(
      400,
      'invalid_scope',
      1002012,
      `The provided value for scope ${form.get('scope')} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
    );
  }
  return findResource(scope.slice(0, suffix), options.graphUrl, options.gatewayAudience);
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value !== null && value !== '') return value;
  throw new AuthorityError(
    400,
    'invalid_request',
    900144,
    `The request body must contain the following parameter: '${name}'.`,
  );
}

function answer(accessToken: string): TokenAnswer {
  return {
    token_type: 'Bearer',
    expires_in: lifetimeSeconds,
    ext_expires_in: lifetimeSeconds,
    access_token: accessToken,
  };
}
