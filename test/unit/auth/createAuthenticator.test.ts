import { beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import {
  createEntraAuthenticator,
  createOpenAuthenticator,
  type EntraAuthOptions,
} from '../../../src/auth/createAuthenticator.js';
import { silentLogger } from '../../../src/observability/logger.js';
import { systemClock } from '../../../src/time/clock.js';

const tenant = '8f2c1a52-0000-4000-8000-000000000001';
const otherTenant = '8f2c1a52-0000-4000-8000-000000000002';
const authority = 'https://login.microsoftonline.com';
const now = Date.UTC(2026, 10, 21, 12);
const nowSeconds = now / 1000;
const options: EntraAuthOptions = {
  audiences: ['api://gateway'],
  tenants: [tenant],
  authorityHost: authority,
  keepAssertion: false,
};

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let strangers: Awaited<ReturnType<typeof generateKeyPair>>;
let jwk: object;

beforeAll(async () => {
  keys = await generateKeyPair('RS256');
  strangers = await generateKeyPair('RS256');
  jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
});

const claims: JWTPayload = {
  iss: `${authority}/${tenant}/v2.0`,
  aud: 'api://gateway',
  tid: tenant,
  oid: 'object-id',
  sub: 'subject',
  preferred_username: 'ana@contoso.com',
  nbf: nowSeconds - 10,
  exp: nowSeconds + 600,
};

type SigningKey = Parameters<SignJWT['sign']>[0];

function sign(
  changes: Record<string, unknown> = {},
  key: SigningKey = keys.privateKey,
  alg = 'RS256',
): Promise<string> {
  return new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg, kid: 'k1' }).sign(key);
}

/** An authority that publishes one key; `calls` are the addresses that were asked. */
function createAuthority(metadata: object = { jwks_uri: `${authority}/keys` }) {
  const calls: string[] = [];
  let isAway = false;
  const fetchStub = async (input: string | URL | Request) => {
    const url = String(input);
    calls.push(url);
    if (isAway) throw new TypeError('fetch failed');
    return Response.json(url.endsWith('/keys') ? { keys: [jwk] } : metadata);
  };
  return { calls, fetch: fetchStub, goAway: (away: boolean) => (isAway = away) };
}

function authenticatorWith(changes: Partial<EntraAuthOptions> = {}, source = createAuthority()) {
  const clock = { ...systemClock, now: () => now };
  return createEntraAuthenticator({ ...options, ...changes }, { clock, logger: silentLogger, fetch: source.fetch });
}

const refusal = { code: 'UNAUTHENTICATED', message: 'A valid access token is needed.' };

describe('an Entra access token', () => {
  it('makes a principal of its claims', async () => {
    const principal = await authenticatorWith().authenticate(
      `Bearer ${await sign({ roles: ['Security.Read'], scp: 'openid Security.Triage' })}`,
    );
    expect(principal).toEqual({
      id: 'object-id',
      tenantId: tenant,
      name: 'ana@contoso.com',
      permissions: new Set(['Security.Read', 'Security.Triage']),
      expiresAt: (nowSeconds + 600) * 1000,
    });
  });

  it('grants nothing for words that are not permissions', async () => {
    const principal = await authenticatorWith().authenticate(
      `bearer ${await sign({ roles: ['Admin', 'security.read'], scp: 'Security.ReadAll' })}`,
    );
    expect(principal.permissions.size).toBe(0);
  });

  it('is kept only when it will be exchanged', async () => {
    const token = await sign();
    const principal = await authenticatorWith({ keepAssertion: true }).authenticate(`Bearer ${token}`);
    expect(principal.assertion).toBe(token);
  });

  it('may come in the v1 form, whose issuer is the STS', async () => {
    const token = await sign({ iss: `https://sts.windows.net/${tenant}/` });
    await expect(authenticatorWith().authenticate(`Bearer ${token}`)).resolves.toMatchObject({ id: 'object-id' });
  });

  it('may come from a configured issuer, whose metadata are then used', async () => {
    const source = createAuthority();
    const issuer = 'https://adfs.contoso.com/adfs';
    await authenticatorWith({ issuer }, source).authenticate(`Bearer ${await sign({ iss: issuer })}`);
    expect(source.calls).toEqual([`${issuer}/.well-known/openid-configuration`, `${authority}/keys`]);
  });

  it('lets clocks differ by half a minute', async () => {
    const authenticator = authenticatorWith();
    await expect(authenticator.authenticate(`Bearer ${await sign({ exp: nowSeconds - 20 })}`)).resolves.toBeDefined();
    await expect(authenticator.authenticate(`Bearer ${await sign({ nbf: nowSeconds + 20 })}`)).resolves.toBeDefined();
  });

  it('costs one look-up of metadata and keys for many callers', async () => {
    const source = createAuthority();
    const authenticator = authenticatorWith({}, source);
    const token = `Bearer ${await sign()}`;
    await Promise.all([authenticator.authenticate(token), authenticator.authenticate(token)]);
    await authenticator.authenticate(token);
    expect(source.calls).toHaveLength(2);
  });
});

describe('a token is refused without saying why', () => {
  const secret = new TextEncoder().encode('a shared secret of thirty-two bytes!');
  const unsigned = () => `${encode({ alg: 'none' })}.${encode(claims)}.`;
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it.each<[string, () => Promise<string> | string]>([
    ['of another issuer', () => sign({ iss: `https://login.evil.example/${tenant}/v2.0` })],
    ["of another tenant's issuer", () => sign({ iss: `${authority}/${otherTenant}/v2.0` })],
    ['for another audience', () => sign({ aud: '00000003-0000-0000-c000-000000000000' })],
    ['of a tenant that is not allowed', () => sign({ tid: otherTenant, iss: `${authority}/${otherTenant}/v2.0` })],
    ['without a tenant', () => sign({ tid: undefined })],
    ['that expired', () => sign({ exp: nowSeconds - 31 })],
    ['that never expires', () => sign({ exp: undefined })],
    ['that is not valid yet', () => sign({ nbf: nowSeconds + 31 })],
    ['signed by a stranger', () => sign({}, strangers.privateKey)],
    ['signed with a shared secret', () => sign({}, secret, 'HS256')],
    ['not signed at all', unsigned],
    ['of nobody', () => sign({ oid: undefined, sub: undefined })],
    ['that is no token', () => 'hunter2'],
  ])('%s', async (_name, token) => {
    await expect(authenticatorWith().authenticate(`Bearer ${await token()}`)).rejects.toMatchObject(refusal);
  });

  it.each([undefined, '', 'Basic YTpi', 'Bearer'])('when the header is %j', async (header) => {
    await expect(authenticatorWith().authenticate(header)).rejects.toMatchObject(refusal);
  });

  it('while the authority is away, and accepted when it is back', async () => {
    const source = createAuthority();
    const authenticator = authenticatorWith({}, source);
    const token = `Bearer ${await sign()}`;
    source.goAway(true);
    await expect(authenticator.authenticate(token)).rejects.toMatchObject(refusal);
    source.goAway(false);
    await expect(authenticator.authenticate(token)).resolves.toBeDefined();
  });

  it('without asking anybody for the keys of a tenant that is not allowed', async () => {
    const source = createAuthority();
    await expect(
      authenticatorWith({}, source).authenticate(`Bearer ${await sign({ tid: otherTenant })}`),
    ).rejects.toMatchObject(refusal);
    expect(source.calls).toEqual([]);
  });
});

describe('without sign-in', () => {
  it('everybody is the named principal with every permission', async () => {
    const principal = await createOpenAuthenticator('demo').authenticate(undefined);
    expect(principal).toMatchObject({ id: 'demo', name: 'demo', tenantId: null });
    expect(principal.permissions.size).toBe(4);
  });
});
