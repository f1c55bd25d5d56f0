import type { Socket } from 'node:net';
import { Agent, buildConnector } from 'undici';
import type { Clock } from '../../../time/clock.js';
import { remoteDefaults } from '../config.js';

/** How long a subgraph has to close a connection in order before it is cut. */
const closingMs = 1_000;

/**
 * The sockets of one stream. They are nobody else's, so that streams neither use up the connections of queries nor stay
 * behind idle; and they are held by hand, because nobody else can cut one whose far end does not answer a WebSocket's close.
 */
export class StreamSockets {
  readonly dispatcher: Agent;
  readonly #clock: Clock;
  readonly #open = new Set<Socket>();
  /** Told when the last one is closed. */
  readonly #onEmpty: (() => void)[] = [];

  constructor(clock: Clock, connectTimeoutMs: number) {
    this.#clock = clock;
    const connect = buildConnector({ timeout: connectTimeoutMs });
    this.dispatcher = new Agent({
      connect: (options, callback) =>
        connect(options, (...[error, socket]) => {
          if (error !== null) return callback(error, null);
          this.#hold(socket);
          return callback(null, socket);
        }),
      // Nothing of ours follows on the same connection.
      pipelining: 0,
      // Events may be hours apart; the start of a stream has a timer of its own.
      bodyTimeout: 0,
      headersTimeout: 0,
      webSocket: { maxPayloadSize: remoteDefaults.maxBodyBytes },
      allowH2: false,
    });
  }

  /** Resolves when all sockets are closed: by the far end within a moment, or else by us. */
  async close(): Promise<void> {
    const closed = new AbortController();
    const patience = this.#clock.sleep(closingMs, closed.signal).catch(() => undefined);
    await Promise.race([this.#empty(), patience]);
    closed.abort();
    for (const socket of this.#open) socket.destroy();
    await this.dispatcher.destroy();
    await this.#empty();
  }

  async #empty(): Promise<void> {
    if (this.#open.size > 0) await new Promise<void>((resolve) => this.#onEmpty.push(resolve));
  }

  #hold(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      if (this.#open.size === 0) for (const resolve of this.#onEmpty.splice(0)) resolve();
    });
  }
}
