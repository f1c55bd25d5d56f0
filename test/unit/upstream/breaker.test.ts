import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { callOf, type Harness, scopeOf, startHarness } from './support/harness.js';
import type { Reply } from './support/scriptedServer.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness({ maxAttempts: 1 });
});
afterEach(() => harness.stop());

const send = (changes = {}) => harness.upstreams.GRAPH_SECURITY.send(callOf(), scopeOf(harness.clock, changes));
const state = () => harness.upstreams.GRAPH_SECURITY.status().state;

async function failTimes(count: number, reply: Reply = { status: 503 }): Promise<void> {
  harness.server.otherwise(reply);
  for (let i = 0; i < count; i++) await send().catch(() => undefined);
}

describe('the circuit breaker', () => {
  it('opens after eight failures in a row and then refuses at once, without a request', async () => {
    await failTimes(8);
    expect(state()).toBe('FAILING');
    await expect(send()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(harness.server.seen).toHaveLength(8);
  });

  it('opens when connections break', async () => {
    await failTimes(8, (_request, response) => response.destroy());
    expect(state()).toBe('FAILING');
  });

  it.each([429, 400, 403, 404])('does not count %d, which is an answer', async (status) => {
    await failTimes(12, { status, headers: { 'retry-after': '0' } });
    expect(state()).not.toBe('FAILING');
  });

  it('lets one probe through after a while and closes when it is answered', async () => {
    await failTimes(8);
    harness.clock.jump(5_000);
    let answer: (() => void) | undefined;
    harness.server.script((_request, response) => {
      answer = () => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('{}');
      };
    });
    const probe = send();
    await harness.server.until(9);
    await expect(send()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    answer?.();
    await probe;
    expect(state()).toBe('OK');
  });

  it('stays open longer with each probe that fails', async () => {
    await failTimes(8);
    harness.clock.jump(5_000);
    await failTimes(1);
    harness.clock.jump(9_999);
    await failTimes(1);
    expect(harness.server.seen).toHaveLength(9);
    harness.clock.jump(1);
    harness.server.otherwise({ json: {} });
    await send();
    expect(state()).toBe('OK');
  });

  it('learns nothing from a probe whose caller goes away', async () => {
    await failTimes(8);
    harness.clock.jump(5_000);
    const gone = new AbortController();
    harness.server.script(() => undefined);
    const probe = send({ signal: gone.signal });
    await harness.server.until(9);
    gone.abort();
    await expect(probe).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(state()).toBe('FAILING');
  });

  it('is one per upstream', async () => {
    await failTimes(8);
    harness.server.otherwise({ json: {} });
    await harness.upstreams.GRAPH_DIRECTORY.send(callOf(), scopeOf(harness.clock));
    expect(harness.upstreams.GRAPH_DIRECTORY.status().state).toBe('OK');
  });
});
