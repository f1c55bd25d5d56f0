import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { post, type Running, start, wordAuthenticator } from './support.js';

let running: Running;

beforeAll(async () => {
  running = await start({
    authenticator: wordAuthenticator({
      reader: { permissions: new Set(['Security.Read']) },
      nobody: { permissions: new Set() },
    }),
  });
});

afterAll(() => running.server.stop());

const reader = { authorization: 'Bearer reader' };
const ask = (query: string, headers: Record<string, string> = reader, variables: object = {}) =>
  post(running.url, { query, variables }, headers);
const codeOf = ({ body }: { body: { errors: { extensions: { code: string } }[] } }) => body.errors[0]?.extensions.code;

describe('callers', () => {
  it('answers 401 UNAUTHENTICATED without a token', async () => {
    const reply = await ask('{ hello }', {});
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
    expect(reply.body).toEqual({
      errors: [{ message: 'A valid access token is needed.', extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  it('answers 403 FORBIDDEN and names the permission that is missing', async () => {
    const reply = await ask('mutation { close }');
    expect(reply.status).toBe(403);
    expect(reply.body.errors[0].extensions).toMatchObject({ code: 'FORBIDDEN', permission: 'Security.Triage' });
  });

  it('finds root fields behind fragments', async () => {
    const reply = await ask(
      'query { ...a } fragment a on Query { ... { ...b } } fragment b on Query { renamed: secret }',
      {
        authorization: 'Bearer nobody',
      },
    );
    expect(codeOf(reply)).toBe('FORBIDDEN');
  });

  it('leaves fields without a permission and introspection to every caller', async () => {
    const reply = await ask('{ hello __typename __schema { queryType { name } } }', { authorization: 'Bearer nobody' });
    expect(reply.body).toMatchObject({ data: { hello: 'world' } });
  });

  it('refuses a subscription over plain HTTP and says what to use', async () => {
    const reply = await ask('subscription { ticks }');
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0]).toMatchObject({
      message: expect.stringContaining('WebSocket'),
      extensions: { code: 'BAD_REQUEST' },
    });
  });
});

describe('cross-site requests', () => {
  it('refuses a GET that a foreign page could send without preflight', async () => {
    const response = await fetch(`${running.url}?query={hello}`, { headers: reader });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it('refuses a form body', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const reply = await post(running.url, 'query={hello}', { ...reader, 'content-type': type });
      expect([reply.status, codeOf(reply)]).toEqual([415, 'BAD_REQUEST']);
    }
  });

  it('tells browsers about allowed origins only', async () => {
    const allowed = await preflight('https://portal.example');
    const foreign = await preflight('https://evil.example');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://portal.example');
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('refuses an event stream for a page of a foreign origin', async () => {
    const response = await fetch(`${running.url}/stream?query={hello}`, {
      headers: { ...reader, origin: 'https://evil.example' },
    });
    expect(response.status).toBe(403);
  });

  function preflight(origin: string) {
    return fetch(running.url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
  }
});

describe('without sign-in', () => {
  it('answers only requests that address this machine by its own name', async () => {
    const open = await start({ http: { loopbackOnly: true } });
    expect((await rebound(open, 'evil.example')).statusCode).toBe(403);
    expect((await rebound(open, 'localhost')).statusCode).toBe(200);
    expect((await rebound(open, '[::1]')).statusCode).toBe(200);
    await open.server.stop();
  });

  async function rebound({ server }: Running, host: string) {
    const sent = request({
      port: server.port,
      host: '127.0.0.1',
      path: '/graphql?query={hello}',
      headers: { host, 'apollo-require-preflight': '1' },
    });
    sent.end();
    const [response] = await once(sent, 'response');
    response.resume();
    await once(response, 'end');
    return response;
  }
});

describe('malformed requests', () => {
  it.each([
    ['half a JSON', '{"query": "{ hel', 400],
    ['an empty body', '', 400],
    ['a list', '[]', 400],
    ['no query', '{}', 400],
    ['a body above the limit', JSON.stringify({ query: `{ hello } #${'x'.repeat(70_000)}` }), 413],
  ])('answers %s in GraphQL shape', async (_name, body, status) => {
    const reply = await post(running.url, body, reader);
    expect([reply.status, codeOf(reply)]).toEqual([status, 'BAD_REQUEST']);
  });

  it.each([
    ['{ hello', {}, 'GRAPHQL_PARSE_FAILED'],
    ['{ unknown }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['{ at(value: "yesterday") }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['query ($v: DateTime) { at(value: $v) }', { v: 'yesterday' }, 'BAD_USER_INPUT'],
    ['query ($n: Int!) { rows(count: $n) { id } }', {}, 'BAD_USER_INPUT'],
    ['query A { hello } query B { hello }', {}, 'OPERATION_RESOLUTION_FAILURE'],
  ])('answers %s with its code', async (query, variables, code) => {
    expect(codeOf(await ask(query, reader, variables))).toBe(code);
  });

  it('answers other methods with 405', async () => {
    const response = await fetch(running.url, { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });

  it('answers other addresses with 404', async () => {
    expect((await fetch(`${running.server.url}/nowhere`)).status).toBe(404);
  });
});

describe('errors', () => {
  it('tells nothing about what nobody foresaw, and logs it once with the request id', async () => {
    const reply = await ask('{ boom again: boom hello }');
    const requestId = reply.headers.get('x-request-id');
    expect(reply.body.data).toEqual({ boom: null, again: null, hello: 'world' });
    expect(reply.body.errors[0]).toEqual({
      message: 'The gateway failed to answer; `requestId` finds the cause in its log.',
      locations: [{ line: 1, column: 3 }],
      path: ['boom'],
      extensions: { code: 'INTERNAL', requestId },
    });
    expect(running.world.logged).toEqual([
      { message: 'operation failed', fields: expect.objectContaining({ requestId, count: 2 }) },
    ]);
  });

  it('keeps code, upstream and retry time of an upstream error and adds the request id', async () => {
    const reply = await ask('{ throttled }');
    expect(reply.status).toBe(200);
    expect(reply.body.errors[0].extensions).toEqual({
      code: 'UPSTREAM_THROTTLED',
      upstream: 'GRAPH_SECURITY',
      retryAfterMs: 1500,
      requestId: reply.headers.get('x-request-id'),
    });
  });

  it('calls a value that cannot be serialised a fault of the gateway', async () => {
    expect(codeOf(await ask('{ broken }'))).toBe('INTERNAL');
  });

  it('spells out at most 20 errors of one cause', async () => {
    const { body } = await ask('{ rows(count: 100) { id owner } boom }');
    const throttled = body.errors.filter(
      (error: { extensions: { code: string } }) => error.extensions.code === 'UPSTREAM_THROTTLED',
    );
    expect(throttled).toHaveLength(20);
    expect(throttled[19].extensions).toMatchObject({ suppressed: 80 });
    expect(throttled[18].extensions).not.toHaveProperty('suppressed');
    expect(body.errors).toHaveLength(21);
    expect(body.data.rows).toHaveLength(100);
  });
});

describe('extensions.gateway', () => {
  it('is absent when there is nothing to tell', async () => {
    expect((await ask('{ hello }')).body).toEqual({ data: { hello: 'world' } });
  });

  it('tells age and warnings unasked, and the cost only when asked', async () => {
    const truth = {
      stale: true,
      asOf: '2026-11-21T08:00:00.0000001Z',
      warnings: [{ code: 'TRUNCATED', upstream: 'MCAS', message: 'Only a prefix.' }],
    };
    expect((await ask('{ metered }')).body.extensions).toEqual({ gateway: truth });
    expect((await ask('{ metered }', { ...reader, 'x-gateway-cost': '1' })).body.extensions).toEqual({
      gateway: {
        ...truth,
        upstreamCalls: { GRAPH_SECURITY: 1 },
        budgetUnits: { GRAPH_SECURITY: 20 },
        cacheHits: 1,
        mirrorHits: 0,
        waitedMs: 12,
      },
    });
  });
});

describe('request ids', () => {
  const guid = '3f2c9a52-8f0d-4f53-9a4b-0c2f6f3f8a11';

  it.each(['x-request-id', 'client-request-id'])('takes a GUID from %s into the operation and back', async (header) => {
    const reply = await ask('{ metered }', { ...reader, [header]: guid });
    expect(reply.headers.get('x-request-id')).toBe(guid);
    expect(reply.body.data.metered).toBe(guid);
  });

  it('makes one when the offered id is not a GUID', async () => {
    const reply = await ask('{ metered }', { ...reader, 'x-request-id': "'; drop" });
    expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('deadlines', () => {
  it('gives operations that select a join twice the time', async () => {
    const plain = (await ask('{ leftMs }')).body.data.leftMs;
    const joined = (await ask('{ leftMs rows(count: 0) { ...r } } fragment r on Row { owner }')).body.data.leftMs;
    expect(plain).toBeGreaterThan(14_000);
    expect(plain).toBeLessThanOrEqual(15_000);
    expect(joined).toBeGreaterThan(29_000);
    expect(joined).toBeLessThanOrEqual(30_000);
  });

  it('aborts the operation at its deadline and says so', async () => {
    const hasty = await start({ http: { requestTimeoutMs: 50 } });
    const reply = await post(hasty.url, { query: '{ slow }' });
    expect(codeOf(reply)).toBe('UPSTREAM_TIMEOUT');
    await hasty.server.stop();
  });

  it('aborts the operation when the caller goes away', async () => {
    const leaving = new AbortController();
    const started = once(running.world.events, 'slow');
    const aborted = once(running.world.events, 'aborted');
    const answer = fetch(running.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...reader },
      body: JSON.stringify({ query: '{ slow }' }),
      signal: leaving.signal,
    });
    await started;
    leaving.abort();
    await expect(answer).rejects.toThrow('aborted');
    await aborted;
  });
});

describe('other endpoints', () => {
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${running.server.url}${path}`, { headers });

  it('is live and ready', async () => {
    expect(await (await get('/health/live')).json()).toEqual({ status: 'ok' });
    expect(await (await get('/health/ready')).json()).toEqual({ status: 'ok', degraded: [] });
  });

  it('stays ready while it is degraded, and is not ready before it could ever work', async () => {
    const degraded = await start({ readiness: () => ({ ready: true, degraded: ['MCAS'] }) });
    const cold = await start({ readiness: () => ({ ready: false, degraded: [] }) });
    const replies = await Promise.all([degraded, cold].map(({ server }) => fetch(`${server.url}/health/ready`)));
    expect(replies.map(({ status }) => status)).toEqual([200, 503]);
    expect(await replies[0]?.json()).toEqual({ status: 'degraded', degraded: ['MCAS'] });
    await Promise.all([degraded.server.stop(), cold.server.stop()]);
  });

  it('counts requests and operations', async () => {
    await ask('{ hello }');
    const text = await (await get('/metrics')).text();
    expect(text).toContain('http_requests_total{route="/graphql",method="POST",status="200"}');
    expect(text).toMatch(/graphql_operation_duration_seconds_count\{kind="query",outcome="ok"\} \d+/);
  });

  it('shows the schema when introspection is on, and to callers with a token when it is off', async () => {
    expect(await (await get('/schema.graphql')).text()).toContain('type Query');
    const closed = await start({ http: { introspection: false }, authenticator: wordAuthenticator({ reader: {} }) });
    const address = `${closed.server.url}/schema.graphql`;
    expect((await fetch(address)).status).toBe(401);
    expect((await fetch(address, { headers: reader })).status).toBe(200);
    await closed.server.stop();
  });

  it('refuses introspection, and hints at names, when introspection is off', async () => {
    const closed = await start({ http: { introspection: false } });
    expect(codeOf(await post(closed.url, { query: '{ __schema { queryType { name } } }' }))).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
    const { body } = await post(closed.url, { query: '{ hell }' });
    expect(body.errors[0].message).not.toContain('hello');
    await closed.server.stop();
  });

  it('sends headers that keep browsers from guessing, framing and caching', async () => {
    const { headers } = await ask('{ hello }');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('compresses large answers', async () => {
    const response = await fetch(running.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip', ...reader },
      body: JSON.stringify({ query: '{ rows(count: 1000) { id } }' }),
    });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(((await response.json()) as { data: { rows: unknown[] } }).data.rows).toHaveLength(1000);
  });
});
