import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { type IncomingMessage, request as send } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Clock, systemClock } from '../../../src/time/clock.js';
import { post, type Running, start } from './support.js';

const limit = 256 * 1024;
const path = '/webhooks/microsoft-graph';
/** What a sender has for its body. */
const patienceMs = 3_000;
let isImpatient = false;
/** How long an answer is held back. */
const holdMs = 1_000;
/** Moves the clock, so that answers need not be waited for. */
let skewMs = 0;
/** Set: answers stay held back until it is resolved. */
let holding: Promise<void> | undefined;
const received: string[] = [];
/** Resolves held answers of the receiver; undefined while it answers at once. */
let hold: Promise<void> | undefined;
let running: Running;
let url: string;

const sleep: Clock['sleep'] = async (ms, signal) => {
  if (ms > holdMs) return systemClock.sleep(ms === patienceMs && isImpatient ? 0 : ms, signal);
  await Promise.race([holding, holding && untilAborted(signal)]);
  skewMs += ms;
};
const clock: Clock = { now: () => systemClock.now() + skewMs, sleep };

function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}

beforeAll(async () => {
  const receiver = {
    receive: async (body: string) => {
      received.push(body);
      await hold;
      if (body.includes('forged')) return 'useless' as const;
      return body.startsWith('{') ? ('accepted' as const) : ('malformed' as const);
    },
  };
  running = await start({ webhooks: { path, receiver }, clock });
  url = `${running.server.url}${path}`;
});
afterEach(() => {
  received.length = 0;
  hold = undefined;
  isImpatient = false;
  holding = undefined;
});
afterAll(() => running.server.stop());

const json = { 'content-type': 'application/json; charset=utf-8' };
const notify = (body: string, headers: Record<string, string> = json) => fetch(url, { method: 'POST', headers, body });

/** Sends with plain sockets, so that a refusal can be read while the body is still being sent. */
function open(headers: Record<string, string>): { request: ReturnType<typeof send>; status: Promise<number> } {
  const request = send(url, { method: 'POST', headers: { ...json, ...headers }, agent: false });
  const status = new Promise<number>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response: IncomingMessage) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
  status.catch(() => undefined);
  return { request, status };
}

describe('the handshake', () => {
  const ask = (token: string) => fetch(`${url}?validationToken=${token}`, { method: 'POST' });

  it.each([
    'Validation: Testing client application reachability for subscription Request-Id: 5f0c7e3a',
    'a+b c%2Bd & e=f # ü ☃',
  ])('gives %j back as plain text', async (token) => {
    const answer = await ask(encodeURIComponent(token));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.text()).toBe(token);
  });

  it('takes a plus for a space, as forms do', async () => {
    expect(await (await ask('a+b')).text()).toBe('a b');
  });

  it('leaves nothing that a browser could take for markup', async () => {
    const text = await (await ask(encodeURIComponent('<img src=x onerror="alert(1)">'))).text();
    expect(text).toBe('&#60;img src=x onerror=&#34;alert(1)&#34;&#62;');
  });

  it.each([
    ['too long', 'x'.repeat(1_025)],
    ['twice', 'a&validationToken=b'],
    ['with control characters', 'a%0d%0aset-cookie:b'],
  ])('refuses a token that is %s', async (_name, token) => {
    const answer = await ask(token);
    expect([answer.status, (await answer.text()).includes('validation token')]).toEqual([400, true]);
  });
});

describe('a notification', () => {
  it('is answered 202 without a word', async () => {
    const answer = await notify('{"value":[]}');
    expect([answer.status, await answer.text(), received]).toEqual([202, '', ['{"value":[]}']]);
  });

  it('that is malformed is answered 400', async () => {
    expect((await notify('nonsense')).status).toBe(400);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is not sent by %s', async (method) => {
    const answer = await fetch(url, { method, headers: { origin: 'https://portal.example' } });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each([
    ['no media type', { 'content-type': '' }],
    ['text', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a look-alike', { 'content-type': 'application/jsonp' }],
    ['compressed bytes', { ...json, 'content-encoding': 'gzip' }],
  ])('is refused as %s before its body is read', async (_name, headers) => {
    expect((await notify('{"value":[]}', headers)).status).toBe(415);
    expect(received).toEqual([]);
  });

  it('asks for no principal and tells pages of other origins nothing', async () => {
    const answer = await notify('{}', { ...json, origin: 'https://portal.example' });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([202, null]);
  });
});

describe('a large body', () => {
  it('is taken up to 256 kB', async () => {
    const body = `{${' '.repeat(limit - 2)}}`;
    expect((await notify(body)).status).toBe(202);
    expect(received[0]).toHaveLength(limit);
  });

  it('is refused by its stated length before a byte of it is read', async () => {
    const { request, status } = open({ 'content-length': String(limit + 1) });
    request.flushHeaders();
    expect(await status).toBe(413);
    expect(received).toEqual([]);
    request.destroy();
  });

  it('is cut at the limit when its length is not stated', async () => {
    const { request, status } = open({ 'transfer-encoding': 'chunked' });
    request.write(Buffer.alloc(limit + 1, ' '));
    expect(await status).toBe(413);
    expect(received).toEqual([]);
    request.destroy();
  });
});

describe('a sender that is slow', () => {
  it('is given up after three seconds', async () => {
    isImpatient = true;
    const { request, status } = open({ 'content-length': '100' });
    request.write('{');
    expect(await status).toBe(408);
    request.destroy();
  });

  it('that goes away in the middle leaves its place to others', async () => {
    for (let round = 0; round < 3; round += 1) {
      const sockets = Array.from({ length: 32 }, () => open({ 'content-length': '100' }).request);
      for (const socket of sockets) socket.write('{');
      await Promise.all(sockets.map((socket) => once(socket, 'socket')));
      for (const socket of sockets) socket.destroy();
    }
    let status = 503;
    while (status === 503) ({ status } = await notify('{}'));
    expect(status).toBe(202);
  });
});

describe('more bodies than are taken at once', () => {
  it('are asked to come again later, and the server goes on answering others', async () => {
    let release: () => void = () => undefined;
    hold = new Promise((resolve) => {
      release = resolve;
    });
    const answers = Array.from({ length: 40 }, () => notify('{}'));
    const refused: (string | null)[] = [];
    await new Promise<void>((resolve) => {
      for (const answer of answers) {
        answer.then(
          ({ headers }) => refused.push(headers.get('retry-after')) === 8 && resolve(),
          () => undefined,
        );
      }
    });
    expect(refused).toEqual(Array(8).fill('10'));
    expect((await post(running.url, { query: '{ hello }' })).status).toBe(200);
    release();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(32);
    expect(statuses.filter((status) => status === 503)).toHaveLength(8);
  });
});

describe('a sender that is not believed', () => {
  const request = (body: string) =>
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

  /** Answers are held back until the returned function is called. */
  function holdAll(): () => void {
    let release: () => void = () => undefined;
    holding = new Promise((resolve) => {
      release = resolve;
    });
    return () => release();
  }

  /** A plain connection, and the statuses that came back on it. */
  async function connectTo(port: number) {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
    });
    const statuses = () => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);
    const untilAnswered = async (count: number) => {
      while (statuses().length < count && !socket.destroyed)
        await Promise.race([once(socket, 'data'), once(socket, 'close')]);
      return statuses();
    };
    return { socket, statuses, untilAnswered };
  }
  const untilReceived = async (count: number) => {
    while (received.length < count) await new Promise((resolve) => setImmediate(resolve));
  };

  it.each([
    ['forged', '{"forged":1}', '202'],
    ['malformed', 'nonsense', '400'],
  ])(
    'waits for the answer to what is %s, while genuine notifications and queries are answered',
    async (_name, body, status) => {
      const release = holdAll();
      const { socket, statuses, untilAnswered } = await connectTo(running.server.port);
      socket.write(request(body));
      await untilReceived(1);
      for (let turn = 0; turn < 5; turn += 1) expect((await notify('{}')).status).toBe(202);
      expect((await post(running.url, { query: '{ hello }' })).status).toBe(200);
      expect(statuses()).toEqual([]);
      release();
      expect(await untilAnswered(1)).toEqual([status]);
      socket.destroy();
    },
  );

  it('has one request of a connection judged at a time, and what it sends meanwhile stays with it', async () => {
    const release = holdAll();
    const { socket, untilAnswered } = await connectTo(running.server.port);
    const bytesRead = new Promise<() => number>((resolve) => {
      const onRequest = (channel: unknown) => {
        unsubscribe('http.server.request.start', onRequest);
        const { socket: its } = (channel as { request: IncomingMessage }).request;
        resolve(() => its.bytesRead);
      };
      subscribe('http.server.request.start', onRequest);
    });
    const count = 8_000;
    const body = `{"forged":"${'x'.repeat(2_000)}"}`;
    socket.write(request(body).repeat(count));
    await untilReceived(1);
    for (let turn = 0; turn < 20; turn += 1) expect((await notify('{}')).status).toBe(202);
    expect(received.filter((each) => each.includes('forged'))).toHaveLength(1);
    expect((await bytesRead)()).toBeLessThan(200_000);
    release();
    holding = undefined;
    expect(await untilAnswered(100)).toContain('202');
    expect((await bytesRead)()).toBeLessThan(count * body.length);
    socket.destroy();
  });

  it('gets every answer in turn when it sends a few at once', async () => {
    const { socket, untilAnswered } = await connectTo(running.server.port);
    const bodies = Array.from({ length: 100 }, (_, index) => `{"forged":${index}}`);
    socket.write(bodies.map(request).join(''));
    expect(await untilAnswered(100)).toEqual(Array(100).fill('202'));
    expect(received.filter((each) => bodies.includes(each))).toEqual(bodies);
    socket.write(request('{}'));
    expect((await untilAnswered(101)).at(-1)).toBe('202');
    socket.destroy();
  });

  it('is hung up on when a thousand wait already, and genuine notifications still are answered', async () => {
    const release = holdAll();
    const all = await Promise.all(Array.from({ length: 1_100 }, () => connectTo(running.server.port)));
    const cut = new Promise<void>((resolve) => {
      let closed = 0;
      for (const { socket } of all) socket.once('close', () => ++closed === 100 && resolve());
    });
    for (const { socket } of all) socket.write(request('nonsense'));
    await cut;
    expect(all.filter(({ socket }) => socket.destroyed)).toHaveLength(100);
    expect(all.flatMap(({ statuses }) => statuses())).toEqual([]);
    expect((await notify('{}')).status).toBe(202);
    release();
    const waiting = all.filter(({ socket }) => !socket.destroyed);
    expect((await Promise.all(waiting.map(({ untilAnswered }) => untilAnswered(1)))).flat()).toEqual(
      Array(1_000).fill('400'),
    );
    for (const { socket } of all) socket.destroy();
  });

  it('is answered at once when the gateway stops', async () => {
    holdAll();
    const other = await start({
      webhooks: {
        path,
        receiver: {
          receive: async (body) => {
            received.push(body);
            return 'useless';
          },
        },
      },
      clock,
    });
    const { socket, untilAnswered } = await connectTo(other.server.port);
    socket.write(request('{"forged":1}'));
    await untilReceived(1);
    await other.server.stop();
    expect(await untilAnswered(1)).toEqual(['202']);
    socket.destroy();
  });
});

describe('fifty bodies of 10 MB at once', () => {
  /** Sends until the body is whole or the server ends the connection; returns what was answered and how much was taken. */
  async function pour(head: string): Promise<{ status: string; sentBytes: number }> {
    const socket = connect(running.server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    let answer = '';
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1');
    });
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.write(head);
    const piece = Buffer.from(`10000\r\n${' '.repeat(65_536)}\r\n`);
    for (let sent = 0; sent < 160 && !socket.destroyed && answer === ''; sent += 1) {
      if (!socket.write(piece)) await Promise.race([once(socket, 'drain').catch(() => undefined), closed]);
    }
    await closed;
    return { status: answer.slice(9, 12), sentBytes: socket.bytesWritten };
  }

  it('are cut at 256 kB each, never held and never judged', async () => {
    const bytesRead = countBytesRead();
    const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`;
    const before = process.memoryUsage().arrayBuffers;
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => pour(head)));
    expect(received).toEqual([]);
    for (const { status } of outcomes) expect(['413', '503', '']).toContain(status);
    expect(outcomes.some(({ status }) => status === '413')).toBe(true);
    const perBody = (await bytesRead()) / 50;
    expect(perBody).toBeGreaterThan(0);
    expect(perBody).toBeLessThan(2 * limit);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 1024 * 1024);
  });

  /** Bytes that the server took off its sockets. */
  function countBytesRead(): () => Promise<number> {
    let total = 0;
    let open = 0;
    const onRequest = (channel: unknown) => {
      const { socket } = (channel as { request: IncomingMessage }).request;
      open += 1;
      socket.once('close', () => {
        total += socket.bytesRead;
        open -= 1;
      });
    };
    subscribe('http.server.request.start', onRequest);
    return async () => {
      while (open > 0) await new Promise((resolve) => setImmediate(resolve));
      unsubscribe('http.server.request.start', onRequest);
      return total;
    };
  }
});
