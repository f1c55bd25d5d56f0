import type { Logger } from '../observability/logger.js';
import { type Clock, systemClock } from '../time/clock.js';
import { inspectServer, type RedisServer } from './inspectServer.js';
import { RedisLink, type RedisStatus } from './redisLink.js';
import type { RedisReply, RedisSession } from './redisSession.js';
import { type RedisScript, runScript } from './scripts.js';

export interface RedisOptions {
  /** `redis://` or `rediss://`, with user, password and database where needed. Never logged. */
  readonly url: string;
  /** Whose data the gateway serves; part of every key. */
  readonly tenantId: string;
  readonly logger: Logger;
  /** In [0, 1); default `Math.random`. */
  readonly random?: () => number;
  /** Real time unless a test says otherwise: sockets do not follow a virtual clock. */
  readonly clock?: Clock;
  /** Milliseconds until a connection has to stand; default 1,000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds until a command has to be answered; default 2,000. */
  readonly commandTimeoutMs?: number;
}

/** A connection with what is known of the server behind it. Both change together. */
export interface StandingSession {
  readonly session: RedisSession;
  readonly server: RedisServer;
}

/** Redis as all parts of the gateway share it. Nothing here waits for a Redis that is away: every call fails at once. */
export interface Redis {
  /** The whole key of a name. All keys of a tenant carry one hash tag, so that a script may touch any of them. */
  key(name: string): string;
  /** @throws {RedisUnavailableError} when Redis is away; then the command may have been carried out. */
  send(args: readonly string[]): Promise<RedisReply>;
  run<T>(script: RedisScript<T>, keys: readonly string[], args: readonly (string | number)[]): Promise<T>;
  /** For commands that have to reach one and the same server process. @throws {RedisUnavailableError} when Redis is away. */
  standing(): StandingSession;
  status(): RedisStatus;
  /**
   * Calls back for each message on a channel, and whenever messages may have been missed: after every connection.
   * Returns the way out.
   */
  listen(channel: string, listener: () => void): () => void;
  /** Calls back after every connection for commands. Returns the way out. */
  onConnected(listener: () => void): () => void;
  /**
   * Resolves when the first attempt to connect is over, even if Redis is away.
   * @throws {UnsuitableRedisError} when the server must not be used.
   */
  started(): Promise<void>;
  close(): Promise<void>;
}

/** One connection for commands, and one for messages once somebody listens. Keyv, behind the cache, has its own. */
export function createRedis(options: RedisOptions): Redis {
  const { url, tenantId, logger, clock = systemClock, random = Math.random } = options;
  const { connectTimeoutMs = 1_000, commandTimeoutMs = 2_000 } = options;
  const shared = { url, clock, random, logger, connectTimeoutMs, commandTimeoutMs };
  const connected = new Set<() => void>();
  const commands = new RedisLink<RedisServer>({
    ...shared,
    purpose: 'commands',
    open: (session) => inspectServer(session, logger),
    onOpen: () => callAll(connected),
  });
  const messages = createMessages(shared);
  const standing = (): StandingSession => {
    const { session, opened } = commands.standing();
    return { session, server: opened };
  };
  return {
    key: (name) => `{sgg:${tenantId}}:${name}`,
    send: async (args) => standing().session.send(args),
    run: async (script, keys, args) => runScript(standing().session, script, keys, args),
    standing,
    status: () => commands.status(),
    listen: messages.listen,
    onConnected: (listener) => addTo(connected, listener),
    started: () => commands.firstAttempt,
    close: async () => {
      await Promise.all([commands.close(), messages.close()]);
    },
  };
}

type LinkBasics = Omit<ConstructorParameters<typeof RedisLink>[0], 'purpose' | 'open' | 'onOpen'>;

/** A connection that listens can do nothing else, so it is one of its own. */
function createMessages(shared: LinkBasics) {
  const listeners = new Map<string, Set<() => void>>();
  let link: RedisLink<void> | undefined;
  let session: RedisSession | undefined;
  const hear = (channel: string) => callAll(listeners.get(channel) ?? new Set());
  const subscribe = (current: RedisSession, channels: string[]) => current.subscribe(channels, hear);
  const createLink = () =>
    new RedisLink<void>({
      ...shared,
      purpose: 'messages',
      open: async (fresh) => {
        session = fresh;
        await subscribe(fresh, [...listeners.keys()]);
      },
      onOpen: () => {
        for (const channel of listeners.keys()) hear(channel);
      },
    });
  const addChannel = (channel: string): Set<() => void> => {
    const members = new Set<() => void>();
    listeners.set(channel, members);
    if (link === undefined) link = createLink();
    else if (session?.lost.aborted === false) {
      subscribe(session, [channel]).then(
        () => hear(channel),
        () => undefined,
      );
    }
    return members;
  };
  return {
    /** A channel stays subscribed until the end; there are only a few. */
    listen: (channel: string, listener: () => void) => addTo(listeners.get(channel) ?? addChannel(channel), listener),
    close: async () => link?.close(),
  };
}

function addTo(listeners: Set<() => void>, listener: () => void): () => void {
  // A wrapper, so that the same function may listen twice.
  const own = () => listener();
  listeners.add(own);
  return () => {
    listeners.delete(own);
  };
}

function callAll(listeners: ReadonlySet<() => void>): void {
  for (const listener of listeners) listener();
}
