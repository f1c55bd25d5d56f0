import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-sse';
import { EventSource } from 'undici';
import { createOpenAuthenticator } from '../../../src/auth/createAuthenticator.js';
import { type Clock, systemClock } from '../../../src/time/clock.js';
import { type LiveServer, type LiveServerOptions, startLiveServer } from '../../support/liveServer.js';
import { SocketClient } from './socketClient.js';

const query = `subscription Watch($filter: AlertFilter, $after: String) {
  alertUpdated(filter: $filter, after: $after) { cursor change matchesFilter alertId alert { id title } } }`;

let live: LiveServer;
const opened: SocketClient[] = [];
const streams: AbortController[] = [];
afterEach(async () => {
  for (const client of opened.splice(0)) client.terminate();
  for (const stream of streams.splice(0)) stream.abort();
  await live.stop();
  await untilFollowed((count) => count === 0);
});

async function startLive(options: LiveServerOptions = {}): Promise<LiveServer> {
  live = await startLiveServer(options);
  return live;
}

async function connect(): Promise<SocketClient> {
  const client = await new SocketClient(live.wsUrl).acknowledged();
  opened.push(client);
  return client;
}

/** Resolves when the number of subscriptions that follow the journal passes. */
async function untilFollowed(passes: (count: number) => boolean): Promise<void> {
  while (!passes(live.journal.changes.followerCount())) await new Promise((resolve) => setImmediate(resolve));
}

/** A subscription of its own socket that follows the journal. */
async function watch(variables: object = {}, text = query): Promise<SocketClient> {
  const client = await connect();
  const before = live.journal.changes.followerCount();
  client.subscribe('1', text, variables);
  await untilFollowed((count) => count > before);
  return client;
}

/** Makes an event so large that a connection nobody reads is soon full. */
const title = 'x'.repeat(100_000);

const eventOf = async (client: SocketClient) => (await client.next()).payload.data.alertUpdated;

describe('identical subscriptions', () => {
  it('execute once per event, wherever each of them began', async () => {
    await startLive();
    const after = await live.journal.tell('alert', 'old');
    const client = await connect();
    for (let n = 0; n < 1_000; n += 1) client.subscribe(`${n}`, query, n % 2 === 0 ? {} : { after });
    await untilFollowed((count) => count === 1_000);
    const cursor = await live.journal.tell('alert', 'one');
    const seen = new Set<string>();
    for (let n = 0; n < 1_000; n += 1) {
      const message = await client.next();
      expect(message.payload.data.alertUpdated.cursor).toBe(cursor);
      seen.add(message.id);
    }
    expect(seen.size).toBe(1_000);
    expect(await live.metric('graphql_subscription_events_total{outcome="executed"}')).toBe(1);
    expect(await live.metric('graphql_subscription_events_total{outcome="shared"}')).toBe(999);
  });

  it('differ in their filter, and then each is executed', async () => {
    await startLive();
    const all = await watch();
    const high = await watch({ filter: { severity: { in: ['HIGH'] } } });
    const cursor = await live.journal.tell('alert', 'one', { severity: 'HIGH' });
    expect([(await eventOf(all)).cursor, (await eventOf(high)).cursor]).toEqual([cursor, cursor]);
    expect(await live.metric('graphql_subscription_events_total{outcome="executed"}')).toBe(2);
  });

  it('keep their own end: one that leaves takes nothing from the others', async () => {
    await startLive();
    const [leaver, stayer] = [await watch(), await watch()];
    leaver.say({ id: '1', type: 'complete' });
    leaver.say({ type: 'ping' });
    await leaver.next();
    const cursor = await live.journal.tell('alert', 'one');
    expect((await eventOf(stayer)).cursor).toBe(cursor);
    expect(leaver.unread).toBe(0);
  });
});

describe('the answer to an event', () => {
  const joined = `subscription { alertUpdated { alert { id incident { id displayName } users { id } } } }`;
  const incident = { id: '12', displayName: 'Attack', status: 'active' };
  const upstream = { '/v1.0/security/incidents/12': incident };

  it('never calls an upstream: what is not held is null with UPSTREAM_THROTTLED at its path', async () => {
    await startLive({ upstream });
    const client = await watch({}, joined);
    await live.journal.tell('alert', 'one', { incidentId: '12' });
    const { payload } = await client.next();
    expect(payload.data.alertUpdated.alert).toEqual({ id: 'one', incident: null, users: [] });
    expect(payload.errors).toEqual([
      expect.objectContaining({
        path: ['alertUpdated', 'alert', 'incident'],
        extensions: expect.objectContaining({ code: 'UPSTREAM_THROTTLED', upstream: 'GRAPH_SECURITY' }),
      }),
    ]);
    expect(live.requests).toEqual([]);
  });

  it('joins what the cache holds', async () => {
    await startLive({ upstream });
    const client = await watch({}, joined);
    client.subscribe('2', '{ incident(id: "12") { id } }');
    expect((await client.next()).payload.data.incident).toEqual({ id: '12' });
    expect(await client.next()).toMatchObject({ id: '2', type: 'complete' });
    await live.journal.tell('alert', 'one', { incidentId: '12' });
    const { payload } = await client.next();
    expect(payload.errors).toBeUndefined();
    expect(payload.data.alertUpdated.alert.incident).toEqual({ id: '12', displayName: 'Attack' });
    expect(live.requests).toHaveLength(1);
  });
});

describe('over a WebSocket', () => {
  it('a client learns at once with which cursor it can resume, and misses nothing in between', async () => {
    await startLive();
    const before = await live.journal.tell('alert', 'old');
    const client = await new SocketClient(live.wsUrl).opened();
    opened.push(client);
    client.say({ type: 'connection_init' });
    const { type, payload } = await client.next();
    expect({ type, payload }).toEqual({ type: 'connection_ack', payload: { changeCursor: before } });
    const missed = await live.journal.tell('alert', 'between');
    client.subscribe('1', query, { after: payload.changeCursor });
    expect((await eventOf(client)).cursor).toBe(missed);
  });

  it('replays, then goes on live, each change once and in order', async () => {
    await startLive();
    const after = await live.journal.tell('alert', 'zero');
    const told: string[] = [];
    for (let n = 0; n < 200; n += 1) told.push(await live.journal.tell('alert', `a${n % 7}`));
    const client = await connect();
    client.subscribe('1', query, { after });
    const first = await eventOf(client);
    for (let n = 0; n < 200; n += 1) told.push(await live.journal.tell('alert', `b${n % 7}`));
    const seen = [first.cursor];
    while (seen.length < told.length) seen.push((await eventOf(client)).cursor);
    expect(seen).toEqual(told);
  });

  it('a cursor that is none is refused with BAD_USER_INPUT, and one of another journal begins with RESYNC', async () => {
    await startLive();
    const client = await connect();
    client.subscribe('1', query, { after: 'soon' });
    expect(await client.next()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'BAD_USER_INPUT', argument: 'after' } }],
    });
    client.subscribe('2', query, { after: 'elsewhere.9' });
    expect(await eventOf(client)).toMatchObject({ change: 'RESYNC', alert: null, alertId: null });
    const cursor = await live.journal.tell('alert', 'one');
    expect(await eventOf(client)).toMatchObject({ change: 'CREATED', cursor });
  });

  it('a client that does not read is not fed, gets one RESYNC when it reads again, and holds up nobody', async () => {
    await startLive({ recent: { maxEntries: 20, maxBytes: 64 * 1024 * 1024 } });
    const [deaf, listener] = [await watch(), await watch({ filter: { assignedTo: { isNull: true } } })];
    deaf.pause();
    const told: string[] = [];
    for (let n = 0; n < 400; n += 1) {
      told.push(await live.journal.tell('alert', `a${n}`, { title: `${n} ${title}` }));
      expect((await eventOf(listener)).cursor).toBe(told.at(-1));
    }
    deaf.resume();
    const seen = [];
    for (;;) {
      const event = await eventOf(deaf);
      seen.push(event);
      if (event.change === 'RESYNC') break;
    }
    expect(seen.length).toBeLessThan(300);
    expect(seen.slice(0, -1).map(({ cursor }) => cursor)).toEqual(told.slice(0, seen.length - 1));
    const next = await live.journal.tell('alert', 'after');
    while (seen.at(-1)?.cursor !== next) seen.push(await eventOf(deaf));
    expect(seen.filter(({ change }) => change === 'RESYNC')).toHaveLength(1);
  });

  it('a client that reads nothing for too long is closed, and may come back with its cursor', async () => {
    const stalledAfterMs = 50;
    let isStalled = false;
    const sleep: Clock['sleep'] = async (delayMs, signal) => {
      await systemClock.sleep(delayMs, signal);
      isStalled ||= delayMs === stalledAfterMs;
    };
    await startLive({ server: { stalledAfterMs, keepAliveMs: 60_000, clock: { ...systemClock, sleep } } });
    const [deaf, listener] = [await watch(), await watch()];
    const first = await live.journal.tell('alert', 'first');
    expect((await eventOf(deaf)).cursor).toBe(first);
    deaf.pause();
    for (let n = 0; !isStalled; n += 1) {
      await live.journal.tell('alert', `a${n}`, { title: `${n} ${title}` });
      while ((await eventOf(listener)).alertId !== `a${n}`);
    }
    deaf.resume();
    expect((await deaf.closed).code).toBe(1013);
    await untilFollowed((count) => count === 1);
    const back = await watch({ after: first });
    expect((await eventOf(back)).alertId).toBe('a0');
  });
});

/** The raw stream of one subscription. */
async function stream(variables: object = {}, headers: Record<string, string> = {}) {
  const controller = new AbortController();
  streams.push(controller);
  const response = await fetch(`${live.url}/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query: query.replace('cursor ', ''), variables }),
    signal: controller.signal,
  });
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  /** The next block that is no heartbeat. */
  const block = async (): Promise<{ id?: string; event?: string; data?: any }> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end === -1) {
        const { value, done } = await reader.read();
        if (done) throw new Error('The stream ended.');
        text += value;
        continue;
      }
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      if (lines.join('') === ':') continue;
      const fields = Object.fromEntries(lines.map((line) => line.split(/: ?(.*)/s) as [string, string]));
      return { ...fields, ...(fields.data ? { data: JSON.parse(fields.data) } : {}) };
    }
  };
  return { block, stop: () => controller.abort() };
}

describe('over server-sent events', () => {
  it('tells where it begins, and every event carries its cursor as id although the client did not select it', async () => {
    await startLive();
    const before = await live.journal.tell('alert', 'old');
    const { block } = await stream();
    expect(await block()).toEqual({ id: before });
    const cursor = await live.journal.tell('alert', 'one');
    expect(await block()).toMatchObject({
      id: cursor,
      event: 'next',
      data: { data: { alertUpdated: { alertId: 'one' } } },
    });
  });

  it('goes on behind Last-Event-ID, which goes before `after`', async () => {
    await startLive();
    const first = await live.journal.tell('alert', 'one');
    const second = await live.journal.tell('alert', 'two');
    const third = await live.journal.tell('alert', 'three');
    const { block } = await stream({ after: first }, { 'last-event-id': second });
    expect(await block()).toEqual({ id: second });
    expect(await block()).toMatchObject({ id: third, data: { data: { alertUpdated: { alertId: 'three' } } } });
    const live4 = await live.journal.tell('alert', 'four');
    expect(await block()).toMatchObject({ id: live4 });
  });

  it('begins behind `after` when there is no Last-Event-ID', async () => {
    await startLive();
    const first = await live.journal.tell('alert', 'one');
    const second = await live.journal.tell('alert', 'two');
    const { block } = await stream({ after: first });
    expect([await block(), await block()]).toMatchObject([{ id: first }, { id: second }]);
  });

  it('answers a Last-Event-ID of another journal with RESYNC, and one that is none with BAD_USER_INPUT', async () => {
    await startLive();
    const foreign = await stream({}, { 'last-event-id': 'elsewhere.4' });
    expect(await foreign.block()).toEqual({ id: 'elsewhere.4' });
    expect(await foreign.block()).toMatchObject({
      id: live.journal.changes.cursor(),
      data: { data: { alertUpdated: { change: 'RESYNC' } } },
    });
    const wrong = await stream({}, { 'last-event-id': 'not a cursor' });
    expect(await wrong.block()).toMatchObject({
      event: 'next',
      data: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    });
    expect(await wrong.block()).toMatchObject({ event: 'complete' });
  });

  it('gives answers to queries no id', async () => {
    await startLive();
    const response = await fetch(`${live.url}/stream?query=${encodeURIComponent('{ viewer { id } }')}`);
    expect(await response.text()).not.toContain('id: ');
  });

  it('is understood by the graphql-sse client', async () => {
    await startLive();
    const client = createClient({ url: `${live.url}/stream`, retryAttempts: 0 });
    const events = client.iterate({ query });
    const first = events.next();
    await untilFollowed((count) => count === 1);
    await live.journal.tell('alert', 'one');
    await live.journal.tell('alert', 'two');
    const seen = [await first, await events.next()].map(({ value }) => value.data.alertUpdated.alertId);
    expect(seen).toEqual(['one', 'two']);
    await events.return?.();
    client.dispose();
  });

  it('is resumed by an EventSource by itself, also when nothing had happened yet', async () => {
    const principal = await createOpenAuthenticator('local').authenticate(undefined);
    const authenticate = async () => ({ ...principal, expiresAt: Date.now() + 250 });
    await startLive({ server: { authenticator: { authenticate } } });
    const source = new EventSource(`${live.url}/stream?query=${encodeURIComponent(query)}`);
    const seen: string[] = [];
    const heard = new EventEmitter();
    source.addEventListener('next', (event) => {
      const { lastEventId } = event as MessageEvent;
      seen.push(lastEventId);
      heard.emit(lastEventId);
    });
    await untilFollowed((count) => count === 1);
    await untilFollowed((count) => count === 0);
    const missed = await live.journal.tell('alert', 'one');
    await once(heard, missed);
    expect(seen).toEqual([missed]);
    source.close();
  });

  it('is ended for a client that reads nothing for too long', async () => {
    await startLive({ server: { stalledAfterMs: 50 } });
    const listener = await watch();
    const deaf = request(`${live.url}/stream?query=${encodeURIComponent(query)}`, {
      headers: { accept: 'text/event-stream' },
    });
    deaf.on('error', () => undefined).end();
    const [response] = await once(deaf, 'response');
    response.on('error', () => undefined).pause();
    await untilFollowed((count) => count === 2);
    for (let n = 0; live.journal.changes.followerCount() === 2; n += 1) {
      await live.journal.tell('alert', `a${n}`, { title: `${n} ${title}` });
      while ((await eventOf(listener)).alertId !== `a${n}`);
    }
    deaf.destroy();
  });
});
