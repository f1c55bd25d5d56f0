import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, type HrStack, hrScript, type ReadyAnswer, startHrStack } from '../support/hrStack.js';
import { type CapturedLog, captureLog } from '../support/leaks.js';
import { type WireFault } from '../support/subgraphs/serveSubgraph.js';

interface Alerts {
  readonly alerts: { readonly nodes: readonly { readonly users: readonly Record<string, unknown>[] }[] };
}

const joined = '{ alerts(first: 5) { nodes { id users { id costCentre } } } }';

let stack: HrStack;
let log: CapturedLog;

beforeEach(async () => {
  log = captureLog();
  stack = await startHrStack({ subgraph: { timeoutMs: 400 }, deps: { logger: log.logger } });
});

afterEach(() => stack.stop());

/** Our part is whole, theirs null, with a typed error at each place that lacks something. */
async function expectPartial(code: string): Promise<void> {
  const answer = await stack.ask<Alerts>(joined);
  const users = answer.data?.alerts.nodes.flatMap((alert) => alert.users) ?? [];
  expect(answer.status).toBe(200);
  expect(users.length).toBeGreaterThan(0);
  for (const user of users) expect(user).toEqual({ id: expect.any(String), costCentre: null });
  expect(answer.errors?.length).toBe(users.length);
  for (const { path, extensions } of answer.errors ?? []) {
    expect(path?.at(-1)).toBe('costCentre');
    expect(extensions).toMatchObject({ code, subgraph: 'hr', requestId: answer.headers.get('x-request-id') });
  }
  expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|hidden/);
}

/** Our own data, without a look at anybody else. */
async function expectOwnData(): Promise<void> {
  const own = await stack.ask('{ alerts(first: 2) { nodes { id users { id } } } }');
  expect(own.errors).toBeUndefined();
  expect(own.data?.alerts.nodes).toHaveLength(2);
}

const readyWhen = (satisfies: (answer: ReadyAnswer) => boolean) => eventually(() => stack.ready(), satisfies);

describe('a subgraph that misbehaves leaves typed gaps and nothing else', () => {
  it.each<[string, WireFault, string]>([
    ['is too slow', { delayMs: 2_000 }, 'UPSTREAM_TIMEOUT'],
    ['answers 500', { status: 500, body: 'hidden' }, 'UPSTREAM_UNAVAILABLE'],
    ['hangs up', { hangUp: 'midway' }, 'UPSTREAM_UNAVAILABLE'],
    [
      'answers a page',
      { body: '<html>hidden</html>', headers: { 'content-type': 'text/html' } },
      'UPSTREAM_BAD_RESPONSE',
    ],
    ['answers half of a JSON', { body: '{"data":{"hidden":' }, 'UPSTREAM_BAD_RESPONSE'],
    ['answers other data than it was asked for', { body: '{"data":{"_entities":"hidden"}}' }, 'UPSTREAM_BAD_RESPONSE'],
    ['throttles', { status: 429, headers: { 'retry-after': '60' } }, 'UPSTREAM_THROTTLED'],
    ['refuses us', { status: 403 }, 'UPSTREAM_FORBIDDEN'],
  ])('when it %s', async (_name, fault, code) => {
    stack.hr.failAlways(fault);
    await expectPartial(code);
    await expectOwnData();
    expect(await stack.ready()).toMatchObject({ httpStatus: 200 });
    expect(log.text()).not.toContain(new URL(stack.hr.url).host);
    expect(log.text()).not.toMatch(/hidden/);
  });

  it('when it is gone; it keeps its place in the schema, and readiness tells', async () => {
    await stack.hr.stop();
    await expectPartial('UPSTREAM_UNAVAILABLE');
    await expectOwnData();
    const gone = await readyWhen(({ degraded }) => degraded.includes('SUPERGRAPH'));
    expect(gone).toMatchObject({
      httpStatus: 200,
      status: 'degraded',
      degraded: expect.arrayContaining(['SUPERGRAPH', 'SUBGRAPH_HR']),
      supergraph: {
        state: 'outdated',
        subgraphs: expect.arrayContaining([expect.objectContaining({ name: 'hr', state: 'unreachable' })]),
      },
    });
    expect(gone.supergraph.reasons.join()).toMatch(/^hr: UPSTREAM_/);
    await expectPartial('UPSTREAM_UNAVAILABLE');
  });
});

describe('a subgraph that changes its schema', () => {
  it('incompatibly leaves the last good one in place, and readiness tells why until it is mended', async () => {
    const composedAt = (await stack.ready()).supergraph.composedAt;
    const broken = hrScript();
    stack.hr.redeploy({
      ...broken,
      typeDefs: broken.typeDefs.replace('id: ID!', 'id: ID! accountEnabled: Int @shareable'),
    });
    const told = await readyWhen(({ supergraph }) => supergraph.state === 'outdated');
    expect(told).toMatchObject({
      httpStatus: 200,
      degraded: expect.arrayContaining(['SUPERGRAPH', 'SUBGRAPH_HR']),
      supergraph: {
        composedAt,
        subgraphs: expect.arrayContaining([expect.objectContaining({ name: 'hr', state: 'invalid' })]),
      },
    });
    expect(told.supergraph.reasons.join()).toMatch(/accountEnabled/);
    expect((await stack.ask<Alerts>(joined)).errors).toBeUndefined();
    stack.hr.redeploy(hrScript());
    expect(await readyWhen(({ supergraph }) => supergraph.state === 'current')).toMatchObject({ status: 'ok' });
  });

  it('compatibly is followed while requests run', async () => {
    // Composing takes its time, which counts for requests that are under way; nobody is to be called slow for that.
    await stack.stop();
    stack = await startHrStack({ deps: { logger: log.logger } });
    const failures: unknown[] = [];
    let asking = true;
    const keepAsking = async () => {
      while (asking) failures.push(...((await stack.ask(joined)).errors ?? []));
    };
    const askers = Promise.all([keepAsking(), keepAsking()]);
    stack.hr.redeploy(hrScript('extend type Query { holidays: Int }'));
    const answer = await eventually(
      () => stack.ask('{ holidays }'),
      ({ errors }) => errors === undefined,
    );
    asking = false;
    await askers;
    expect(answer.data).toEqual({ holidays: null });
    expect(failures).toEqual([]);
    expect(await stack.ready()).toMatchObject({ status: 'ok' });
  });
});

describe('a subgraph that is away when the gateway starts', () => {
  it('leaves our own data to be served, and its part comes when it does', async () => {
    stack.hr.failAlways({ status: 503 });
    const SUBGRAPHS = JSON.stringify([{ name: 'hr', url: stack.hr.url }]);
    const late = await startHrStack({ env: { SUBGRAPHS } });
    try {
      expect((await late.ask('{ alerts(first: 1) { nodes { id } } }')).errors).toBeUndefined();
      expect(await late.ready()).toMatchObject({ httpStatus: 200, degraded: expect.arrayContaining(['SUPERGRAPH']) });
      const unknown = await late.ask(joined);
      expect(unknown.errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
      stack.hr.failAlways(undefined);
      const { errors } = await eventually(
        () => late.ask(joined),
        (answer) => answer.errors === undefined,
      );
      expect(errors).toBeUndefined();
    } finally {
      await late.stop();
    }
  });
});
