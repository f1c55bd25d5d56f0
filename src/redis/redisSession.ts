import { isIP } from 'node:net';
import { createClient } from '@redis/client';
import type { Clock } from '../time/clock.js';
import { judge, RedisUnavailableError, reasonOf } from './redisErrors.js';

/** What a command answers: text, whole numbers, nothing, or lists of these. */
export type RedisReply = string | number | null | readonly RedisReply[];

export interface SessionOptions {
  /** `redis://` or `rediss://`; may hold a password. */
  readonly url: string;
  readonly clock: Clock;
  /** Milliseconds until a connection has to stand. */
  readonly connectTimeoutMs: number;
  /** Milliseconds until a command has to be answered. */
  readonly commandTimeoutMs: number;
}

type Client = ReturnType<typeof createClient>;

/**
 * One connection, from its opening to its loss; it never comes back. The library's own reconnecting is off: with its
 * offline queue disabled it forgets subscriptions, and a command that was sent and is never answered would wait for ever.
 * Here an unanswered command ends the connection, because nothing behind it would be answered either.
 */
export class RedisSession {
  readonly #client: Client;
  readonly #options: SessionOptions;
  readonly #lost = new AbortController();

  private constructor(client: Client, options: SessionOptions) {
    this.#client = client;
    this.#options = options;
    client.on('error', (error) => this.end(reasonOf(error)));
  }

  /** @throws {RedisUnavailableError} when no connection stands in time. */
  static async open(options: SessionOptions): Promise<RedisSession> {
    const session = new RedisSession(createRawClient(options), options);
    // The library leaks a socket that connects after it was told to stop, so its own time limit for that ends first.
    const limitMs = options.connectTimeoutMs + options.commandTimeoutMs;
    await session.#answerOf(session.#client.connect(), limitMs);
    return session;
  }

  /** Aborted when the connection is lost or ended; its reason is a {@link RedisUnavailableError}. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * @throws {RedisUnavailableError} when the command was not taken, or was not answered and may have been carried out.
   * @throws {ErrorReply} when Redis refused the command itself.
   */
  async send(args: readonly string[]): Promise<RedisReply> {
    this.#lost.signal.throwIfAborted();
    return this.#answerOf(this.#client.sendCommand<RedisReply>([...args]), this.#options.commandTimeoutMs);
  }

  async subscribe(channels: readonly string[], listener: (channel: string) => void): Promise<void> {
    this.#lost.signal.throwIfAborted();
    const subscribed = this.#client.subscribe([...channels], (_message, channel) => listener(channel));
    await this.#answerOf(subscribed, this.#options.commandTimeoutMs);
  }

  /** Drops the connection at once; what waits for an answer is rejected. */
  end(reason: string): void {
    if (this.#lost.signal.aborted) return;
    this.#lost.abort(new RedisUnavailableError(reason));
    if (this.#client.isOpen) this.#client.destroy();
  }

  async #answerOf<T>(answer: Promise<T>, limitMs: number): Promise<T> {
    const answered = new AbortController();
    const tooLate = this.#options.clock.sleep(limitMs, answered.signal).then(() => {
      throw new RedisUnavailableError('TIMEOUT');
    });
    try {
      return await Promise.race([answer, tooLate]);
    } catch (error) {
      throw this.#judged(error);
    } finally {
      answered.abort();
      tooLate.catch(() => undefined);
      answer.catch(() => undefined);
    }
  }

  #judged(error: unknown): unknown {
    const verdict = judge(error);
    if (verdict === 'refused') return error;
    if (verdict === 'passing') return new RedisUnavailableError(reasonOf(error));
    this.end(reasonOf(error));
    return this.#lost.signal.reason;
  }
}

/** The library types a client by its exact options; all of ours are used alike. */
function createRawClient({ url, connectTimeoutMs }: SessionOptions): Client {
  const { hostname, protocol } = new URL(url);
  const tls = protocol === 'rediss:';
  const socket = { connectTimeout: connectTimeoutMs, reconnectStrategy: false as const };
  const named = tls && isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? { servername: hostname } : {};
  return createClient({
    url,
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    socket: tls ? { ...socket, ...named, tls: true } : socket,
  }) as unknown as Client;
}
