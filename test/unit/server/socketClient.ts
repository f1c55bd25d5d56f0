import { once } from 'node:events';
import WebSocket from 'ws';

/** A bare `graphql-transport-ws` peer that may say anything; keeps what it hears in order. */
export class SocketClient {
  readonly #socket: WebSocket;
  readonly #heard: unknown[] = [];
  #wake: (() => void) | undefined;
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(url: string, protocol = 'graphql-transport-ws', headers: Record<string, string> = {}) {
    this.#socket = new WebSocket(url, protocol, { headers });
    this.#socket.on('error', () => undefined);
    this.#socket.on('message', (data) => {
      this.#heard.push(JSON.parse(String(data)));
      this.#wake?.();
    });
    this.closed = new Promise((resolve) => {
      this.#socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  async opened(): Promise<this> {
    if (this.#socket.readyState !== WebSocket.OPEN) await once(this.#socket, 'open');
    return this;
  }

  /** Opens, sends ConnectionInit and waits for the acknowledgement. */
  async acknowledged(payload?: object): Promise<this> {
    await this.opened();
    this.say({ type: 'connection_init', ...(payload === undefined ? {} : { payload }) });
    await this.next();
    return this;
  }

  say(message: object | string): void {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables?: object): void {
    this.say({ id, type: 'subscribe', payload: { query, ...(variables === undefined ? {} : { variables }) } });
  }

  /** The next message, whenever it comes. */
  // biome-ignore lint/suspicious/noExplicitAny: messages have many shapes
  async next(): Promise<any> {
    while (this.#heard.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#heard.shift();
  }

  get unread(): number {
    return this.#heard.length;
  }

  /** Reads nothing more. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.close(1000);
  }

  /** Drops the connection without a word. */
  terminate(): void {
    this.#socket.terminate();
  }
}
