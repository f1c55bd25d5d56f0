import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { failureOf, type Harness, requestId, secret, startHarness } from './support/harness.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(async () => {
  const { unused } = harness.server;
  await harness.stop();
  expect(unused).toBe(0);
});

describe('a request to a subgraph', () => {
  it('is a POST of text, name and variables to its URL, and asks for a GraphQL answer', async () => {
    harness.server.script({ json: { data: {} } });
    await harness.execute({ operation: 'query Owner_1($id: ID!) { owner(id: $id) }', variables: { id: 'ä"1' } });
    const [seen] = harness.server.seen;
    expect(seen).toMatchObject({ method: 'POST', url: `/${secret}/graphql?key=${secret}` });
    expect(JSON.parse(seen?.body ?? '')).toEqual({
      query: 'query Owner_1($id: ID!) { owner(id: $id) }',
      operationName: 'Owner_1',
      variables: { id: 'ä"1' },
    });
    expect(seen?.headers).toMatchObject({
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'x-request-id': requestId,
    });
  });

  it('names no operation when the text names none', async () => {
    harness.server.script({ json: { data: {} } });
    await harness.execute();
    expect(JSON.parse(harness.server.seen[0]?.body ?? '')).toEqual({ query: '{ owner }', variables: {} });
  });

  it('carries headers of the caller, and the configured ones in their place where both are there', async () => {
    const configured = { Authorization: 'Bearer ours', 'X-Tenant': 'a', Host: 'cmdb.internal', 'Content-Length': '1' };
    const own = await startHarness({ headers: configured });
    own.server.script({ json: { data: {} } });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await own.execute({ headers: { authorization: 'Bearer theirs', traceparent, cookie: 'a=b', 'x-request-id': '7' } });
    expect(own.server.seen[0]?.headers).toMatchObject({
      authorization: 'Bearer ours',
      'x-tenant': 'a',
      host: 'cmdb.internal',
      traceparent,
      cookie: 'a=b',
      'x-request-id': requestId,
    });
    await own.stop();
  });

  it('carries no header that belongs to the connection or the body of the caller, nor one that cannot be sent', async () => {
    harness.server.script({ json: { data: {} } });
    const headers = {
      connection: 'x-drop',
      host: 'elsewhere.example',
      'content-length': '3',
      'content-type': 'text/plain',
      'transfer-encoding': 'chunked',
      te: 'trailers',
      upgrade: 'h2c',
      accept: 'text/html',
      'sec-websocket-key': 'x',
      'x-bad': 'a\r\nx-smuggled: 1',
      'x-good': 'yes',
    };
    await harness.execute({ headers });
    const seen = harness.server.seen[0]?.headers ?? {};
    expect(seen).toMatchObject({
      'x-good': 'yes',
      'content-type': 'application/json',
      host: new URL(harness.server.url).host,
    });
    for (const name of ['te', 'upgrade', 'transfer-encoding', 'sec-websocket-key', 'x-bad', 'x-smuggled']) {
      expect(seen).not.toHaveProperty(name);
    }
  });

  it('leaves its connection to the next ones', async () => {
    const sockets = new Set<unknown>();
    harness.server.otherwise((_request, response) => {
      sockets.add(response.socket);
      response.end('{"data":{}}');
    });
    for (let i = 0; i < 8; i++) await harness.execute();
    // One that is still being freed is not waited for.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  it('is counted on the meter and in the metrics', async () => {
    harness.server.script({ json: { data: {} } }, { status: 403 });
    const counted: string[] = [];
    const onRequest = (name: string) => counted.push(name);
    await harness.execute({ onRequest });
    await failureOf(harness.execute({ onRequest }));
    expect(counted).toEqual(['cmdb', 'cmdb']);
    const metrics = await harness.registry.metrics();
    expect(metrics).toContain('subgraph_request_duration_seconds_count{subgraph="cmdb",outcome="ok"} 1');
    expect(metrics).toContain(
      'subgraph_request_duration_seconds_count{subgraph="cmdb",outcome="UPSTREAM_FORBIDDEN"} 1',
    );
  });
});

describe('an answer of a subgraph', () => {
  it('is its data, with one fault for each error at its path', async () => {
    const errors = [
      { message: secret, path: ['owner', 0, 'name'], extensions: { code: 'OWNER_UNKNOWN', stacktrace: [secret] } },
      { message: secret, locations: [{ line: 1, column: 1 }] },
    ];
    harness.server.script({ json: { data: { owner: [null] }, errors } });
    const { data, faults } = await harness.execute();
    expect(data).toEqual({ owner: [null] });
    expect(faults).toMatchObject([
      {
        path: ['owner', 0, 'name'],
        error: {
          code: 'SUBGRAPH_ERROR',
          message: 'The subgraph "cmdb" reported an error.',
          extensions: { subgraph: 'cmdb', subgraphCode: 'OWNER_UNKNOWN' },
        },
      },
      { error: { code: 'SUBGRAPH_ERROR', extensions: { subgraph: 'cmdb' } } },
    ]);
    expect(faults[1]).not.toHaveProperty('path');
    expect(JSON.stringify([faults, harness.log.lines])).not.toContain(secret);
  });

  it('tells its own messages only where that is configured', async () => {
    const own = await startHarness({ exposeErrors: true });
    own.server.script({
      json: { errors: [{ message: 'No such owner.' }, { message: '' }, { message: 'x'.repeat(5_000) }] },
    });
    const { faults } = await own.execute();
    expect(faults.map(({ error }) => error.message)).toEqual([
      'No such owner.',
      'The subgraph "cmdb" reported an error.',
      'x'.repeat(1_000),
    ]);
    await own.stop();
  });

  it.each([['lower'], ['A-B'], ['A'.repeat(65)], ['A B'], [7], [null]])('shows no code like %j', async (code) => {
    harness.server.script({ json: { errors: [{ message: 'x', extensions: { code } }] } });
    const { faults } = await harness.execute();
    expect(faults[0]?.error).toHaveProperty('extensions', { subgraph: 'cmdb' });
  });

  it.each([[['a', -1]], [['a', 1.5]], [[]], ['a'], [[{}]]])('takes no path like %j', async (path) => {
    harness.server.script({ json: { errors: [{ message: 'x', path }] } });
    expect((await harness.execute()).faults[0]).not.toHaveProperty('path');
  });

  it('may have errors only, with a status that says so', async () => {
    const errors = [{ message: 'x' }];
    harness.server.script({ status: 400, json: { errors } });
    expect(await harness.execute()).toMatchObject({ data: null, faults: [{ error: { code: 'SUBGRAPH_ERROR' } }] });
  });

  it('with a server error as its status is an answer when its type says so, and none otherwise', async () => {
    const text = JSON.stringify({ errors: [{ message: 'x' }] });
    const own = { status: 500, text, headers: { 'content-type': 'application/graphql-response+json; charset=utf-8' } };
    harness.server.script(own, { status: 500, json: JSON.parse(text) });
    expect((await harness.execute()).faults).toHaveLength(1);
    expect(await failureOf(harness.execute())).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('may be packed', async () => {
    const { gzipSync } = await import('node:zlib');
    harness.server.script((request, response) => {
      expect(request.headers['accept-encoding']).toBe('gzip');
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' });
      response.end(gzipSync(JSON.stringify({ data: { owner: 'Zoë' } })));
    });
    expect(await harness.execute()).toEqual({ data: { owner: 'Zoë' }, faults: [] });
  });

  it('is remembered as the last success, and a failure as the last error', async () => {
    expect(harness.subgraph.status).toEqual({ name: 'cmdb', state: 'OK', lastErrorCode: null, lastSuccess: null });
    harness.server.script({ json: { data: {} } }, { status: 401 });
    await harness.execute();
    await failureOf(harness.execute());
    const lastSuccess = '2026-11-21T12:00:00.000Z';
    expect(harness.subgraph.status).toMatchObject({ state: 'OK', lastErrorCode: 'UPSTREAM_FORBIDDEN', lastSuccess });
  });
});
