import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Reply } from '../../upstream/support/scriptedServer.js';
import { failureOf, type Harness, secret, startHarness } from './support/harness.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ headers: { authorization: `Bearer ${secret}` } });
});
afterEach(() => harness.stop());

const html = { text: `<html>${secret}</html>`, headers: { 'content-type': 'text/html' } };
const json = { 'content-type': 'application/json' };

const answers: [string, Reply, string, object?][] = [
  ['500 with HTML', { status: 500, ...html }, 'UPSTREAM_UNAVAILABLE'],
  ['200 with HTML', { status: 200, ...html }, 'UPSTREAM_BAD_RESPONSE'],
  ['404 with HTML', { status: 404, ...html }, 'UPSTREAM_BAD_RESPONSE'],
  ['400 with JSON of its own', { status: 400, json: { error: secret } }, 'UPSTREAM_BAD_RESPONSE'],
  ['truncated JSON', { text: `{"data":{"a":"${secret}"`, headers: json }, 'UPSTREAM_BAD_RESPONSE'],
  ['nothing', { text: '' }, 'UPSTREAM_BAD_RESPONSE'],
  ['a list', { json: [secret] }, 'UPSTREAM_BAD_RESPONSE'],
  ['null', { json: null }, 'UPSTREAM_BAD_RESPONSE'],
  ['data that is text', { json: { data: secret } }, 'UPSTREAM_BAD_RESPONSE'],
  ['data that is a list', { json: { data: [secret] } }, 'UPSTREAM_BAD_RESPONSE'],
  ['errors that are no list', { json: { data: {}, errors: { message: secret } } }, 'UPSTREAM_BAD_RESPONSE'],
  ['neither data nor errors', { json: { extensions: { secret } } }, 'UPSTREAM_BAD_RESPONSE'],
  ['an empty list of errors without data', { json: { errors: [] } }, 'UPSTREAM_BAD_RESPONSE'],
  ['10 MB', { json: { data: { a: secret.padEnd(10 * 1024 * 1024) } } }, 'UPSTREAM_BAD_RESPONSE'],
  [
    '10 MB behind gzip',
    packed(JSON.stringify({ data: { a: secret.padEnd(10 * 1024 * 1024) } })),
    'UPSTREAM_BAD_RESPONSE',
  ],
  ['gzip that is none', { text: secret, headers: { ...json, 'content-encoding': 'gzip' } }, 'UPSTREAM_BAD_RESPONSE'],
  ['gzip that ends too early', packed('{"data":{}}', 12), 'UPSTREAM_BAD_RESPONSE'],
  ['a redirect', { status: 307, headers: { location: `/${secret}` } }, 'UPSTREAM_BAD_RESPONSE'],
  ['401', { status: 401, json: { errors: [{ message: secret }] } }, 'UPSTREAM_FORBIDDEN'],
  ['403', { status: 403, ...html }, 'UPSTREAM_FORBIDDEN'],
  ['408', { status: 408 }, 'UPSTREAM_UNAVAILABLE'],
  ['429 without Retry-After', { status: 429, ...html }, 'UPSTREAM_THROTTLED'],
  [
    '429 with Retry-After',
    { status: 429, headers: { 'retry-after': '120' } },
    'UPSTREAM_THROTTLED',
    { retryAfterMs: 120_000 },
  ],
  [
    '503 with Retry-After',
    { status: 503, headers: { 'retry-after': '120' } },
    'UPSTREAM_THROTTLED',
    { retryAfterMs: 120_000 },
  ],
  ['503 without Retry-After', { status: 503, ...html }, 'UPSTREAM_UNAVAILABLE'],
];

describe('a subgraph that answers', () => {
  it.each(answers)(
    '%s gives a code, and nothing of its URL, body or headers',
    async (_name, reply, code, details = {}) => {
      harness.server.otherwise(reply);
      const error = await failureOf(harness.execute());
      expect(error).toMatchObject({ code, extensions: { subgraph: 'cmdb', ...details } });
      expect(Object.keys(error.extensions).sort()).toEqual(['subgraph', ...Object.keys(details)].sort());
      expectNoLeak(error);
    },
  );

  it('a redirect is not followed', async () => {
    harness.server.script({ status: 302, headers: { location: `${harness.server.url}/elsewhere` } });
    await failureOf(harness.execute());
    expect(harness.server.seen).toHaveLength(1);
  });
});

describe('a subgraph that does not answer', () => {
  it('hangs up in the middle of the body', async () => {
    harness.server.otherwise((_request, response) => {
      response.writeHead(200, { ...json, 'content-length': '1000' });
      response.write(`{"data":{"a":"${secret}`, () => response.destroy());
    });
    const error = await failureOf(harness.execute());
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expectNoLeak(error);
  });

  it('hangs up in the middle of a packed body', async () => {
    harness.server.otherwise((_request, response) => {
      response.writeHead(200, { ...json, 'content-encoding': 'gzip' });
      response.write(gzipSync(`{"data":{}}${' '.repeat(10_000)}`).subarray(0, 12), () => response.destroy());
    });
    expect(await failureOf(harness.execute())).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('refuses the connection', async () => {
    const own = await startHarness({ url: `http://127.0.0.1:${await unusedPort()}/${secret}` });
    const error = await failureOf(own.execute());
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', extensions: { subgraph: 'cmdb' } });
    expectNoLeak(error, own);
    await own.stop();
  });

  it('has a name that does not resolve', async () => {
    const own = await startHarness({ url: `http://${secret}.invalid/graphql` });
    const error = await failureOf(own.execute());
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expectNoLeak(error, own);
    await own.stop();
  });

  it('takes longer than an attempt may, or than the operation has left', async () => {
    harness.server.otherwise(() => undefined);
    for (const [leftMs, waitMs] of [
      [15_000, 10_000],
      [3_000, 3_000],
    ]) {
      const failure = failureOf(harness.execute({ leftMs: leftMs ?? 0 }));
      await harness.server.until(harness.server.seen.length + 1);
      await harness.clock.advance((waitMs ?? 0) - 1);
      expect(await Promise.race([failure, Promise.resolve('waiting')])).toBe('waiting');
      await harness.clock.advance(1);
      const error = await failure;
      expect(error).toMatchObject({ code: 'UPSTREAM_TIMEOUT', message: 'The subgraph "cmdb" did not answer in time.' });
      expectNoLeak(error);
    }
    expect(harness.server.seen).toHaveLength(2);
  });

  it('is not asked for an operation whose time is over', async () => {
    expect(await failureOf(harness.execute({ leftMs: 0 }))).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(harness.server.seen).toHaveLength(0);
  });
});

/** Neither what a client sees, nor what could be logged of it, nor what was logged. */
function expectNoLeak(error: Error & { logFields: object }, { log, server }: Harness = harness): void {
  const { message, logFields, cause } = error;
  const text = JSON.stringify([message, logFields, String(cause), log.lines]);
  for (const word of [secret, new URL(server.url).host, '127.0.0.1', 'html']) expect(text).not.toContain(word);
}

function packed(text: string, bytes?: number): Reply {
  return (_request, response) => {
    response.writeHead(200, { ...json, 'content-encoding': 'gzip' });
    response.end(gzipSync(text).subarray(0, bytes));
  };
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
