import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { captureLog, findLeaks } from '../support/leaks.js';
import { readRaw, sendRaw } from '../support/sendRaw.js';
import { type Stack, startStack } from '../support/startStack.js';
import { SocketClient } from '../unit/server/socketClient.js';

const log = captureLog();
const roles = ['Security.Read'];
let stack: Stack;
let socketUrl: string;

beforeAll(async () => {
  stack = await startStack({ env: { AUTH: 'entra' }, deps: { logger: log.logger } });
  socketUrl = stack.url.replace('http', 'ws');
});
afterAll(async () => {
  expect(findLeaks(log.text(), stack)).toEqual([]);
  await stack.stop();
});

async function tokenOf(options: Record<string, unknown> = { roles }): Promise<string> {
  const { access_token: token } = await stack.control<{ access_token: string }>('POST', '/_control/token', options);
  return `Bearer ${token}`;
}

const claims = () => ({
  roles,
  tid: stack.emulator.tenantId,
  oid: 'mallory',
  aud: 'api://security-graph-gateway',
  iss: stack.emulator.env.AUTH_ISSUER ?? '',
});

/** The right claims under a key that the authority does not know. */
async function forgedToken(): Promise<string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return `Bearer ${await new SignJWT(claims()).setProtectedHeader({ alg: 'RS256' }).setExpirationTime('1h').sign(privateKey)}`;
}

/** The right claims under no signature at all. */
function unsignedToken(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `Bearer ${part({ alg: 'none', typ: 'JWT' })}.${part({ ...claims(), exp: 4_102_444_800 })}.`;
}

/** A token whose claims were changed after it was signed. */
async function changedToken(): Promise<string> {
  const [head = '', body = '', signature = ''] = (await tokenOf({ roles: [] })).split('.');
  const changed = {
    ...(JSON.parse(Buffer.from(body, 'base64url').toString()) as object),
    roles: ['Security.Read', 'Security.Triage'],
  };
  return `${head}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${signature}`;
}

const refused: [name: string, token: () => Promise<string> | string][] = [
  ['no token', () => ''],
  ['another scheme', () => 'Basic YTpi'],
  ['no JSON Web Token', () => 'Bearer abc'],
  ['an expired token', () => tokenOf({ roles, expiresInSeconds: -120 })],
  ['a token for another audience', () => tokenOf({ roles, audience: 'https://graph.microsoft.com' })],
  ['a token of another tenant', () => tokenOf({ roles, tenant: '11111111-2222-3333-4444-555555555555' })],
  ['a forged token', forgedToken],
  ['an unsigned token', unsignedToken],
  ['a changed token', changedToken],
  ['a token twice', async () => `${await tokenOf()}, ${await tokenOf()}`],
];

const headersOf = (authorization: string): Record<string, string> => (authorization === '' ? {} : { authorization });
const query = JSON.stringify({ query: '{ alerts(first: 1) { nodes { id } } }' });

describe.each(refused)('%s', (_name, token) => {
  it('is 401 UNAUTHENTICATED over HTTP and as an event stream, and no upstream is asked', async () => {
    for (const path of [stack.url, `${stack.url}/stream`]) {
      const answer = await sendRaw(path, query, headersOf(await token()));
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(answer.body?.errors).toEqual([
        { message: 'A valid access token is needed.', extensions: { code: 'UNAUTHENTICATED' } },
      ]);
      expect(await stack.callsOf(answer)).toEqual([]);
    }
  });

  it('closes a WebSocket with 4403', async () => {
    const client = await new SocketClient(socketUrl).opened();
    client.say({ type: 'connection_init', payload: { authorization: await token() } });
    expect((await client.closed).code).toBe(4403);
  });
});

describe('a caller without the role', () => {
  const forbidden = { extensions: { code: 'FORBIDDEN', permission: 'Security.Read' } };

  it.each([[{ roles: [] }], [{ roles: ['Security.Admin'] }], [{ scopes: ['User.Read'] }]])(
    '%j is FORBIDDEN on every transport, and no upstream is asked',
    async (options) => {
      const authorization = await tokenOf(options);
      const answer = await sendRaw(stack.url, query, { authorization });
      expect([answer.status, answer.body]).toMatchObject([403, { errors: [forbidden] }]);
      expect(await stack.callsOf(answer)).toEqual([]);
      const events = await sendRaw(`${stack.url}/stream`, query, { authorization });
      expect(JSON.parse(/^data: (.+)$/m.exec(events.text)?.[1] ?? '')).toMatchObject({ errors: [forbidden] });
      const client = await new SocketClient(socketUrl).acknowledged({ authorization });
      client.subscribe('1', 'subscription { alertUpdated { cursor } }');
      expect(await client.next()).toMatchObject({ id: '1', type: 'error', payload: [forbidden] });
      client.close();
    },
  );

  it('reads with Security.Read, and may not change anything', async () => {
    const authorization = await tokenOf({ roles, user: 'ann@contoso.com' });
    const body = JSON.stringify({
      query: 'mutation { updateAlert(input: { id: "a", status: RESOLVED }) { alert { id } } }',
    });
    const answer = await sendRaw(stack.url, body, { authorization });
    expect([answer.status, answer.body]).toMatchObject([
      403,
      { errors: [{ extensions: { permission: 'Security.Triage' } }] },
    ]);
    expect((await sendRaw(stack.url, query, { authorization })).body).toMatchObject({
      data: { alerts: { nodes: [{}] } },
    });
  });
});

describe('a token that expires while its holder listens', () => {
  const subscription = 'subscription { alertUpdated { cursor alert { id } } }';
  const change = async (id: string) => {
    const authorization = await tokenOf({ roles: ['Security.Read', 'Security.Triage'] });
    return sendRaw(
      stack.url,
      JSON.stringify({
        query: `mutation { updateAlert(input: { id: "${id}", assignedTo: "a${Date.now()}@contoso.com" }) { errors { code } } }`,
      }),
      { authorization },
    );
  };

  it('closes the WebSocket with 4403, and a new token on a new one goes on', async () => {
    const brief = await new SocketClient(socketUrl).acknowledged({
      authorization: await tokenOf({ roles, expiresInSeconds: 2 }),
    });
    brief.subscribe('1', subscription);
    expect(await brief.closed).toEqual({ code: 4403, reason: 'The access token expired.' });
    const { id } = await stack.control<{ id: string }>('POST', '/_control/alerts', {});
    const client = await new SocketClient(socketUrl).acknowledged({ authorization: await tokenOf() });
    client.subscribe('1', subscription);
    client.say({ type: 'ping' });
    await client.next();
    expect((await change(id)).body).toMatchObject({ data: { updateAlert: { errors: [] } } });
    let heard = await client.next();
    while (heard.payload.data.alertUpdated.alert?.id !== id) heard = await client.next();
    expect(heard).toMatchObject({ id: '1', type: 'next' });
    client.close();
  });

  it('ends the event stream without complete, so that clients come back', async () => {
    const response = await fetch(`${stack.url}/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: await tokenOf({ roles, expiresInSeconds: 2 }) },
      body: JSON.stringify({ query: subscription }),
    });
    expect(response.status).toBe(200);
    expect((await readRaw(response)).text).not.toContain('event: complete');
  });
});

it('a browser needs a token too where the playground is off, and the metrics name no caller', async () => {
  expect((await fetch(stack.url, { headers: { accept: 'text/html' } })).status).toBe(401);
  expect(await (await fetch(`${stack.gateway.url}/metrics`)).text()).not.toMatch(/mallory|contoso|Bearer/);
});
