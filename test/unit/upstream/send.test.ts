import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { CredentialError } from '../../../src/auth/credentials/tokenProvider.js';
import { UpstreamError } from '../../../src/errors/GatewayError.js';
import { NotFoundError, type Page } from '../../../src/upstream/contract.js';
import { outcomeIsUnknown } from '../../../src/upstream/failures.js';
import { callOf, type Harness, requestId, scopeOf, secretToken, startHarness } from './support/harness.js';
import { settle } from './support/manualClock.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(async () => {
  const { unused } = harness.server;
  await harness.stop();
  expect(unused).toBe(0);
});

const graph = () => harness.upstreams.GRAPH_SECURITY;

async function failure(promise: Promise<unknown>): Promise<UpstreamError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UpstreamError);
  return error as UpstreamError;
}

describe('a request', () => {
  it('carries the token, the request id, our Prefer beside the call’s own, and asks for JSON', async () => {
    harness.server.script({ json: {} });
    const call = callOf({ headers: { Prefer: 'return=representation', ConsistencyLevel: 'eventual' } });
    await graph().send(call, scopeOf(harness.clock));
    expect(harness.server.seen[0]?.headers).toMatchObject({
      authorization: `Bearer ${secretToken}`,
      'client-request-id': requestId,
      prefer: 'include-unknown-enum-members, return=representation',
      consistencylevel: 'eventual',
      accept: 'application/json',
      'user-agent': 'security-graph-gateway',
    });
  });

  it('sends Cloud Apps the request id but no Prefer, and the legacy token where a call asks for it', async () => {
    const own = await startHarness({ mcasToken: 'legacy' });
    own.server.script({ json: {} }, { json: {} });
    await own.upstreams.MCAS.send(callOf({ path: '/api/v1/activities/' }), scopeOf(own.clock));
    await own.upstreams.MCAS.send(callOf({ path: '/api/v1/files/', credential: 'mcas-token' }), scopeOf(own.clock));
    const [entra, legacy] = own.server.seen;
    expect(entra?.headers).toMatchObject({ authorization: `Bearer ${secretToken}`, 'client-request-id': requestId });
    expect(entra?.headers).not.toHaveProperty('prefer');
    expect(legacy?.headers.authorization).toBe('Token legacy');
    await own.stop();
  });

  it('keeps quotes, plus signs, hashes and any script of a query value', async () => {
    harness.server.script({ json: {} });
    const filter = "userPrincipalName eq 'o''brien+test#EXT#@contoso.com' or displayName eq 'Zoë & 李 100%'";
    await graph().send(callOf({ query: { $filter: filter, $top: '5' } }), scopeOf(harness.clock));
    const url = harness.server.seen[0]?.url ?? '';
    expect(url).toContain('?$filter=');
    expect(url).toMatch(/^[\x21-\x7e]+$/);
    expect(url).not.toContain("'");
    expect(new URL(url, 'http://host').searchParams.get('$filter')).toBe(filter);
  });

  it('sends a body as JSON', async () => {
    harness.server.script({ json: {} });
    await graph().send(callOf({ method: 'PATCH', body: { status: 'resolved' } }), scopeOf(harness.clock));
    expect(harness.server.seen[0]).toMatchObject({ method: 'PATCH', body: '{"status":"resolved"}' });
    expect(harness.server.seen[0]?.headers['content-type']).toBe('application/json');
  });

  it('is counted once with its units', async () => {
    harness.server.script({ json: {} });
    const scope = scopeOf(harness.clock);
    await harness.upstreams.GRAPH_DIRECTORY.send(callOf({ units: 2 }), scope);
    expect(scope.meter.calls).toEqual([['GRAPH_DIRECTORY', 2]]);
    expect(scope.meter.waits).toEqual([]);
  });
});

describe('an answer', () => {
  it('is parsed, with the upstream’s date as its age', async () => {
    harness.server.script({ json: { id: 'a' }, headers: { date: 'Sat, 21 Nov 2026 11:59:58 GMT' } });
    const call = callOf({ parse: (body) => z.object({ id: z.string() }).parse(body).id });
    const answer = await graph().send(call, scopeOf(harness.clock));
    expect(answer).toEqual({ status: 200, value: 'a', asOf: '2026-11-21T11:59:58.000Z', warnings: [] });
  });

  it('without a body is undefined to its parser', async () => {
    harness.server.script({ status: 204 });
    const answer = await graph().send(callOf({ method: 'PATCH' }), scopeOf(harness.clock));
    expect(answer).toMatchObject({ status: 204, value: undefined });
  });

  it('that is partial names the providers that failed', async () => {
    harness.server.script({
      status: 206,
      headers: { warning: '199 - "Microsoft/WDATP/401/12", 199 - "Microsoft/MCAS/504/10001"' },
      json: { value: [] },
    });
    const { warnings } = await graph().send(callOf(), scopeOf(harness.clock));
    expect(warnings).toEqual([
      {
        code: 'UPSTREAM_PARTIAL',
        upstream: 'GRAPH_SECURITY',
        message: 'Microsoft WDATP did not contribute (status 401).',
      },
      {
        code: 'UPSTREAM_PARTIAL',
        upstream: 'GRAPH_SECURITY',
        message: 'Microsoft MCAS did not contribute (status 504).',
      },
    ]);
  });

  it('that is partial without saying why is still marked', async () => {
    harness.server.script({ status: 206, json: { value: [] } });
    const { warnings } = await graph().send(callOf(), scopeOf(harness.clock));
    expect(warnings).toHaveLength(1);
  });
});

describe('a bad answer', () => {
  const faults: [string, Parameters<Harness['server']['script']>[0]][] = [
    ['HTML', { text: '<html>secret-body</html>', headers: { 'content-type': 'text/html' } }],
    ['half a JSON', { text: '{"value":[{"id":"secret-body"', headers: { 'content-type': 'application/json' } }],
    ['a wrong type', { json: { value: 'secret-body' } }],
    ['nothing', { status: 200 }],
    ['JSON without a content type', { text: '{"value":[]}' }],
    ['a redirect', { status: 302, headers: { location: 'https://evil.example/secret-body' } }],
    ['400', { status: 400, json: { error: { code: 'BadRequest', message: 'secret-body' } } }],
  ];
  it.each(faults)('%s is UPSTREAM_BAD_RESPONSE and nothing of it leaks', async (_name, reply) => {
    harness.server.script(reply);
    const parse = (body: unknown) => z.object({ value: z.array(z.unknown()) }).parse(body);
    const error = await failure(graph().send(callOf({ parse }), scopeOf(harness.clock)));
    expect(error.code).toBe('UPSTREAM_BAD_RESPONSE');
    expect(error.extensions).toEqual({ upstream: 'GRAPH_SECURITY', requestId });
    const visible = `${error.message} ${JSON.stringify(error.extensions)} ${JSON.stringify(error.logFields)} ${harness.logLines.join(' ')}`;
    for (const secret of ['secret-body', secretToken, harness.server.url, '127.0.0.1']) {
      expect(visible).not.toContain(secret);
    }
  });

  it('of ten megabytes is cut', async () => {
    harness.server.script({ json: { value: ['x'.repeat(10 * 1024 * 1024)] } });
    const error = await failure(graph().send(callOf(), scopeOf(harness.clock)));
    expect(error.code).toBe('UPSTREAM_BAD_RESPONSE');
  });

  it('names the upstream’s own code in the log', async () => {
    harness.server.script({ status: 400, json: { error: { code: 'InvalidFilter', message: 'no' } } });
    const error = await failure(graph().send(callOf(), scopeOf(harness.clock)));
    expect(error.logFields).toMatchObject({ status: 400, upstreamCode: 'InvalidFilter', operation: 'alerts.list' });
  });

  it('403 names the missing permission', async () => {
    harness.server.script({ status: 403, json: { error: { code: '', message: '' } } });
    const error = await failure(graph().send(callOf(), scopeOf(harness.clock)));
    expect(error.code).toBe('UPSTREAM_FORBIDDEN');
    expect(error.extensions).toMatchObject({ permission: 'SecurityAlert.Read.All' });
  });

  it('404 is a type of its own', async () => {
    harness.server.script({ status: 404, json: { error: { code: 'ResourceNotFound' } } });
    await expect(graph().send(callOf(), scopeOf(harness.clock))).rejects.toBeInstanceOf(NotFoundError);
    expect(graph().status().lastErrorCode).toBeNull();
  });
});

describe('a call that expects text', () => {
  const send = (reply: Parameters<Harness['server']['script']>[0], changes: object = {}) => {
    harness.server.script(reply);
    const call = callOf({ path: '/api/discovery_block_scripts/', expects: 'text', ...changes });
    return harness.upstreams.MCAS.send(call, scopeOf(harness.clock));
  };

  it('asks for text and gives it to its parser as it came', async () => {
    const text = '{"not":"parsed"}\r\n\n';
    const { value } = await send({ text, headers: { 'content-type': 'Text/Plain; charset=utf-8' } });
    expect(value).toBe(text);
    expect(harness.server.seen[0]?.headers.accept).toMatch(/^text\/plain,/);
  });

  it('takes an empty answer as an empty text, with a content type and without', async () => {
    expect((await send({ status: 200 })).value).toBe('');
    expect((await send({ text: '', headers: { 'content-type': 'text/plain' } })).value).toBe('');
  });

  it.each<[string, Parameters<Harness['server']['script']>[0]]>([
    ['an HTML page', { text: '<html>secret-body</html>', headers: { 'content-type': 'text/html; charset=utf-8' } }],
    ['an empty HTML page', { text: '', headers: { 'content-type': 'TEXT/HTML' } }],
    ['JSON', { json: { error: 'secret-body' } }],
    ['bytes', { text: 'secret-body', headers: { 'content-type': 'application/octet-stream' } }],
    ['text without a content type', { text: 'secret-body' }],
    ['more than eight megabytes', { text: 'x'.repeat(9 * 1024 * 1024), headers: { 'content-type': 'text/plain' } }],
  ])('refuses %s as UPSTREAM_BAD_RESPONSE, and nothing of it leaks', async (_name, reply) => {
    const error = await failure(send(reply));
    expect(error.code).toBe('UPSTREAM_BAD_RESPONSE');
    expect(`${error.message} ${JSON.stringify(error.logFields)} ${harness.logLines.join(' ')}`).not.toContain(
      'secret-body',
    );
  });

  it('reads refusals as any other call does', async () => {
    const error = await failure(send({ status: 403, json: {} }, { permission: 'Discovery.manage' }));
    expect(error.extensions).toMatchObject({ permission: 'Discovery.manage' });
    await expect(send({ status: 404, text: 'no' })).rejects.toBeInstanceOf(NotFoundError);
  });
});

describe('a lost call', () => {
  it('is repeated when it only reads', async () => {
    harness.server.script((_request, response) => response.destroy(), { json: { id: 'a' } });
    const answer = await graph().send(callOf(), scopeOf(harness.clock));
    expect(answer.value).toEqual({ id: 'a' });
    expect(harness.server.seen).toHaveLength(2);
  });

  it('is not repeated when it writes, and its outcome is marked as unknown', async () => {
    harness.server.script((_request, response) => response.destroy());
    const error = await failure(graph().send(callOf({ method: 'POST', body: {} }), scopeOf(harness.clock)));
    expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(outcomeIsUnknown(error)).toBe(true);
  });

  it('is repeated after a 5xx as long as attempts are left, then UPSTREAM_UNAVAILABLE', async () => {
    for (let i = 0; i < 4; i++) harness.server.script({ status: 503, json: { error: { code: 'ServiceUnavailable' } } });
    const error = await failure(graph().send(callOf(), scopeOf(harness.clock)));
    expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(harness.server.seen).toHaveLength(4);
    expect(graph().status().lastErrorCode).toBe('UPSTREAM_UNAVAILABLE');
  });

  it('waits as long as a 503 asks', async () => {
    harness.server.script({ status: 503, headers: { 'retry-after': '2' } }, { json: {} });
    const scope = scopeOf(harness.clock);
    const sent = graph().send(callOf(), scope);
    await harness.server.until(1);
    await harness.clock.advance(1_999);
    expect(harness.server.seen).toHaveLength(1);
    await harness.clock.advance(1);
    await sent;
    expect(scope.meter.waits).toEqual([2_000]);
  });

  it('repeats a write when no byte was sent', async () => {
    const url = harness.server.url;
    const own = await startHarness({ graphUrl: 'http://127.0.0.1:1', mcasUrl: url });
    const scope = scopeOf(own.clock);
    const error = await failure(own.upstreams.GRAPH_SECURITY.send(callOf({ method: 'POST', body: {} }), scope));
    expect(error.code).toBe('UPSTREAM_UNAVAILABLE');
    expect(outcomeIsUnknown(error)).toBe(false);
    expect(own.logLines.filter((line) => line.includes('not-sent'))).toHaveLength(4);
    expect(scope.meter.calls).toEqual([]);
    expect(own.upstreams.GRAPH_SECURITY.status().budgets[0]?.left).toBe(150);
    await own.stop();
  });
});

describe('a write that may be repeated', () => {
  it('has an unknown outcome when a lost attempt is followed by a refused one', async () => {
    harness.server.script((_request, response) => response.destroy(), {
      status: 429,
      headers: { 'retry-after': '30' },
    });
    const call = callOf({ method: 'PATCH', body: {}, safeToRepeat: true });
    const error = await failure(graph().send(call, scopeOf(harness.clock)));
    expect(error.code).toBe('UPSTREAM_THROTTLED');
    expect(error.details.retryAfterMs).toBe(30_000);
    expect(outcomeIsUnknown(error)).toBe(true);
  });
});

describe('a throttled call', () => {
  it('pauses the whole upstream for Retry-After and then goes on', async () => {
    harness.server.script({ status: 429, headers: { 'retry-after': '2.5' } }, { json: 1 }, { json: 2 });
    const scope = scopeOf(harness.clock);
    const first = graph().send(callOf(), scope);
    await harness.server.until(1);
    await settle();
    await settle();
    expect(graph().status().state).toBe('THROTTLED');
    const second = graph().send(callOf(), scopeOf(harness.clock));
    await harness.clock.advance(2_499);
    expect(harness.server.seen).toHaveLength(1);
    await harness.clock.advance(1);
    expect((await first).value).toBe(1);
    expect((await second).value).toBe(2);
    expect(scope.meter).toMatchObject({
      calls: [
        ['GRAPH_SECURITY', 1],
        ['GRAPH_SECURITY', 1],
      ],
      waits: [2_500],
    });
    expect(graph().status().state).toBe('OK');
  });

  it('repeats writes too, because the refused one was not carried out', async () => {
    harness.server.script({ status: 429, headers: { 'retry-after': '0' } }, { json: {} });
    await graph().send(callOf({ method: 'POST', body: {} }), scopeOf(harness.clock));
    expect(harness.server.seen).toHaveLength(2);
  });

  it('fails at once when the wait would pass the deadline, saying how long to wait', async () => {
    harness.server.script({ status: 429, headers: { 'retry-after': '20' } });
    const error = await failure(graph().send(callOf(), scopeOf(harness.clock)));
    expect(error.code).toBe('UPSTREAM_THROTTLED');
    expect(error.details.retryAfterMs).toBe(20_000);
    const next = await failure(graph().send(callOf(), scopeOf(harness.clock)));
    expect(next.code).toBe('UPSTREAM_THROTTLED');
    expect(next.details.retryAfterMs).toBe(20_000);
    expect(harness.server.seen).toHaveLength(1);
  });

  it('backs off from just above a second on identity protection, which never says how long', async () => {
    harness.server.script({ status: 429 }, { status: 429 }, { json: {} });
    const identity = harness.upstreams.GRAPH_IDENTITY_PROTECTION;
    const sent = identity.send(callOf(), scopeOf(harness.clock));
    await harness.server.until(1);
    await harness.clock.advance(1_049);
    expect(harness.server.seen).toHaveLength(1);
    await harness.clock.advance(1);
    await harness.server.until(2);
    await harness.clock.advance(1_049);
    expect(harness.server.seen).toHaveLength(2);
    await harness.clock.advance(1);
    await sent;
  });

  it('reads the wait from a Cloud Apps body', async () => {
    const text = '{"error":{"message":"Rate limit is exceeded. Try again in 7 seconds."}}';
    harness.server.script({ status: 429, text }, { json: {} });
    const sent = harness.upstreams.MCAS.send(callOf({ path: '/api/v1/activities/' }), scopeOf(harness.clock));
    await harness.server.until(1);
    await harness.clock.advance(6_999);
    expect(harness.server.seen).toHaveLength(1);
    await harness.clock.advance(1);
    await sent;
    expect(harness.upstreams.MCAS.status().budgets[0]?.limit).toBe(15);
  });
});

describe('a refused token', () => {
  it('is renewed once and the call repeated', async () => {
    harness.server.script({ status: 401 }, { json: {} });
    await graph().send(callOf({ method: 'POST', body: {} }), scopeOf(harness.clock));
    expect(harness.tokens.requests.map(({ refused }) => refused)).toEqual([undefined, `Bearer ${secretToken}`]);
  });

  it('ends in UPSTREAM_FORBIDDEN when the new one is refused as well', async () => {
    harness.server.script({ status: 401 }, { status: 401 });
    const error = await failure(graph().send(callOf(), scopeOf(harness.clock)));
    expect(error.code).toBe('UPSTREAM_FORBIDDEN');
  });

  it.each([
    ['refused', 'UPSTREAM_FORBIDDEN'],
    ['unavailable', 'UPSTREAM_UNAVAILABLE'],
  ] as const)('%s by the authority is %s', async (kind, code) => {
    harness.tokens.next = async () => {
      throw new CredentialError(kind, 'AADSTS-words', 'invalid_client', new Error('secret-body'));
    };
    const error = await failure(graph().send(callOf(), scopeOf(harness.clock)));
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('AADSTS');
    expect(harness.server.seen).toHaveLength(0);
    expect(graph().status().budgets[0]?.left).toBe(150);
  });
});

describe('deadline and cancellation', () => {
  it('an expired deadline sends nothing', async () => {
    const error = await failure(graph().send(callOf(), scopeOf(harness.clock, { leftMs: 0 })));
    expect(error.code).toBe('UPSTREAM_TIMEOUT');
    expect(harness.server.seen).toHaveLength(0);
  });

  it('an attempt that takes too long is given up and repeated', async () => {
    let hung = false;
    harness.server.script(
      () => {
        hung = true;
      },
      { json: { id: 'a' } },
    );
    const sent = graph().send(callOf(), scopeOf(harness.clock));
    await harness.server.until(1);
    expect(hung).toBe(true);
    await harness.clock.advance(10_000);
    expect((await sent).value).toEqual({ id: 'a' });
  });

  it('an answer that does not come before the deadline is UPSTREAM_TIMEOUT', async () => {
    harness.server.script(() => undefined);
    const sent = failure(graph().send(callOf(), scopeOf(harness.clock, { leftMs: 3_000 })));
    await harness.server.until(1);
    await harness.clock.advance(3_000);
    expect((await sent).code).toBe('UPSTREAM_TIMEOUT');
    expect(graph().status().state).toBe('OK');
  });

  it('a body that stops coming is given up at the deadline', async () => {
    harness.server.script((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"value":');
    });
    const sent = failure(graph().send(callOf(), scopeOf(harness.clock, { leftMs: 3_000 })));
    await harness.server.until(1);
    await settle();
    await harness.clock.advance(3_000);
    expect((await sent).code).toBe('UPSTREAM_TIMEOUT');
  });

  it('a caller that goes away ends the request on the wire', async () => {
    const gone = new AbortController();
    const closed = new Promise<void>((resolve) => {
      harness.server.script((_request, response) => response.once('close', resolve));
    });
    const sent = failure(graph().send(callOf(), scopeOf(harness.clock, { signal: gone.signal })));
    await harness.server.until(1);
    gone.abort();
    expect((await sent).code).toBe('UPSTREAM_TIMEOUT');
    await closed;
  });

  it('a token that does not come does not outlast the deadline', async () => {
    harness.tokens.next = () => new Promise<string>(() => undefined);
    const tokens = harness.tokens;
    tokens.authorization = ({ signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const sent = failure(graph().send(callOf(), scopeOf(harness.clock, { leftMs: 2_000 })));
    await harness.clock.advance(2_000);
    expect((await sent).code).toBe('UPSTREAM_TIMEOUT');
  });

  it('stopping ends what is under way', async () => {
    const own = await startHarness();
    own.server.script(() => undefined);
    const sent = failure(own.upstreams.GRAPH_SECURITY.send(callOf(), scopeOf(own.clock)));
    await own.server.until(1);
    await own.stop();
    expect((await sent).code).toMatch(/UPSTREAM_(TIMEOUT|UNAVAILABLE)/);
  });
});

describe('an upstream without settings', () => {
  it('answers every kind of call with UPSTREAM_NOT_CONFIGURED', async () => {
    const own = await startHarness();
    await own.stop();
    const { createUpstreams } = await import('../../../src/upstream/createUpstreams.js');
    const { upstreamDefaults } = await import('../../../src/upstream/config.js');
    const { upstreams, stop } = createUpstreams(
      { ...upstreamDefaults, graphUrl: 'https://graph.invalid' },
      {
        clock: own.clock,
        logger: (await import('../../../src/observability/logger.js')).silentLogger,
        random: () => 0,
        credentials: { graph: own.tokens, mcas: own.tokens },
      },
    );
    const scope = scopeOf(own.clock);
    expect((await failure(upstreams.MCAS.send(callOf(), scope))).code).toBe('UPSTREAM_NOT_CONFIGURED');
    const [part] = await upstreams.MCAS.sendBatch([callOf()], scope);
    expect(part).toMatchObject({ ok: false, error: { code: 'UPSTREAM_NOT_CONFIGURED' } });
    const pages = upstreams.MCAS.pages(callOf({ parse: () => ({ rows: [] }) }), scope);
    expect((await failure(pages[Symbol.asyncIterator]().next())).code).toBe('UPSTREAM_NOT_CONFIGURED');
    expect(upstreams.MCAS.status().state).toBe('NOT_CONFIGURED');
    await stop();
  });

  it('says so for a call that needs the legacy token', async () => {
    const call = callOf({ credential: 'mcas-token' });
    expect((await failure(harness.upstreams.MCAS.send(call, scopeOf(harness.clock)))).code).toBe(
      'UPSTREAM_NOT_CONFIGURED',
    );
  });
});

describe('a call on behalf of an event, which may only read what is held', () => {
  it('is refused at once, and neither sent nor counted nor held against the upstream', async () => {
    const before = graph().status();
    const scope = scopeOf(harness.clock, { reading: 'memory' });
    const error = await failure(graph().send(callOf(), scope));
    expect(error).toMatchObject({ code: 'UPSTREAM_THROTTLED', details: { upstream: 'GRAPH_SECURITY', requestId } });
    const pages = graph().pages(callOf<Page<unknown>>(), scope)[Symbol.asyncIterator]();
    await expect(pages.next()).rejects.toMatchObject({ code: 'UPSTREAM_THROTTLED' });
    expect(await graph().sendBatch([callOf(), callOf()], scope)).toMatchObject([
      { ok: false, error: { code: 'UPSTREAM_THROTTLED' } },
      { ok: false, error: { code: 'UPSTREAM_THROTTLED' } },
    ]);
    expect(harness.server.seen).toEqual([]);
    expect(scope.meter.calls).toEqual([]);
    expect(graph().status()).toEqual(before);
  });
});
