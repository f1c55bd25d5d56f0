import type { ServerResponse } from 'node:http';
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

/** Holds responses until the test answers them. */
class Held {
  readonly responses: ServerResponse[] = [];
  readonly closed: Promise<void>;
  #onClosed = () => undefined as void;

  constructor() {
    this.closed = new Promise((resolve) => {
      this.#onClosed = resolve;
    });
  }

  readonly reply: Reply = (_request, response) => {
    this.responses.push(response);
    response.once('close', () => {
      if (!response.writableFinished) this.#onClosed();
    });
  };

  answer(): void {
    for (const response of this.responses) response.end('{"data":{"owner":{"name":"ada"}}}');
  }
}

describe('equal queries at the same moment', () => {
  it('are sent once, and each caller gets objects of its own', async () => {
    const held = new Held();
    harness.server.script(held.reply);
    const answers = [1, 2, 3].map(() => harness.execute({ variables: { id: 1 } }));
    await harness.server.until(1);
    answers.push(harness.execute({ variables: { id: 1 } }));
    held.answer();
    const results = await Promise.all(answers);
    for (const result of results) expect(result).toEqual({ data: { owner: { name: 'ada' } }, faults: [] });
    expect(new Set(results.map(({ data }) => data?.owner)).size).toBe(4);
    expect(harness.server.seen).toHaveLength(1);
    expect(await harness.registry.metrics()).toContain('subgraph_shared_requests_total{subgraph="cmdb"} 3');
  });

  it('are counted for the one who sent', async () => {
    const counted: string[] = [];
    harness.server.script({ json: { data: {} } });
    const first = harness.execute({ onRequest: () => counted.push('first') });
    await Promise.all([first, harness.execute({ onRequest: () => counted.push('second') })]);
    expect(counted).toEqual(['first']);
  });

  it('share a failure too', async () => {
    harness.server.script({ status: 403 });
    const failures = await Promise.all([failureOf(harness.execute()), failureOf(harness.execute())]);
    expect(failures.map(({ code }) => code)).toEqual(['UPSTREAM_FORBIDDEN', 'UPSTREAM_FORBIDDEN']);
  });

  it.each([
    ['text', {}, { operation: '{ other }' }],
    ['variables', { variables: { id: 1 } }, { variables: { id: 2 } }],
    ['rights', { accessScope: 'a' }, { accessScope: 'b' }],
    ['headers that travel on', { headers: { authorization: 'a' } }, { headers: { authorization: 'b' } }],
  ])('are others when they differ in %s', async (_name, one, other) => {
    harness.server.otherwise({ json: { data: {} } });
    await Promise.all([harness.execute(one), harness.execute(other)]);
    expect(harness.server.seen).toHaveLength(2);
  });

  it('are equal when they differ in a header that does not travel', async () => {
    harness.server.otherwise({ json: { data: {} } });
    await Promise.all([harness.execute({ headers: { te: 'a' } }), harness.execute({ headers: { te: 'b' } })]);
    expect(harness.server.seen).toHaveLength(1);
  });

  it('are not shared with who insists on a fresh answer, nor when they are mutations', async () => {
    harness.server.otherwise({ json: { data: {} } });
    const fresh = { reading: 'upstream' } as const;
    const mutation = { kind: 'mutation', operation: 'mutation { touch }' } as const;
    await Promise.all([fresh, fresh, mutation, mutation].map((changes) => harness.execute(changes)));
    expect(harness.server.seen).toHaveLength(4);
  });

  it('are sent anew after a mutation, which the one under way may not know of', async () => {
    const held = new Held();
    harness.server.script(held.reply, { json: { data: { rename: true } } }, { json: { data: { owner: 'new' } } });
    const before = harness.execute();
    await harness.server.until(1);
    await harness.execute({ kind: 'mutation', operation: 'mutation { rename }' });
    expect(await harness.execute()).toMatchObject({ data: { owner: 'new' } });
    held.answer();
    expect(await before).toMatchObject({ data: { owner: { name: 'ada' } } });
  });

  it('are sent anew when the last answer is in', async () => {
    harness.server.script({ json: { data: { n: 1 } } }, { json: { data: { n: 2 } } });
    expect(await harness.execute()).toMatchObject({ data: { n: 1 } });
    expect(await harness.execute()).toMatchObject({ data: { n: 2 } });
  });
});

describe('a caller who goes away', () => {
  it('ends the request, and its connection', async () => {
    const held = new Held();
    const gone = new AbortController();
    harness.server.script(held.reply);
    const failure = failureOf(harness.execute({ signal: gone.signal }));
    await harness.server.until(1);
    gone.abort();
    expect(await failure).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await held.closed;
    await harness.log.until(1);
    expect(JSON.parse(harness.log.lines[0] ?? '')).toMatchObject({ code: 'CANCELLED', subgraph: 'cmdb', attempt: 1 });
    expect(await harness.registry.metrics()).toContain('outcome="CANCELLED"} 1');
  });

  it('does not end it for others, and the last one does', async () => {
    const held = new Held();
    const gone = [new AbortController(), new AbortController()];
    harness.server.script(held.reply);
    const failures = gone.map(({ signal }) => failureOf(harness.execute({ signal })));
    await harness.server.until(1);
    gone[0]?.abort();
    expect(await failures[0]).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(held.responses[0]?.destroyed).toBe(false);
    gone[1]?.abort();
    await Promise.all([failures[1], held.closed]);
  });

  it('leaves the answer to who joined, even beyond its own deadline', async () => {
    const held = new Held();
    harness.server.script(held.reply);
    const hasty = failureOf(harness.execute({ leftMs: 1_000 }));
    const patient = harness.execute({ leftMs: 9_000 });
    await harness.server.until(1);
    await harness.clock.advance(1_000);
    expect(await hasty).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    held.answer();
    expect(await patient).toMatchObject({ data: { owner: { name: 'ada' } } });
  });

  it('leaves the next attempt to who has more time', async () => {
    harness.server.script({ status: 503, headers: { 'retry-after': '2' } }, { json: { data: { owner: 'ada' } } });
    const patient = harness.execute({ leftMs: 9_000 });
    const hasty = failureOf(harness.execute({ leftMs: 1_000 }));
    await harness.log.until(1);
    await harness.clock.advance(2_000);
    expect(await hasty).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(await patient).toMatchObject({ data: { owner: 'ada' } });
  });

  it('is told of the deadline when that is why', async () => {
    const late = Object.assign(new Error('late'), { name: 'TimeoutError' });
    const failure = await failureOf(harness.execute({ signal: AbortSignal.abort(late) }));
    expect(failure.message).toBe('The subgraph "cmdb" did not answer in time.');
    expect(harness.server.seen).toHaveLength(0);
  });

  it('does not wait for the next attempt', async () => {
    const gone = new AbortController();
    harness.server.script({ status: 503, headers: { 'retry-after': '5' } });
    const failure = failureOf(harness.execute({ signal: gone.signal }));
    await harness.log.until(1);
    gone.abort();
    expect(await failure).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await harness.clock.advance(5_000);
    expect(harness.server.seen).toHaveLength(1);
  });
});

describe('stopping', () => {
  it('ends what is under way, and sends nothing any more', async () => {
    const held = new Held();
    harness.server.script(held.reply);
    const failure = failureOf(harness.execute());
    await harness.server.until(1);
    await harness.subgraph.stop();
    expect(await failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', extensions: { subgraph: 'cmdb' } });
    await held.closed;
    expect(await failureOf(harness.execute())).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(harness.clock.sleepers).toBe(0);
  });
});
