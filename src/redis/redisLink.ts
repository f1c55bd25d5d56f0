import type { Logger } from '../observability/logger.js';
import { RedisUnavailableError, reasonOf, UnsuitableRedisError } from './redisErrors.js';
import { RedisSession, type SessionOptions } from './redisSession.js';

export interface RedisLinkOptions<T> extends SessionOptions {
  /** What the link is for, in the log. */
  readonly purpose: string;
  readonly logger: Logger;
  /** In [0, 1); spreads the waits between attempts. */
  readonly random: () => number;
  /** What comes first on every fresh connection. A throw ends it, and another is tried later. */
  readonly open: (session: RedisSession) => Promise<T>;
  /** Called whenever a connection stands. */
  readonly onOpen: () => void;
}

export interface RedisStatus {
  readonly connected: boolean;
  /** Epoch milliseconds at which `connected` became what it is. */
  readonly since: number;
  /** A word for the last failure, without host or secret; null before the first. */
  readonly lastError: string | null;
}

interface Standing<T> {
  readonly session: RedisSession;
  readonly opened: T;
}

const pingIntervalMs = 5_000;
const shortestWaitMs = 50;
const longestWaitMs = 2_000;

/** Keeps one connection standing: opens it, asks after it while nothing is sent, and opens another when it is lost. */
export class RedisLink<T> {
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  readonly #firstAttempt: Promise<void>;
  #settleFirst: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  #standing: Standing<T> | undefined;
  #status: RedisStatus;
  #failures = 0;

  constructor(readonly options: RedisLinkOptions<T>) {
    this.#status = { connected: false, since: options.clock.now(), lastError: null };
    this.#firstAttempt = new Promise((resolve, reject) => {
      this.#settleFirst = { resolve, reject };
    });
    this.#firstAttempt.catch(() => undefined);
    this.#running = this.#run();
  }

  /**
   * Resolves after the first attempt, whether or not a connection stands.
   * @throws {UnsuitableRedisError} when the server must not be used.
   */
  get firstAttempt(): Promise<void> {
    return this.#firstAttempt;
  }

  /** @throws {RedisUnavailableError} at once while no connection stands. */
  standing(): Standing<T> {
    if (this.#standing === undefined) throw new RedisUnavailableError(this.#status.lastError ?? 'CONNECTING');
    return this.#standing;
  }

  status(): RedisStatus {
    return this.#status;
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    this.#standing?.session.end('CLOSED');
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { clock, random } = this.options;
    while (!signal.aborted) {
      await this.#stand().catch((error: unknown) => this.#fail(error));
      this.#settleFirst?.resolve();
      if (signal.aborted) return;
      this.#failures += 1;
      await clock.sleep(nextWaitMs(this.#failures, random()), signal).catch(() => undefined);
    }
  }

  /** Resolves never: a connection ends by being lost. */
  async #stand(): Promise<void> {
    const session = await RedisSession.open(this.options);
    try {
      this.#stopping.signal.throwIfAborted();
      const opened = await this.options.open(session);
      this.#stopping.signal.throwIfAborted();
      this.#standing = { session, opened };
      this.#failures = 0;
      this.#turn(true, this.#status.lastError);
      this.#settleFirst?.resolve();
      this.options.onOpen();
      await this.#keepAsking(session);
    } finally {
      this.#standing = undefined;
      session.end('CLOSED');
    }
  }

  async #keepAsking(session: RedisSession): Promise<void> {
    for (;;) {
      await this.options.clock.sleep(pingIntervalMs, session.lost);
      await session.send(['PING']);
    }
  }

  #fail(error: unknown): void {
    if (this.#stopping.signal.aborted) return this.#turn(false, this.#status.lastError);
    const reason = error instanceof UnsuitableRedisError ? 'UNSUITABLE' : reasonOf(error);
    const { logger, purpose } = this.options;
    if (error instanceof UnsuitableRedisError) {
      this.#settleFirst?.reject(error);
      if (this.#status.lastError !== reason)
        logger.error({ purpose, problem: error.problem }, 'Redis must not be used');
    } else if (this.#status.connected || this.#status.lastError !== reason) {
      logger.warn({ purpose, reason }, 'no connection to Redis');
    }
    return this.#turn(false, reason);
  }

  #turn(connected: boolean, lastError: string | null): void {
    const { logger, purpose, clock } = this.options;
    const since = connected === this.#status.connected ? this.#status.since : clock.now();
    if (connected && lastError !== null) logger.info({ purpose }, 'connected to Redis again');
    this.#status = { connected, since, lastError };
  }
}

/** Doubles from 50 ms up to 2 s; the upper half is random, so that many instances do not come back at once. */
function nextWaitMs(failures: number, random: number): number {
  const ceilingMs = Math.min(shortestWaitMs * 2 ** Math.min(failures - 1, 20), longestWaitMs);
  return Math.round(ceilingMs * (0.5 + random / 2));
}
