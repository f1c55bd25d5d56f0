import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import WebSocket from 'ws';
import { captureLog, findLeaks, findStacks } from '../support/leaks.js';
import { type Stack, startStack } from '../support/startStack.js';
import { SocketClient } from '../unit/server/socketClient.js';

const log = captureLog();
let stack: Stack;
let socketUrl: string;

beforeAll(async () => {
  stack = await startStack({ env: { INTROSPECTION: 'false' }, deps: { logger: log.logger } });
  socketUrl = stack.url.replace('http', 'ws');
});
afterAll(() => stack.stop());

/** Whatever one peer did, the next one gets an answer. */
afterEach(async () => {
  const client = await connect();
  client.subscribe('1', '{ viewer { id } }');
  expect(await client.next()).toEqual({ id: '1', type: 'next', payload: { data: { viewer: { id: 'local' } } } });
  client.close();
  expect(findLeaks(log.text(), stack)).toEqual([]);
});

const connect = () => new SocketClient(socketUrl).acknowledged();

/** How a bare socket ends that speaks whatever it is told to. */
function closeCodeOf(socket: WebSocket, say: () => void = () => undefined): Promise<number> {
  socket.on('error', () => undefined);
  socket.on('open', say);
  return new Promise((resolve) => socket.on('close', resolve));
}

describe('a peer', () => {
  it('that names no sub-protocol is closed with 4406', async () => {
    expect(await closeCodeOf(new WebSocket(socketUrl))).toBe(4406);
  });

  it('that never says ConnectionInit is closed with 4408', async () => {
    expect((await new SocketClient(socketUrl).closed).code).toBe(4408);
  });

  it.each([
    ['an empty message', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['a message without a type', '{"id":"1"}'],
    ['an inherited name as its type', '{"type":"constructor"}'],
    ['an id that is a number', '{"id":1,"type":"subscribe","payload":{"query":"{viewer{id}}"}}'],
    ['an empty id', '{"id":"","type":"subscribe","payload":{"query":"{viewer{id}}"}}'],
    ['no payload', '{"id":"1","type":"subscribe"}'],
    ['a payload that is a text', '{"id":"1","type":"subscribe","payload":"{viewer{id}}"}'],
    ['a query that is a number', '{"id":"1","type":"subscribe","payload":{"query":7}}'],
    ['variables that are a list', '{"id":"1","type":"subscribe","payload":{"query":"{viewer{id}}","variables":[1]}}'],
    ['half a JSON', '{"id":"1","type":"subsc'],
    ['a message of the old protocol', '{"type":"start","id":"1","payload":{"query":"{viewer{id}}"}}'],
  ])('that says %s is closed with 4400', async (_name, message) => {
    const client = await connect();
    client.say(message);
    expect((await client.closed).code).toBe(4400);
  });

  it('that says ConnectionInit with a payload that is no object is closed with 4400', async () => {
    const client = await new SocketClient(socketUrl).opened();
    client.say('{"type":"connection_init","payload":"token"}');
    expect((await client.closed).code).toBe(4400);
  });

  it('that sends more than a megabyte is closed with 1009', async () => {
    const client = await connect();
    client.subscribe('1', `{ viewer { id } } #${'x'.repeat(1024 * 1024)}`);
    expect((await client.closed).code).toBe(1009);
  });

  it('that sends no UTF-8 is closed with 1007', async () => {
    const socket = new WebSocket(socketUrl, 'graphql-transport-ws');
    expect(await closeCodeOf(socket, () => socket.send(Buffer.from([0xff, 0xfe, 0x80]), { binary: false }))).toBe(1007);
  });

  it('that knocks at another address is not let in', async () => {
    expect(await closeCodeOf(new WebSocket(socketUrl.replace('/graphql', '/elsewhere'), 'graphql-transport-ws'))).toBe(
      1006,
    );
  });

  it('that completes what it never began is ignored', async () => {
    const client = await connect();
    client.say({ id: 'nobody', type: 'complete' });
    client.say({ type: 'ping' });
    expect(await client.next()).toEqual({ type: 'pong' });
    client.close();
  });
});

describe('an operation', () => {
  it.each<[string, object, string]>([
    ['with half a selection', { query: '{ alerts { nodes { id }' }, 'GRAPHQL_PARSE_FAILED'],
    ['with an unknown field', { query: '{ alerts { nodes { password } } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['that asks for the schema', { query: '{ __schema { types { name } } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'with a fraction of rows',
      { query: 'query ($n: Int) { alerts(first: $n) { nodes { id } } }', variables: { n: 1.5 } },
      'BAD_USER_INPUT',
    ],
    [
      'without the operation that is named',
      { query: 'query A { viewer { id } }', operationName: 'B' },
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'that subscribes to the unknown',
      { query: 'subscription { alertVanished { cursor } }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'that subscribes with an unknown enum member',
      { query: 'subscription { alertUpdated(filter: { status: { in: [OPEN] } }) { cursor } }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'that subscribes to what cannot be compared',
      { query: 'subscription { alertUpdated(filter: { status: { in: [UNRECOGNIZED] } }) { cursor } }' },
      'BAD_USER_INPUT',
    ],
    [
      'that subscribes with variables of the wrong type',
      {
        query: 'subscription ($f: AlertFilter) { alertUpdated(filter: $f) { cursor } }',
        variables: { f: { status: { in: [7] } } },
      },
      'BAD_USER_INPUT',
    ],
  ])('%s ends in one error message with its code, and the socket stays', async (_name, payload, code) => {
    const client = await connect();
    client.say({ id: '1', type: 'subscribe', payload });
    const message = await client.next();
    expect(message).toMatchObject({
      id: '1',
      type: 'error',
      payload: [{ message: expect.any(String), extensions: { code } }],
    });
    expect([...findLeaks(JSON.stringify(message), stack), ...findStacks(JSON.stringify(message))]).toEqual([]);
    client.subscribe('1', '{ viewer { id } }');
    expect(await client.next()).toMatchObject({ id: '1', type: 'next' });
    expect(await client.next()).toEqual({ id: '1', type: 'complete' });
    expect(client.unread).toBe(0);
    client.close();
  });

  it('whose argument is refused has data beside its error, as over HTTP', async () => {
    const client = await connect();
    client.subscribe('1', '{ viewer { id } alerts(first: 0) { nodes { id } } }');
    expect(await client.next()).toMatchObject({
      type: 'next',
      payload: {
        data: { viewer: { id: 'local' }, alerts: null },
        errors: [{ path: ['alerts'], extensions: { code: 'BAD_USER_INPUT' } }],
      },
    });
    client.close();
  });

  it('is one of many on a socket, each answered under its own id', async () => {
    const client = await connect();
    const ids = Array.from({ length: 40 }, (_, index) => `operation ${index} ✓`);
    for (const id of ids) client.subscribe(id, '{ viewer { id } }');
    const heard: { type: string; id: string }[] = [];
    while (heard.length < 2 * ids.length) heard.push(await client.next());
    const idsOf = (type: string) => heard.filter((message) => message.type === type).map(({ id }) => id);
    expect(new Set(idsOf('next'))).toEqual(new Set(ids));
    expect(new Set(idsOf('complete'))).toEqual(new Set(ids));
    client.close();
  });

  it('does not wait for a peer that reads nothing', async () => {
    const deaf = await connect();
    deaf.pause();
    for (let index = 0; index < 30; index += 1)
      deaf.subscribe(String(index), '{ alerts(first: 100) { nodes { id title description } } }');
    const client = await connect();
    client.subscribe('1', '{ alerts(first: 1) { nodes { id } } }');
    expect(await client.next()).toMatchObject({ type: 'next', payload: { data: { alerts: { nodes: [{}] } } } });
    client.close();
    deaf.terminate();
  });
});

it('a gateway that stops tells its peers with 1001, and finishes', async () => {
  const leaving = await startStack();
  const client = await new SocketClient(leaving.url.replace('http', 'ws')).acknowledged();
  client.subscribe('1', 'subscription { alertUpdated { cursor } }');
  client.say({ type: 'ping' });
  await client.next();
  const stopped = leaving.stop();
  expect((await client.closed).code).toBe(1001);
  await stopped;
});
