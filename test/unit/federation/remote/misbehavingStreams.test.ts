import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type WebSocket, WebSocketServer } from 'ws';
import { createRemoteSubgraph, type RemoteSubgraph } from '../../../../src/federation/remote/createRemoteSubgraph.js';
import type { SubgraphError } from '../../../../src/federation/SubgraphError.js';
import { buildHastyClock, type HastyClock } from '../../../support/hastyClock.js';
import { type Reply, ScriptedServer } from '../../upstream/support/scriptedServer.js';
import { contextOf, failureOf, RecordedLog, secret } from './support/harness.js';

let clock: HastyClock;
let log: RecordedLog;
let subgraph: RemoteSubgraph;

function connect(subscriptions: 'sse' | 'ws', root: string): void {
  clock = buildHastyClock(1);
  log = new RecordedLog();
  const config = { name: 'cmdb', url: `${root}/${secret}`, headers: { authorization: secret }, subscriptions };
  subgraph = createRemoteSubgraph(config, { clock, logger: log.logger, random: () => 0 });
}

/** The first event, or what keeps it from coming. */
async function firstEvent(): Promise<unknown> {
  const context = contextOf(clock, { leftMs: 1_000_000 });
  const request = { kind: 'subscription' as const, operation: 'subscription { tick }', variables: {}, context };
  const events = await subgraph.subscribe(request);
  const { value } = await events[Symbol.asyncIterator]().next();
  return value;
}

/** Neither what a client sees, nor what was logged, tells more than the name of the subgraph. */
function expectNoLeak({ message, logFields, cause }: SubgraphError): void {
  const text = JSON.stringify([message, logFields, String(cause), log.lines]);
  for (const word of [secret, '127.0.0.1', 'html']) expect(text).not.toContain(word);
}

const events = { 'content-type': 'text/event-stream' };

describe('a subgraph that is asked for server-sent events', () => {
  let server: ScriptedServer;
  beforeEach(async () => {
    server = await ScriptedServer.start();
    connect('sse', server.url);
  });
  afterEach(async () => {
    await subgraph.stop();
    await server.stop();
  });

  it.each([
    ['HTML', { text: `<html>${secret}`, headers: { 'content-type': 'text/html' } }, 'UPSTREAM_BAD_RESPONSE'],
    ['a redirect', { status: 307, headers: { location: `/${secret}` } }, 'UPSTREAM_BAD_RESPONSE'],
    ['401', { status: 401, text: secret }, 'UPSTREAM_FORBIDDEN'],
    ['406', { status: 406, text: secret }, 'UPSTREAM_BAD_RESPONSE'],
    ['429', { status: 429, headers: { 'retry-after': '3' } }, 'UPSTREAM_THROTTLED'],
    ['502', { status: 502, headers: events }, 'UPSTREAM_UNAVAILABLE'],
    ['10 MB', { text: secret.padEnd(10 * 1024 * 1024) }, 'UPSTREAM_BAD_RESPONSE'],
    [
      'an event that is not JSON',
      { text: `event: next\ndata: {${secret}\n\n`, headers: events },
      'UPSTREAM_BAD_RESPONSE',
    ],
    [
      'an event of no answer',
      { text: `event: next\ndata: ["${secret}"]\n\n`, headers: events },
      'UPSTREAM_BAD_RESPONSE',
    ],
    ['an unknown event', { text: `event: ${secret}\ndata: {}\n\n`, headers: events }, 'UPSTREAM_BAD_RESPONSE'],
    [
      'an event of 10 MB',
      { text: `event: next\ndata: "${secret.padEnd(10 * 1024 * 1024)}"\n\n`, headers: events },
      'UPSTREAM_BAD_RESPONSE',
    ],
    ['the end before the end', { text: ': hello\n\n', headers: events }, 'UPSTREAM_UNAVAILABLE'],
  ] satisfies [string, Reply, string][])(
    'and answers %s gives a code, and nothing else',
    async (_name, reply, code) => {
      server.script(reply);
      const error = await failureOf(firstEvent());
      expect(error).toMatchObject({ code, extensions: { subgraph: 'cmdb' } });
      expectNoLeak(error);
      expect(log.lines.map((line) => JSON.parse(line))).toMatchObject([{ code, subgraph: 'cmdb' }]);
      expect(server.seen).toHaveLength(1);
    },
  );

  it('and answers like to a query is taken at its word', async () => {
    server.script({ status: 400, json: { errors: [{ message: 'x', extensions: { code: 'NO_STREAMS' } }] } });
    expect(await firstEvent()).toMatchObject({
      data: null,
      faults: [{ error: { details: { subgraphCode: 'NO_STREAMS' } } }],
    });
  });

  it('and says nothing is not waited for longer than an attempt may take', async () => {
    server.script(() => undefined);
    const failure = failureOf(firstEvent());
    await server.until(1);
    clock.advance(10_000);
    expect(await failure).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  it('and sends long events in pieces is heard to the end', async () => {
    const data = { text: 'ä'.repeat(1_000_000) };
    server.script((_request, response) => {
      response.writeHead(200, events);
      const bytes = Buffer.from(`: hello\r\n\r\nevent: next\r\ndata: ${JSON.stringify({ data })}\r\n\r\n`);
      for (let at = 0; at < bytes.length; at += 99_999) response.write(bytes.subarray(at, at + 99_999));
      response.end('event: complete\ndata:\n\n');
    });
    expect(await firstEvent()).toEqual({ data, faults: [] });
  });
});

describe('a subgraph that is asked over a WebSocket', () => {
  let http: Server;
  let sockets: WebSocketServer;
  let onMessage: (message: { type: string; id?: string }, socket: WebSocket) => void;
  let closed: Promise<unknown>;

  beforeEach(async () => {
    http = createServer();
    sockets = new WebSocketServer({ noServer: true });
    http.on('upgrade', (request: IncomingMessage, raw, head) => {
      closed = new Promise((resolve) => raw.once('close', resolve));
      sockets.handleUpgrade(request, raw, head, (socket) => {
        socket.on('error', () => undefined);
        socket.on('message', (bytes) => onMessage(JSON.parse(String(bytes)), socket));
      });
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    connect('ws', `http://127.0.0.1:${(http.address() as AddressInfo).port}`);
  });
  afterEach(async () => {
    await subgraph.stop();
    await closed;
    await new Promise((resolve) => http.close(resolve));
  });

  const acknowledge = (socket: WebSocket) => socket.send('{"type":"connection_ack"}');

  it.each([
    ['no JSON', (_id: string) => `{${secret}`, 'UPSTREAM_BAD_RESPONSE'],
    [
      'an answer that is none',
      (id: string) => JSON.stringify({ type: 'next', id, payload: { data: secret } }),
      'UPSTREAM_BAD_RESPONSE',
    ],
    ['a message of no type', (id: string) => JSON.stringify({ type: secret, id }), 'UPSTREAM_BAD_RESPONSE'],
    [
      '10 MB',
      (id: string) => JSON.stringify({ type: 'next', id, payload: { data: { a: 'a'.repeat(10 * 1024 * 1024) } } }),
      'UPSTREAM_UNAVAILABLE',
    ],
  ])('and sends %s gives a code, and nothing else', async (_name, messageFor, code) => {
    onMessage = ({ type, id }, socket) => {
      if (type === 'connection_init') acknowledge(socket);
      if (type === 'subscribe') socket.send(messageFor(id ?? ''));
    };
    const error = await failureOf(firstEvent());
    expect(error).toMatchObject({ code, extensions: { subgraph: 'cmdb' } });
    expectNoLeak(error);
  });

  it('and refuses the upgrade is unavailable', async () => {
    http.removeAllListeners('upgrade');
    http.on('upgrade', (_request, raw) => {
      closed = new Promise((resolve) => raw.once('close', resolve));
      raw.end(`HTTP/1.1 503 ${secret}\r\ncontent-length: 0\r\n\r\n`);
    });
    const error = await failureOf(firstEvent());
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expectNoLeak(error);
  });

  it('and does not acknowledge the connection is not waited for longer than an attempt may take', async () => {
    const asked = new Promise<void>((resolve) => {
      onMessage = () => resolve();
    });
    const failure = failureOf(firstEvent());
    await asked;
    clock.advance(10_000);
    expect(await failure).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await closed;
  });

  it('is given up when it falls silent, and not while it answers our pings', async () => {
    let pings = 0;
    const silent = new Promise<void>((resolve) => {
      onMessage = ({ type }, socket) => {
        if (type === 'connection_init') acknowledge(socket);
        if (type === 'subscribe') clock.advance(30_000);
        if (type !== 'ping') return;
        pings += 1;
        if (pings > 1) return resolve();
        socket.send('{"type":"pong"}');
        // Comes back when our pong was read, so that the next wait has begun.
        socket.once('pong', () => clock.advance(30_000));
        socket.ping();
      };
    });
    const failure = failureOf(firstEvent());
    await silent;
    clock.advance(10_000);
    expect(await failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(pings).toBe(2);
  });

  it('and does not answer our close is cut off', async () => {
    const subscribed = new Promise<WebSocket>((resolve) => {
      onMessage = ({ type }, socket) => (type === 'connection_init' ? acknowledge(socket) : resolve(socket));
    });
    const failure = failureOf(firstEvent());
    // Reads nothing any more, so that our close is not seen.
    (await subscribed).pause();
    const stopping = subgraph.stop();
    expect(await failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    clock.advance(1_000);
    await stopping;
    for (const socket of sockets.clients) socket.resume();
    await closed;
  });
});
