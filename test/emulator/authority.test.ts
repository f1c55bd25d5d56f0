import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, customFetch, decodeJwt, jwtVerify, SignJWT } from 'jose';
import { Agent, fetch as undiciFetch } from 'undici';
import { issueGraphToken, startTestEmulator, type TestEmulator } from './startTestEmulator.js';

let emulator: TestEmulator;
let dispatcher: Agent;
beforeAll(async () => {
  emulator = await startTestEmulator();
  dispatcher = new Agent({ connect: { ca: readFileSync(emulator.caFile) } });
});
afterAll(async () => {
  await dispatcher.close();
  await emulator.stop();
});

async function post(path: string, form: Record<string, string>) {
  const response = await undiciFetch(`${emulator.authorityUrl}${path}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    dispatcher,
  });
  return { status: response.status, body: (await response.json()) as Record<string, any> };
}

const credentials = () => ({
  grant_type: 'client_credentials',
  client_id: emulator.clientId,
  client_secret: emulator.clientSecret,
});
const tokenPath = () => `/${emulator.tenantId}/oauth2/v2.0/token`;

describe('the token endpoint', () => {
  it('gives an application a version 1 token that Graph accepts', async () => {
    const { status, body } = await post(tokenPath(), { ...credentials(), scope: `${emulator.graphUrl}/.default` });
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
    expect(decodeJwt(body.access_token)).toMatchObject({
      aud: emulator.graphUrl,
      iss: `https://sts.windows.net/${emulator.tenantId}/`,
      tid: emulator.tenantId,
      appid: emulator.clientId,
      roles: expect.arrayContaining(['SecurityAlert.Read.All']),
    });
    const answer = await emulator.graph('/v1.0/security/alerts_v2?$top=1', {
      headers: { authorization: `Bearer ${body.access_token}` },
    });
    expect(answer.status).toBe(200);
  });

  it('takes the version 1 form and the Cloud Apps resource', async () => {
    const resource = '05a65629-4c1b-48c1-a78b-804c4abdd4af';
    const { body } = await post(`/${emulator.tenantId}/oauth2/token`, { ...credentials(), resource });
    expect(decodeJwt(body.access_token).aud).toBe(resource);
    const v2 = await post(tokenPath(), { ...credentials(), scope: `${resource}/.default` });
    expect(decodeJwt(v2.body.access_token).roles).toContain('Investigation.read');
  });

  it.each([
    ['a wrong secret', { client_secret: 'no' }, 401, 'invalid_client', 7000215],
    [
      'an unknown application',
      { client_id: 'ffffffff-0000-4000-8000-000000000000' },
      400,
      'unauthorized_client',
      700016,
    ],
    ['a scope without /.default', { scope: 'https://graph.microsoft.com/User.Read' }, 400, 'invalid_scope', 1002012],
    ['an unknown resource', { scope: 'https://example.com/.default' }, 400, 'invalid_resource', 500011],
    ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
    ['no scope', { scope: '' }, 400, 'invalid_request', 900144],
  ])('refuses %s as Entra does', async (_name, change, status, error, code) => {
    const form = { ...credentials(), scope: 'https://graph.microsoft.com/.default', ...change };
    const answer = await post(tokenPath(), form);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error, error_codes: [code], trace_id: expect.any(String) });
    expect(answer.body.error_description).toMatch(new RegExp(`^AADSTS${code}: `));
  });

  it('refuses an unknown tenant', async () => {
    const { status, body } = await post('/00000000-1111-4000-8000-000000000000/oauth2/v2.0/token', credentials());
    expect([status, body.error_codes]).toEqual([400, [90002]]);
  });

  it('takes a signed client assertion instead of a secret', async () => {
    const assertion = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(emulator.clientId)
      .setSubject(emulator.clientId)
      .setExpirationTime('5m')
      .sign(new Uint8Array(32));
    const [, payload, signature] = assertion.split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'PS256' })).toString('base64url');
    const { client_secret: _secret, ...rest } = credentials();
    const form = {
      ...rest,
      scope: 'https://graph.microsoft.com/.default',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    };
    expect((await post(tokenPath(), { ...form, client_assertion: `${header}.${payload}.${signature}` })).status).toBe(
      200,
    );
    expect((await post(tokenPath(), { ...form, client_assertion: 'nonsense' })).body.error_codes).toEqual([700027]);
  });

  it("exchanges a caller's token on behalf of its user", async () => {
    const users = await emulator.graph('/v1.0/users?$top=1');
    const [user] = users.body.value;
    const caller = await emulator.control('POST', 'token', { user: user.id, scopes: ['Security.Read'] });
    const form = {
      ...credentials(),
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      requested_token_use: 'on_behalf_of',
      scope: `${emulator.graphUrl}/.default`,
    };
    const { status, body } = await post(tokenPath(), { ...form, assertion: caller.body.access_token });
    expect(status).toBe(200);
    expect(decodeJwt(body.access_token)).toMatchObject({
      oid: user.id,
      upn: user.userPrincipalName,
      scp: expect.any(String),
    });
    const refused = await post(tokenPath(), { ...form, assertion: await issueGraphToken(emulator) });
    expect(refused.body).toMatchObject({ error: 'invalid_grant', error_codes: [50013] });
  });
});

describe('discovery', () => {
  it('names an issuer and keys that verify the tokens of callers', async () => {
    const issuer = String(emulator.env.AUTH_ISSUER);
    const response = await undiciFetch(`${issuer}/.well-known/openid-configuration`, { dispatcher });
    const discovery = (await response.json()) as Record<string, string>;
    expect(discovery.issuer).toBe(issuer);
    expect(discovery.token_endpoint).toBe(`${emulator.authorityUrl}${tokenPath()}`);
    const keys = createRemoteJWKSet(new URL(discovery.jwks_uri as string), {
      [customFetch]: (url: string) => undiciFetch(url, { dispatcher }),
    });
    const { body } = await emulator.control('POST', 'token', { roles: ['Security.Read'], user: 'kim@contoso.com' });
    const { payload } = await jwtVerify(body.access_token, keys, {
      issuer,
      audience: emulator.env.AUTH_AUDIENCE as string,
      algorithms: ['RS256'],
    });
    expect(payload).toMatchObject({ ver: '2.0', roles: ['Security.Read'], preferred_username: 'kim@contoso.com' });
  });

  it('gives no token to a process that does not know the issuer of the certificate', async () => {
    await expect(
      fetch(`${emulator.authorityUrl}/${emulator.tenantId}/v2.0/.well-known/openid-configuration`),
    ).rejects.toThrow();
  });
});

describe('@azure/identity in a process of its own', () => {
  it('gets a token over TLS with a client secret', async () => {
    const script = `
      import { ClientSecretCredential } from '@azure/identity';
      const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_AUTHORITY_HOST, GRAPH_URL } = process.env;
      const credential = new ClientSecretCredential(AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, {
        authorityHost: AZURE_AUTHORITY_HOST,
        disableInstanceDiscovery: true,
      });
      const { token } = await credential.getToken(GRAPH_URL + '/.default');
      const response = await fetch(GRAPH_URL + '/v1.0/security/alerts_v2?$top=1', { headers: { authorization: 'Bearer ' + token } });
      console.log(response.status);
    `;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env: { PATH: process.env.PATH, ...emulator.env },
      timeout: 25_000,
    });
    expect((await run).stdout.trim()).toBe('200');
    const { body } = await emulator.control('GET', 'requests');
    const paths = body
      .filter(({ upstream }: { upstream: string }) => upstream === 'authority')
      .map(({ path }: { path: string }) => path.split('?')[0]);
    expect(paths.slice(-2)).toEqual([`/${emulator.tenantId}/v2.0/.well-known/openid-configuration`, tokenPath()]);
  });
});

describe('tokens at Graph', () => {
  const path = '/v1.0/security/alerts_v2?$top=1';
  const withToken = (token: string) => emulator.graph(path, { headers: { authorization: token } });

  it.each([
    ['', 'Access token is empty.'],
    ['Bearer', 'Access token is empty.'],
    ['Bearer nonsense', 'CompactToken parsing failed'],
  ])('refuses %j', async (header, message) => {
    const { status, body } = await withToken(header);
    expect(status).toBe(401);
    expect(body.error.code).toBe('InvalidAuthenticationToken');
    expect(body.error.message).toContain(message);
  });

  it('refuses an expired token, another audience and another tenant', async () => {
    const expired = await issueGraphToken(emulator, { expiresInSeconds: -10 });
    const otherAudience = await issueGraphToken(emulator, { audience: 'https://example.com' });
    const otherTenant = await issueGraphToken(emulator, { tenant: '00000000-1111-4000-8000-000000000000' });
    for (const token of [expired, otherAudience, otherTenant])
      expect((await withToken(`Bearer ${token}`)).status).toBe(401);
  });

  it('refuses a missing role with an empty message, and in the directory with its own words', async () => {
    const token = `Bearer ${await issueGraphToken(emulator, { roles: ['User.Read.All', 'SecurityAlert.Read.All'] })}`;
    const headers = { authorization: token };
    const incidents = await emulator.graph('/v1.0/security/incidents', { headers });
    expect([incidents.status, incidents.body.error.code, incidents.body.error.message]).toEqual([403, 'Forbidden', '']);
    const devices = await emulator.graph('/v1.0/devices', { headers });
    expect(devices.body.error.code).toBe('Authorization_RequestDenied');
    const patch = await emulator.graph('/v1.0/security/alerts_v2/x', {
      method: 'PATCH',
      json: { status: 'new' },
      headers,
    });
    expect(patch.status).toBe(403);
  });

  it('takes delegated permissions as well', async () => {
    const token = await issueGraphToken(emulator, {
      roles: [],
      scopes: ['SecurityAlert.Read.All'],
      user: 'kim@contoso.com',
    });
    expect((await withToken(`Bearer ${token}`)).status).toBe(200);
  });
});
