import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type BatchResult, NotFoundError, type UpstreamCall } from '../../../src/upstream/contract.js';
import { outcomeIsUnknown } from '../../../src/upstream/failures.js';
import { callOf, type Harness, scopeOf, startHarness } from './support/harness.js';
import { settle } from './support/manualClock.js';
import type { Reply, SeenRequest } from './support/scriptedServer.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(async () => {
  const { unused } = harness.server;
  await harness.stop();
  expect(unused).toBe(0);
});

interface SentPart {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}
type PartReply = { status: number; headers?: Record<string, string>; body?: unknown };

const alert = (id: string, changes: Partial<UpstreamCall<string>> = {}) =>
  callOf<string>({
    operation: 'alerts.get',
    path: `/v1.0/security/alerts_v2/${id}`,
    parse: (body) => z.object({ id: z.string() }).parse(body).id,
    ...changes,
  });

const partsOf = (request: SeenRequest | undefined): SentPart[] => JSON.parse(request?.body ?? '{}').requests;

/** Answers each part by its url, in reverse order. */
const answering =
  (reply: (part: SentPart) => PartReply): Reply =>
  (request, response) => {
    const responses = partsOf(request).map((part) => ({ id: part.id, ...reply(part) }));
    response.writeHead(200, { 'content-type': 'application/json', date: 'Sat, 21 Nov 2026 11:59:59 GMT' });
    response.end(JSON.stringify({ responses: responses.reverse() }));
  };
const idOf = (part: SentPart) => part.url.split('/').at(-1) ?? '';
const found = (part: SentPart): PartReply => ({ status: 200, body: { id: idOf(part) } });

const values = (results: BatchResult<string>[]) =>
  results.map((result) => (result.ok ? result.answer.value : result.error));

describe('$batch', () => {
  it('answers in the order of the calls, whatever the order of the parts', async () => {
    harness.server.script(answering(found));
    const scope = scopeOf(harness.clock);
    const results = await harness.upstreams.GRAPH_SECURITY.sendBatch([alert('a'), alert('b'), alert('c')], scope);
    expect(values(results)).toEqual(['a', 'b', 'c']);
    expect(harness.server.seen[0]).toMatchObject({ method: 'POST', url: '/v1.0/$batch' });
    expect(results[0]).toMatchObject({ ok: true, answer: { asOf: '2026-11-21T11:59:59.000Z' } });
    expect(scope.meter.calls).toEqual([['GRAPH_SECURITY', 3]]);
  });

  it('numbers the parts, makes them relative to the version and gives each its headers and body', async () => {
    harness.server.script(answering(found));
    const calls = [
      alert('a', { query: { $select: 'id,status' } }),
      alert('b', { method: 'PATCH', body: { status: 'new' }, headers: { Prefer: 'return=representation' } }),
      alert('c', { method: 'POST' }),
    ];
    await harness.upstreams.GRAPH_SECURITY.sendBatch(calls, scopeOf(harness.clock));
    expect(partsOf(harness.server.seen[0])).toEqual([
      {
        id: '0',
        method: 'GET',
        url: '/security/alerts_v2/a?$select=id%2Cstatus',
        headers: { prefer: 'include-unknown-enum-members' },
      },
      {
        id: '1',
        method: 'PATCH',
        url: '/security/alerts_v2/b',
        headers: {
          'content-type': 'application/json',
          prefer: 'include-unknown-enum-members, return=representation',
        },
        body: { status: 'new' },
      },
      {
        id: '2',
        method: 'POST',
        url: '/security/alerts_v2/c',
        headers: { 'content-type': 'application/json', prefer: 'include-unknown-enum-members' },
        body: {},
      },
    ]);
  });

  it('takes at most twenty parts a request and one version', async () => {
    harness.server.otherwise(answering(found));
    const ids = Array.from({ length: 45 }, (_, n) => `a${n}`);
    const beta = alert('z', { path: '/beta/security/alerts_v2/z' });
    const calls = [...ids.map((id) => alert(id)), beta];
    const results = await harness.upstreams.GRAPH_SECURITY.sendBatch(calls, scopeOf(harness.clock));
    expect(values(results)).toEqual([...ids, 'z']);
    const sizes = harness.server.seen.map((request) => `${request.url} ${partsOf(request).length}`);
    expect(sizes.sort()).toEqual(['/beta/$batch 1', '/v1.0/$batch 20', '/v1.0/$batch 20', '/v1.0/$batch 5']);
  });

  it('gives each part its own outcome', async () => {
    const outcomes: Record<string, PartReply> = {
      missing: { status: 404, body: { error: { code: 'ResourceNotFound' } } },
      forbidden: { status: 403, body: { error: { code: '', message: '' } } },
      odd: { status: 200, body: { id: 5 } },
    };
    harness.server.script(answering((part) => outcomes[idOf(part)] ?? found(part)));
    const calls = ['a', 'missing', 'forbidden', 'odd'].map((id) => alert(id));
    const [a, missing, forbidden, odd] = values(
      await harness.upstreams.GRAPH_SECURITY.sendBatch(calls, scopeOf(harness.clock)),
    );
    expect(a).toBe('a');
    expect(missing).toBeInstanceOf(NotFoundError);
    expect(forbidden).toMatchObject({ code: 'UPSTREAM_FORBIDDEN', details: { permission: 'SecurityAlert.Read.All' } });
    expect(odd).toMatchObject({ code: 'UPSTREAM_BAD_RESPONSE' });
  });

  it('repeats refused parts alone, after the longest Retry-After', async () => {
    const refusals: Record<string, string> = { b: '1', d: '3' };
    harness.server.script(
      answering((part) => {
        const wait = refusals[idOf(part)];
        return wait === undefined ? found(part) : { status: 429, headers: { 'Retry-After': wait } };
      }),
      answering(found),
    );
    const scope = scopeOf(harness.clock);
    const sent = harness.upstreams.GRAPH_SECURITY.sendBatch(
      ['a', 'b', 'c', 'd'].map((id) => alert(id)),
      scope,
    );
    await harness.server.until(1);
    await harness.clock.advance(2_999);
    expect(harness.server.seen).toHaveLength(1);
    await harness.clock.advance(1);
    expect(values(await sent)).toEqual(['a', 'b', 'c', 'd']);
    expect(partsOf(harness.server.seen[1]).map(idOf)).toEqual(['b', 'd']);
    expect(scope.meter.calls).toEqual([
      ['GRAPH_SECURITY', 4],
      ['GRAPH_SECURITY', 2],
    ]);
  });

  it('does not wait past the deadline for refused parts', async () => {
    harness.server.script(
      answering((part) => (idOf(part) === 'b' ? { status: 429, headers: { 'Retry-After': '30' } } : found(part))),
    );
    const [a, b] = values(
      await harness.upstreams.GRAPH_SECURITY.sendBatch([alert('a'), alert('b')], scopeOf(harness.clock)),
    );
    expect(a).toBe('a');
    expect(b).toMatchObject({ code: 'UPSTREAM_THROTTLED', details: { retryAfterMs: 30_000 } });
  });

  it('repeats reads that failed with 5xx, but no writes', async () => {
    harness.server.script(
      answering(() => ({ status: 503 })),
      answering(found),
    );
    const calls = [alert('a'), alert('b', { method: 'PATCH', body: {} })];
    const [a, b] = values(await harness.upstreams.GRAPH_SECURITY.sendBatch(calls, scopeOf(harness.clock)));
    expect(a).toBe('a');
    expect(b).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(partsOf(harness.server.seen[1]).map(idOf)).toEqual(['a']);
  });

  it('says that a write may have been carried out when it was lost before it was refused', async () => {
    harness.server.script(
      answering(() => ({ status: 504 })),
      answering(() => ({ status: 403 })),
    );
    const call = alert('a', { method: 'PATCH', body: {}, safeToRepeat: true });
    const [result] = await harness.upstreams.GRAPH_SECURITY.sendBatch([call], scopeOf(harness.clock));
    expect(result).toMatchObject({ ok: false, error: { code: 'UPSTREAM_FORBIDDEN' } });
    expect(outcomeIsUnknown(result?.ok === false && result.error)).toBe(true);
  });

  it('is cut to the budget that is left, and the rest follows when there is more', async () => {
    const { GRAPH_SECURITY } = harness.upstreams;
    harness.server.otherwise(answering(found));
    const many = Array.from({ length: 130 }, (_, n) => alert(`x${n}`));
    await GRAPH_SECURITY.sendBatch(many, scopeOf(harness.clock));
    const scope = scopeOf(harness.clock, { leftMs: 90_000 });
    const seenBefore = harness.server.seen.length;
    const sent = GRAPH_SECURITY.sendBatch(
      Array.from({ length: 12 }, (_, n) => alert(`y${n}`)),
      scope,
    );
    await harness.server.until(seenBefore + 1);
    await settle();
    expect(partsOf(harness.server.seen[seenBefore])).toHaveLength(5);
    await harness.clock.advance(60_000);
    expect(values(await sent)).toHaveLength(12);
    expect(scope.meter.calls.map(([, units]) => units)).toEqual([5, 7]);
    expect(scope.meter.waits).toEqual([60_000]);
  });

  it('fails what the budget cannot serve in time and keeps what was served', async () => {
    const { GRAPH_SECURITY } = harness.upstreams;
    harness.server.otherwise(answering(found));
    await GRAPH_SECURITY.sendBatch(
      Array.from({ length: 130 }, (_, n) => alert(`x${n}`)),
      scopeOf(harness.clock),
    );
    const calls = Array.from({ length: 12 }, (_, n) => alert(`y${n}`));
    const results = await GRAPH_SECURITY.sendBatch(calls, scopeOf(harness.clock));
    expect(results.filter(({ ok }) => ok)).toHaveLength(5);
    for (const result of results.slice(5)) expect(result).toMatchObject({ error: { code: 'UPSTREAM_THROTTLED' } });
  });

  it('is repeated as a whole when the envelope is refused', async () => {
    harness.server.script({ status: 429, headers: { 'retry-after': '1' } }, answering(found));
    const calls = [alert('a'), alert('b', { method: 'PATCH', body: {} })];
    const sent = harness.upstreams.GRAPH_SECURITY.sendBatch(calls, scopeOf(harness.clock));
    await harness.server.until(1);
    await harness.clock.advance(1_000);
    expect(values(await sent)).toEqual(['a', 'b']);
  });

  it('renews a refused token once', async () => {
    harness.server.script({ status: 401 }, answering(found));
    const calls = [alert('a', { method: 'PATCH', body: {} })];
    const results = await harness.upstreams.GRAPH_SECURITY.sendBatch(calls, scopeOf(harness.clock));
    expect(values(results)).toEqual(['a']);
    expect(harness.tokens.requests[1]?.refused).toBeDefined();
  });

  it.each<[string, Reply]>([
    ['HTML', { text: '<html>', headers: { 'content-type': 'text/html' } }],
    ['an envelope without responses', { json: {} }],
    ['an empty envelope', { json: { responses: [] } }],
    ['400', { status: 400, json: { error: { code: 'BadRequest' } } }],
  ])('%s fails every part', async (_name, reply) => {
    harness.server.script(reply);
    const results = await harness.upstreams.GRAPH_SECURITY.sendBatch([alert('a'), alert('b')], scopeOf(harness.clock));
    for (const result of results) expect(result).toMatchObject({ ok: false, error: { code: 'UPSTREAM_BAD_RESPONSE' } });
  });

  it('keeps secure scores out, which allow four at a time', async () => {
    let inside = 0;
    let most = 0;
    harness.server.otherwise((request, response) => {
      most = Math.max(most, ++inside);
      setImmediate(() => {
        inside--;
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ id: request.url.split('/').at(-1) }));
      });
    });
    const scores = Array.from({ length: 10 }, (_, n) => alert(`s${n}`, { path: `/v1.0/security/secureScores/s${n}` }));
    const results = await harness.upstreams.GRAPH_SECURITY.sendBatch(scores, scopeOf(harness.clock));
    expect(values(results)).toEqual(scores.map((_score, n) => `s${n}`));
    expect(most).toBeLessThanOrEqual(4);
    expect(harness.server.seen).toHaveLength(10);
  });

  it('is nothing that Cloud Apps has', async () => {
    await expect(harness.upstreams.MCAS.sendBatch([alert('a')], scopeOf(harness.clock))).rejects.toThrow(TypeError);
  });

  it('of no calls sends nothing', async () => {
    expect(await harness.upstreams.GRAPH_SECURITY.sendBatch([], scopeOf(harness.clock))).toEqual([]);
  });
});
