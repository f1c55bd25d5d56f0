import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import type { SubgraphResult } from '../../../../src/federation/contract.js';
import type { RemoteSubgraphConfig } from '../../../../src/federation/remote/config.js';
import { createRemoteSubgraph, type RemoteSubgraph } from '../../../../src/federation/remote/createRemoteSubgraph.js';
import { registerSubgraphMetrics } from '../../../../src/observability/subgraphMetrics.js';
import { ManualClock } from '../../upstream/support/manualClock.js';
import { type ContextChanges, contextOf, failureOf, RecordedLog } from './support/harness.js';
import { TickingServer } from './support/tickingServer.js';

const text = 'subscription Ticking($label: String) { tick(label: $label) { number label } }';

let server: TickingServer;
/** Nobody moves it, so nothing below waits for patience to run out. */
let clock: ManualClock;
let registry: Registry;
let subgraph: RemoteSubgraph;

function connect(config: Partial<RemoteSubgraphConfig>): void {
  clock = new ManualClock();
  registry = new Registry();
  const deps = { clock, logger: new RecordedLog().logger, random: () => 0, metrics: registerSubgraphMetrics(registry) };
  subgraph = createRemoteSubgraph({ name: 'cmdb', url: server.url, headers: { 'x-ours': 'yes' }, ...config }, deps);
}

interface Asked extends ContextChanges {
  readonly operation?: string;
  readonly variables?: Record<string, unknown>;
}

/** The answers to the events of a subscription. */
async function subscribe({ operation = text, variables = {}, ...changes }: Asked = {}) {
  const request = { kind: 'subscription' as const, operation, variables, context: contextOf(clock, changes) };
  const events = (await subgraph.subscribe(request))[Symbol.asyncIterator]();
  return {
    /** The next answer, or undefined at the end. */
    async next(): Promise<SubgraphResult | undefined> {
      const { done, value } = await events.next();
      return done === true ? undefined : subgraph.executeEvent(value, request);
    },
    end: () => events.return?.(),
  };
}

const openSubscriptions = async () =>
  /^subgraph_subscriptions\{subgraph="cmdb"\} (\d+)/m.exec(await registry.metrics())?.[1];

beforeEach(async () => {
  server = await TickingServer.start();
});
afterEach(async () => {
  await subgraph.stop();
  // Never, if a socket of ours were left.
  await server.until(() => server.sockets.size === 0);
  await server.stop();
});

describe.each(['sse', 'ws'] as const)('a subscription over %s', (subscriptions) => {
  beforeEach(() => connect({ subscriptions }));

  it('brings the answers to its events in order, however slowly they are read', async () => {
    const ticks = await subscribe({ variables: { label: 'a' } });
    await server.until(() => server.sources.length === 1);
    for (let number = 0; number < 3; number++) server.sources[0]?.emit({ number });
    for (let number = 0; number < 3; number++) {
      expect(await ticks.next()).toEqual({ data: { tick: { number, label: 'a' } }, faults: [] });
    }
    server.sources[0]?.end();
    expect(await ticks.next()).toBeUndefined();
    expect(await ticks.next()).toBeUndefined();
  });

  it('ends at the subgraph when the client ends it, and leaves no socket', async () => {
    const ticks = await subscribe();
    await server.until(() => server.sources.length === 1);
    expect(await openSubscriptions()).toBe('1');
    const waiting = ticks.next();
    await ticks.end();
    expect(await waiting).toBeUndefined();
    await server.until(() => server.returned === 1 && server.sockets.size === 0);
    expect(await openSubscriptions()).toBe('0');
  });

  it('ends at the subgraph when its operation is cancelled', async () => {
    const gone = new AbortController();
    const ticks = await subscribe({ signal: gone.signal });
    await server.until(() => server.sources.length === 1);
    gone.abort();
    expect(await ticks.next()).toBeUndefined();
    await server.until(() => server.returned === 1 && server.sockets.size === 0);
  });

  it('brings what came before the connection broke, and then the error once', async () => {
    const ticks = await subscribe();
    await server.until(() => server.sources.length === 1);
    server.sources[0]?.emit({ number: 1 });
    expect(await ticks.next()).toMatchObject({ data: { tick: { number: 1 } } });
    server.cutConnections();
    const error = await failureOf(ticks.next());
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', extensions: { subgraph: 'cmdb' } });
    expect(await ticks.next()).toBeUndefined();
    await server.until(() => server.sockets.size === 0);
  });

  it('has the errors that the subgraph reports for an event as faults', async () => {
    const ticks = await subscribe({ operation: 'subscription { tick { number broken } }' });
    await server.until(() => server.sources.length === 1);
    server.sources[0]?.emit({ number: 1 });
    expect(await ticks.next()).toMatchObject({
      data: null,
      faults: [{ path: ['tick', 'broken'], error: { code: 'SUBGRAPH_ERROR', extensions: { subgraph: 'cmdb' } } }],
    });
    await ticks.end();
  });

  it('that the subgraph does not understand is one answer with its errors', async () => {
    const ticks = await subscribe({ operation: 'subscription { tock }' });
    expect(await ticks.next()).toMatchObject({ data: null, faults: [{ error: { code: 'SUBGRAPH_ERROR' } }] });
    expect(await ticks.next()).toBeUndefined();
    await server.until(() => server.sockets.size === 0);
  });

  it('carries the configured headers and those of the caller', async () => {
    const ticks = await subscribe({ headers: { authorization: 'Bearer caller', host: 'elsewhere.example' } });
    await server.until(() => server.sources.length === 1);
    const seen = subscriptions === 'ws' ? server.upgrades[0] : server.requests[0];
    expect(seen).toMatchObject({ 'x-ours': 'yes', authorization: 'Bearer caller', host: new URL(server.url).host });
    if (subscriptions === 'ws') {
      const authorization = 'Bearer caller';
      expect(server.connectionParams).toEqual([{ authorization, headers: { authorization } }]);
    }
    await ticks.end();
  });

  it('ends with an error when its reader is a thousand events behind', async () => {
    const ticks = await subscribe();
    await server.until(() => server.sources.length === 1);
    for (let number = 0; number < 1_001; number++) server.sources[0]?.emit({ number });
    await server.until(() => server.returned === 1 && server.sockets.size === 0);
    for (let number = 0; number < 1_000; number++) {
      expect(await ticks.next()).toMatchObject({ data: { tick: { number } } });
    }
    expect(await failureOf(ticks.next())).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'Events of the subgraph "cmdb" came faster than they were read.',
    });
  });

  it('ends when the gateway stops', async () => {
    const ticks = await subscribe();
    await server.until(() => server.sources.length === 1);
    const failure = failureOf(ticks.next());
    await subgraph.stop();
    expect(await failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await server.until(() => server.returned === 1 && server.sockets.size === 0);
    expect(await failureOf(subscribe())).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(server.sources).toHaveLength(1);
  });

  it('brings nothing any more when the client has ended it', async () => {
    const ticks = await subscribe();
    await server.until(() => server.sources.length === 1);
    for (const number of [1, 2, 3]) server.sources[0]?.emit({ number });
    server.sources[0]?.end();
    expect(await ticks.next()).toMatchObject({ data: { tick: { number: 1 } } });
    await server.until(() => server.sockets.size === 0);
    await ticks.end();
    expect(await ticks.next()).toBeUndefined();
  });

  it('does not begin where nobody listens', async () => {
    await server.stop();
    expect(await failureOf(subscribe())).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('does not begin for an operation that is over', async () => {
    expect(await failureOf(subscribe({ signal: AbortSignal.abort() }))).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await server.until(() => server.sockets.size === 0);
  });
});

describe('subscriptions over WebSockets', () => {
  it('of the same headers share a socket until the last one ends, and others do not', async () => {
    connect({ subscriptions: 'ws' });
    const one = await subscribe({ variables: { label: 'one' } });
    const two = await subscribe({ variables: { label: 'two' } });
    const other = await subscribe({ variables: { label: 'other' }, headers: { authorization: 'x' } });
    await server.until(() => server.sources.length === 3);
    expect(server.upgrades).toHaveLength(2);
    await one.end();
    await server.until(() => server.returned === 1);
    server.sources[1]?.emit({ number: 2 });
    expect(await two.next()).toMatchObject({ data: { tick: { label: 'two' } } });
    await two.end();
    await server.until(() => server.sockets.size === 1);
    await other.end();
    await server.until(() => server.sockets.size === 0);
  });

  it.each([
    [1000, 'UPSTREAM_UNAVAILABLE'],
    [1001, 'UPSTREAM_UNAVAILABLE'],
    [4403, 'UPSTREAM_FORBIDDEN'],
    [4400, 'UPSTREAM_BAD_RESPONSE'],
  ])('that the subgraph closes with %d end with %s and are not begun again', async (closeCode, code) => {
    connect({ subscriptions: 'ws' });
    const all = await Promise.all([subscribe(), subscribe()]);
    await server.until(() => server.sources.length === 2);
    server.closeWebSockets(closeCode);
    for (const ticks of all) {
      const error = await failureOf(ticks.next());
      expect(error).toMatchObject({ code, extensions: { subgraph: 'cmdb' } });
      expect(error.message).not.toContain('words of the server');
    }
    await server.until(() => server.sockets.size === 0);
    expect(server.upgrades).toHaveLength(1);
  });

  it('that the subgraph refuses are forbidden', async () => {
    connect({ subscriptions: 'ws' });
    expect(await failureOf(subscribe({ headers: { refuse: 'yes' } }))).toMatchObject({ code: 'UPSTREAM_FORBIDDEN' });
  });

  it('go to an address of their own where one is configured', async () => {
    const elsewhere = await TickingServer.start();
    connect({ subscriptions: 'ws', subscriptionsUrl: elsewhere.url });
    const ticks = await subscribe();
    await elsewhere.until(() => elsewhere.sources.length === 1);
    await ticks.end();
    await elsewhere.until(() => elsewhere.sockets.size === 0);
    await elsewhere.stop();
  });
});
