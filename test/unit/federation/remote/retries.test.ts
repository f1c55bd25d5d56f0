import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Reply } from '../../upstream/support/scriptedServer.js';
import { failureOf, type Harness, startHarness } from './support/harness.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(async () => {
  const { unused } = harness.server;
  await harness.stop();
  expect(unused).toBe(0);
});

const fine: Reply = { json: { data: { owner: 'ada' } } };
const hangUp: Reply = (_request, response) => response.destroy();
const busy = (status: number, seconds: string): Reply => ({ status, headers: { 'retry-after': seconds } });

describe('a query that fails', () => {
  it.each([[502], [503], [504]])('is repeated after %d', async (status) => {
    harness.server.script({ status }, { status }, fine);
    expect(await harness.execute()).toMatchObject({ data: { owner: 'ada' } });
  });

  it('is repeated when the connection breaks', async () => {
    harness.server.script(hangUp, fine);
    expect(await harness.execute()).toMatchObject({ data: { owner: 'ada' } });
  });

  it('is sent three times at most, each counted', async () => {
    harness.server.otherwise({ status: 502 });
    let counted = 0;
    const onRequest = () => {
      counted += 1;
    };
    expect(await failureOf(harness.execute({ onRequest }))).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(harness.server.seen).toHaveLength(3);
    expect(counted).toBe(3);
    expect(harness.log.lines.map((line) => JSON.parse(line).attempt)).toEqual([1, 2, 3]);
  });

  it.each([
    ['500', { status: 500 }],
    ['408', { status: 408 }],
    ['403', { status: 403 }],
    ['429 without a Retry-After', { status: 429 }],
    ['an answer that is none', { text: '<html>' }],
  ] satisfies [string, Reply][])('is not repeated after %s', async (_name, reply) => {
    harness.server.script(reply);
    await failureOf(harness.execute());
    expect(harness.server.seen).toHaveLength(1);
  });

  it('is not repeated after an answer that has errors', async () => {
    harness.server.script({ json: { errors: [{ message: 'x', extensions: { code: 'UNAVAILABLE' } }] } });
    expect((await harness.execute()).faults).toHaveLength(1);
  });

  it.each([[429], [503]])('is repeated when a Retry-After of %d is over', async (status) => {
    harness.server.script(busy(status, '2'), fine);
    const answer = harness.execute();
    await harness.log.until(1);
    await harness.clock.advance(1_999);
    expect(harness.server.seen).toHaveLength(1);
    await harness.clock.advance(1);
    expect(await answer).toMatchObject({ data: { owner: 'ada' } });
  });

  it('does not wait for a Retry-After beyond its deadline', async () => {
    harness.server.script(busy(429, '15'));
    const error = await failureOf(harness.execute({ leftMs: 15_000 }));
    expect(error).toMatchObject({ code: 'UPSTREAM_THROTTLED', extensions: { retryAfterMs: 15_000 } });
  });

  it('is repeated less while everything fails', async () => {
    harness.server.otherwise((_request, response) => response.writeHead(502).end());
    const sent: number[] = [];
    for (let i = 0; i < 7; i++) {
      const before = harness.server.seen.length;
      // One answer in between keeps the circuit closed, so that only the budget of repeats is at work.
      await failureOf(harness.execute());
      sent.push(harness.server.seen.length - before);
      harness.server.script(fine);
      await harness.execute();
    }
    expect(sent[0]).toBe(3);
    expect(sent.at(-1)).toBeLessThan(3);
  });
});

describe('a mutation that fails', () => {
  it.each([
    ['502', { status: 502 }],
    ['a broken connection', hangUp],
    ['429 with a Retry-After', busy(429, '0')],
    ['503 with a Retry-After', busy(503, '0')],
  ] satisfies [string, Reply][])('is never repeated: %s', async (_name, reply) => {
    harness.server.otherwise(reply);
    await failureOf(harness.execute({ kind: 'mutation', operation: 'mutation { rename }' }));
    expect(harness.server.seen).toHaveLength(1);
  });
});

describe('the circuit breaker of a subgraph', () => {
  async function failTimes(count: number, reply: Reply): Promise<void> {
    harness.server.otherwise(reply);
    for (let i = 0; i < count; i++) await harness.execute({ kind: 'mutation' }).catch(() => undefined);
  }

  it('opens after eight failures in a row, and then refuses at once and says for how long', async () => {
    await failTimes(8, { status: 500 });
    harness.clock.jump(1_000);
    const error = await failureOf(harness.execute());
    expect(error).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      extensions: { subgraph: 'cmdb', retryAfterMs: 4_000 },
    });
    expect(harness.server.seen).toHaveLength(8);
    expect(harness.subgraph.status.state).toBe('FAILING');
  });

  it('lets one probe through later, and closes when it is answered', async () => {
    await failTimes(8, hangUp);
    harness.clock.jump(5_000);
    let answer = () => undefined as void;
    harness.server.script((_request, response) => {
      answer = () => void response.end('{"data":{}}');
    });
    const probe = harness.execute();
    await harness.server.until(9);
    expect(await failureOf(harness.execute({ operation: '{ other }' }))).toMatchObject({
      extensions: { retryAfterMs: 1_000 },
    });
    answer();
    await probe;
    expect(harness.subgraph.status.state).toBe('OK');
    harness.server.script(fine);
    expect(await harness.execute()).toMatchObject({ data: { owner: 'ada' } });
  });

  it('does not count answers, whatever they say', async () => {
    const graphql = { 'content-type': 'application/graphql-response+json' };
    await failTimes(10, { json: { errors: [{ message: 'x' }] } });
    await failTimes(10, { status: 500, headers: graphql, text: '{"errors":[{"message":"x"}]}' });
    await failTimes(10, { status: 401 });
    expect(harness.subgraph.status.state).toBe('OK');
  });
});
