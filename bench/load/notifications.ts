import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../support/monotonicMs.js';
import { receiveJob, report } from './job.js';
import { countStatuses, type Statuses } from './responses.js';

export interface NotificationsJob {
  readonly port: number;
  readonly path: string;
  /** One for each connection, in turn. */
  readonly bodies: readonly string[];
  readonly perSecond: number;
  /** Connections that requests follow each other on; `fresh`: each request comes on one of its own. */
  readonly connections: number | 'fresh';
  readonly seconds: number;
}

export interface AttackReport {
  readonly seconds: number;
  readonly sent: number;
  readonly statuses: Statuses;
}

/** Requests that a connection may have on their way; past that the receiver sets the pace. */
const depth = 20;
/** Connections of one request each that may be open; past that the receiver sets the pace. */
const mostFresh = 5_000;
const tickMs = 5;
/** What is behind the plan by more than this is not made up for. */
const mostBehindMs = 100;

/** Writes requests as bytes that were made once, so that making them takes as little of the processor as can be. */
async function run({ port, path, bodies, perSecond, connections, seconds }: NotificationsJob): Promise<void> {
  const statuses: Statuses = {};
  const requests = bodies.map((body) => toRequest(path, body));
  const requestOf = (index: number) => requests[index % requests.length] ?? Buffer.alloc(0);
  const senders: readonly Sender[] =
    connections === 'fresh'
      ? [new FreshSender(port, requestOf(0), statuses)]
      : Array.from({ length: connections }, (_, index) => new LastingSender(port, requestOf(index), statuses));
  const startMs = monotonicMs();
  const endMs = startMs + seconds * 1_000;
  let sent = 0;
  let due = 0;
  for (let nowMs = startMs, beforeMs = startMs; nowMs < endMs; beforeMs = nowMs, nowMs = monotonicMs()) {
    due = Math.min(due + ((nowMs - beforeMs) * perSecond) / 1_000, (mostBehindMs * perSecond) / 1_000);
    for (const sender of senders) {
      const count = Math.min(Math.floor(due), sender.free());
      sender.send(count);
      due -= count;
      sent += count;
    }
    await sleep(tickMs);
  }
  for (const sender of senders) sender.close();
  const found: AttackReport = { seconds: (monotonicMs() - startMs) / 1_000, sent, statuses };
  report(found);
}

interface Sender {
  /** Requests that may follow now. */
  free(): number;
  send(count: number): void;
  close(): void;
}

/** A connection for each request. */
class FreshSender implements Sender {
  readonly #open = new Set<Socket>();

  constructor(
    private readonly port: number,
    private readonly request: Buffer,
    private readonly statuses: Statuses,
  ) {}

  free(): number {
    return mostFresh - this.#open.size;
  }

  send(count: number): void {
    for (let sent = 0; sent < count; sent += 1) this.#sendOne();
  }

  close(): void {
    for (const socket of this.#open) socket.destroy();
  }

  #sendOne(): void {
    const count = countStatuses(this.statuses);
    const socket = connect(this.port, '127.0.0.1');
    this.#open.add(socket);
    socket.on('data', (piece) => {
      if (count(piece) > 0) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => this.#open.delete(socket));
    socket.write(this.request);
  }
}

/** One connection, made again whenever the receiver closes it. */
class LastingSender implements Sender {
  #socket: Socket;
  #onTheWay = 0;
  #isClosed = false;

  constructor(
    private readonly port: number,
    private readonly request: Buffer,
    private readonly statuses: Statuses,
  ) {
    this.#socket = this.#connect();
  }

  free(): number {
    return depth - this.#onTheWay;
  }

  send(count: number): void {
    if (count === 0) return;
    this.#onTheWay += count;
    this.#socket.write(Buffer.concat(Array<Buffer>(count).fill(this.request)));
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #connect(): Socket {
    const count = countStatuses(this.statuses);
    this.#onTheWay = 0;
    const socket = connect(this.port, '127.0.0.1');
    socket.on('data', (piece) => {
      this.#onTheWay -= count(piece);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (!this.#isClosed) this.#socket = this.#connect();
    });
    return socket;
  }
}

function toRequest(path: string, body: string): Buffer {
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}

await run(await receiveJob<NotificationsJob>());
