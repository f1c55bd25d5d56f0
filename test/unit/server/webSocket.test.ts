import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SocketClient } from './socketClient.js';
import { type Running, start, wordAuthenticator } from './support.js';

let running: Running;

beforeAll(async () => {
  running = await start({
    authenticator: wordAuthenticator({
      reader: { permissions: new Set(['Security.Read']) },
      nobody: { permissions: new Set() },
      brief: { expiresAt: Date.now() + 86_400_000 },
      expired: { expiresAt: Date.now() - 1 },
    }),
  });
});

afterAll(() => running.server.stop());

const reader = { authorization: 'Bearer reader' };
const connect = (payload: object = reader) => new SocketClient(running.wsUrl).acknowledged(payload);
const closeCode = async (client: SocketClient) => (await client.closed).code;

describe('the protocol', () => {
  it('closes the older sub-protocol with 4406', async () => {
    expect(await closeCode(new SocketClient(running.wsUrl, 'graphql-ws'))).toBe(4406);
  });

  it('closes a socket that stays silent with 4408', async () => {
    const impatient = await start({ initWaitMs: 20 });
    expect(await closeCode(new SocketClient(impatient.wsUrl))).toBe(4408);
    await impatient.server.stop();
  });

  it('closes a second ConnectionInit with 4429', async () => {
    const client = await connect();
    client.say({ type: 'connection_init' });
    expect(await closeCode(client)).toBe(4429);
  });

  it('closes an operation before the acknowledgement with 4401', async () => {
    const client = await new SocketClient(running.wsUrl).opened();
    client.subscribe('1', '{ hello }');
    expect(await closeCode(client)).toBe(4401);
  });

  it.each(['not json', '{"type":"unheard"}', '{"type":"subscribe","payload":{"query":"{hello}"}}', '[]'])(
    'closes the malformed message %s with 4400',
    async (message) => {
      const client = await connect();
      client.say(message);
      expect(await closeCode(client)).toBe(4400);
    },
  );

  it('closes a duplicate id with 4409, and lets an id be used again after its end', async () => {
    const client = await connect();
    client.subscribe('1', '{ hello }');
    expect(await client.next()).toEqual({ id: '1', type: 'next', payload: { data: { hello: 'world' } } });
    expect(await client.next()).toEqual({ id: '1', type: 'complete' });
    const listening = once(running.world.events, 'listening');
    client.subscribe('1', 'subscription { ticks }');
    await listening;
    client.subscribe('1', '{ hello }');
    expect(await closeCode(client)).toBe(4409);
  });

  it('answers a ping with its payload and ignores an unasked pong', async () => {
    const client = await connect();
    client.say({ type: 'pong' });
    client.say({ type: 'ping', payload: { n: 1 } });
    expect(await client.next()).toEqual({ type: 'pong', payload: { n: 1 } });
    client.close();
  });

  it('closes a message above the size limit with 1009', async () => {
    const client = await connect();
    client.subscribe('1', `{ hello } # ${'x'.repeat(70_000)}`);
    expect(await closeCode(client)).toBe(1009);
  });
});

describe('callers', () => {
  it.each([{}, { authorization: 'Bearer forged' }, { authorization: 7 }])('closes %j with 4403', async (payload) => {
    const client = await new SocketClient(running.wsUrl).opened();
    client.say({ type: 'connection_init', payload });
    expect(await closeCode(client)).toBe(4403);
  });

  it('takes the token from the header of programs that can set one', async () => {
    const client = await new SocketClient(running.wsUrl, undefined, reader).acknowledged();
    client.subscribe('1', '{ hello }');
    expect(await client.next()).toMatchObject({ payload: { data: { hello: 'world' } } });
    client.close();
  });

  it.each([
    ['who may subscribe learn', reader, { payload: { changeCursor: 'epoch.7' } }],
    ['who may not do not learn', { authorization: 'Bearer nobody' }, {}],
  ])('%s the newest cursor with the acknowledgement', async (_who, payload, told) => {
    const client = await new SocketClient(running.wsUrl).opened();
    client.say({ type: 'connection_init', payload });
    expect(await client.next()).toEqual({ type: 'connection_ack', ...told });
    client.close();
  });

  it('refuses pages of a foreign origin', async () => {
    const foreign = new SocketClient(running.wsUrl, undefined, { origin: 'https://evil.example' });
    expect(await closeCode(foreign)).toBe(1006);
    const allowed = await new SocketClient(running.wsUrl, undefined, { origin: 'https://portal.example' }).acknowledged(
      reader,
    );
    allowed.close();
  });

  it('ends the socket with 4403, which clients answer with a new token, when the token expires', async () => {
    const client = await new SocketClient(running.wsUrl).opened();
    client.say({ type: 'connection_init', payload: { authorization: 'Bearer expired' } });
    expect(await client.closed).toEqual({ code: 4403, reason: 'The access token expired.' });
  });

  it.each([
    ['mutation { close }', reader, 'Security.Triage'],
    ['subscription { ticks }', { authorization: 'Bearer nobody' }, 'Security.Read'],
  ])(
    'refuses %s without its permission as an error message, and keeps the socket',
    async (query, caller, permission) => {
      const client = await connect(caller);
      client.subscribe('1', query);
      expect(await client.next()).toMatchObject({
        id: '1',
        type: 'error',
        payload: [{ extensions: { code: 'FORBIDDEN', permission } }],
      });
      client.subscribe('2', '{ hello }');
      expect(await client.next()).toMatchObject({ id: '2', type: 'next' });
      client.close();
    },
  );
});

describe('operations', () => {
  it('gives queries and mutations one answer, with the errors and extensions of HTTP', async () => {
    const client = await connect({ ...reader, 'x-gateway-cost': '1' });
    client.subscribe('1', '{ metered throttled }');
    const { payload } = await client.next();
    expect(payload.errors[0].extensions).toMatchObject({ code: 'UPSTREAM_THROTTLED', requestId: payload.data.metered });
    expect(payload.extensions.gateway).toMatchObject({ stale: true, upstreamCalls: { GRAPH_SECURITY: 1 } });
    expect(await client.next()).toEqual({ id: '1', type: 'complete' });
    client.close();
  });

  it.each([
    ['{ hello', undefined, 'GRAPHQL_PARSE_FAILED'],
    ['{ unknown }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { unknown }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
    ['query ($n: Int!) { rows(count: $n) { id } }', { n: 'x' }, 'BAD_USER_INPUT'],
    ['subscription ($n: Int) { ticks(only: $n) }', { n: 'x' }, 'BAD_USER_INPUT'],
    ['subscription { refused }', undefined, 'FORBIDDEN'],
  ])('answers %s with an error message of its code', async (query, variables, code) => {
    const client = await connect();
    client.subscribe('1', query, variables);
    expect(await client.next()).toMatchObject({ id: '1', type: 'error', payload: [{ extensions: { code } }] });
    client.close();
  });

  it('executes every event with a context of its own', async () => {
    const client = await connect();
    await subscribed(client, '1');
    running.world.contexts.length = 0;
    running.world.tick('a');
    running.world.tick('b');
    expect(await client.next()).toEqual({
      id: '1',
      type: 'next',
      payload: { data: { ticks: 'a' }, extensions: { gateway: { asOf: '2026-11-21T09:00:00Z' } } },
    });
    expect(await client.next()).toMatchObject({ payload: { data: { ticks: 'b' } } });
    const [first, second] = running.world.contexts;
    expect(first?.scope).not.toBe(second?.scope);
    expect(first?.scope.requestId).not.toBe(second?.scope.requestId);
    client.close();
  });

  it('formats the errors of an event and goes on', async () => {
    const client = await connect();
    await subscribed(client, '1');
    running.world.tick('fail');
    running.world.tick('fine');
    expect(await client.next()).toMatchObject({
      payload: { data: { ticks: null }, errors: [{ extensions: { code: 'UPSTREAM_THROTTLED' } }] },
    });
    expect(await client.next()).toMatchObject({ payload: { data: { ticks: 'fine' } } });
    client.close();
  });

  it('ends a subscription whose source breaks with an error that only the log explains', async () => {
    const client = await connect();
    await subscribed(client, '1');
    running.world.events.emit('error', new Error('journal at /var/lib/secret is gone'));
    const message = await client.next();
    expect(message).toMatchObject({ id: '1', type: 'error', payload: [{ extensions: { code: 'INTERNAL' } }] });
    const [{ extensions }] = message.payload;
    expect(JSON.stringify(message)).not.toContain('secret');
    expect(running.world.logged).toContainEqual({
      message: 'operation failed',
      fields: expect.objectContaining({ requestId: extensions.requestId }),
    });
    client.close();
  });

  it('ends the event source when the client completes, and sends nothing more', async () => {
    const client = await connect();
    await subscribed(client, '1');
    const silent = once(running.world.events, 'silent');
    client.say({ id: '1', type: 'complete' });
    await silent;
    running.world.tick('late');
    client.say({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
    client.close();
  });

  it('ends every event source when the socket drops', async () => {
    const client = await connect();
    await subscribed(client, '1');
    await subscribed(client, '2');
    const before = running.world.listening;
    const firstSilent = once(running.world.events, 'silent');
    client.terminate();
    await firstSilent;
    while (running.world.listening > before - 2) await once(running.world.events, 'silent');
    expect(running.world.listening).toBe(before - 2);
  });

  it('gives up a running query when the client completes it', async () => {
    const client = await connect();
    const aborted = once(running.world.events, 'aborted');
    const started = once(running.world.events, 'slow');
    client.subscribe('1', '{ slow }');
    await started;
    client.say({ id: '1', type: 'complete' });
    await aborted;
    client.close();
  });

  async function subscribed(client: SocketClient, id: string): Promise<void> {
    const listening = once(running.world.events, 'listening');
    client.subscribe(id, 'subscription { ticks }');
    await listening;
  }
});
