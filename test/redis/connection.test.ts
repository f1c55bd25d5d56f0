import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inspectServer } from '../../src/redis/inspectServer.js';
import { RedisUnavailableError, UnsuitableRedisError } from '../../src/redis/redisErrors.js';
import { RedisSession } from '../../src/redis/redisSession.js';
import { systemClock } from '../../src/time/clock.js';
import { type BreakableProxy, startProxy } from '../support/breakableProxy.js';
import {
  describeWithOwnRedis,
  describeWithRedis,
  freePort,
  type OwnRedis,
  startRedis,
} from '../support/redisServer.js';
import { createManualClock } from '../unit/cache/manualClock.js';
import { Bell, createRecordingLogger, nextConnection, TestConnections } from './support.js';

const connections = new TestConnections();
afterEach(() => connections.close());

describeWithRedis('a connection to Redis', (url) => {
  it('puts the same hash tag into every key of a tenant', async () => {
    const redis = await connections.connect(url(), { tenantId: 'contoso.example' });
    expect(redis.key('changes:news')).toBe('{sgg:contoso.example}:changes:news');
  });

  it('answers commands and tells a refused one from an absent server', async () => {
    const redis = await connections.connect(url());
    await redis.send(['SET', redis.key('a'), 'text']);
    expect(await redis.send(['GET', redis.key('a')])).toBe('text');
    const refused = await redis.send(['INCR', redis.key('a')]).catch((error: unknown) => error);
    expect(refused).not.toBeInstanceOf(RedisUnavailableError);
    expect(redis.status()).toMatchObject({ connected: true, lastError: null });
  });

  it('closes while it still connects', async () => {
    await connections.begin(url()).close();
  });

  it('says that a closed connection is away', async () => {
    const redis = await connections.connect(url());
    await redis.close();
    await expect(redis.send(['PING'])).rejects.toThrow(RedisUnavailableError);
  });

  describe('with a breaking line', () => {
    let proxy: BreakableProxy;
    beforeEach(async () => {
      proxy = await startProxy(Number(new URL(url()).port || 6379));
    });
    afterEach(() => proxy.close());
    const through = () => `redis://127.0.0.1:${proxy.port}`;

    it('rejects what was under way, and connects again by itself', async () => {
      const redis = await connections.connect(through());
      const back = nextConnection(redis);
      proxy.decide = (bytes) => (bytes.includes('PING') ? 'lose the answer' : 'pass');
      await expect(redis.send(['PING', 'x'])).rejects.toThrow(RedisUnavailableError);
      expect(redis.status().connected).toBe(false);
      expect(() => redis.standing()).toThrow(RedisUnavailableError);
      proxy.decide = () => 'pass';
      await back;
      expect(await redis.send(['PING', 'x'])).toBe('x');
    });

    it('notices within seconds that nobody answers, even if nothing is asked', async () => {
      const clock = createManualClock();
      const redis = await connections.connect(through(), { clock });
      proxy.decide = () => 'swallow';
      await clock.advance(5_000);
      expect(redis.status().connected).toBe(true);
      await clock.advance(2_000);
      expect(redis.status()).toEqual({ connected: false, since: clock.now(), lastError: 'TIMEOUT' });
    });

    it('tells listeners of every message, and after a broken line that they may have missed some', async () => {
      const redis = await connections.connect(through());
      const sender = await connections.connect(url());
      const bell = new Bell();
      const first = bell.next();
      const leave = redis.listen(redis.key('news'), bell.ring);
      await first;
      const message = bell.next();
      await sender.send(['PUBLISH', redis.key('news'), '']);
      await message;
      const missed = bell.next();
      proxy.cut();
      await missed;
      const again = bell.next();
      await sender.send(['PUBLISH', redis.key('news'), '']);
      await again;
      leave();
      expect(bell.rung).toBe(4);
    });

    it('goes on listening on a line that answers when asked whether it still stands', async () => {
      const clock = createManualClock();
      const redis = await connections.connect(through(), { clock });
      const sender = await connections.connect(url());
      const bell = new Bell();
      const publishAndHear = async () => {
        const heard = bell.next();
        await sender.send(['PUBLISH', redis.key('news'), '']);
        await heard;
      };
      const listening = bell.next();
      redis.listen(redis.key('news'), bell.ring);
      await listening;
      await clock.advance(5_000);
      await publishAndHear();
      await clock.advance(2_000);
      await publishAndHear();
      expect(bell.rung).toBe(3);
    });

    it('hears channels that somebody listens to later', async () => {
      const redis = await connections.connect(through());
      const [one, two] = [new Bell(), new Bell()];
      const firsts = [one.next()];
      redis.listen(redis.key('one'), one.ring);
      await Promise.all(firsts);
      const joined = two.next();
      redis.listen(redis.key('two'), two.ring);
      await joined;
      const heard = two.next();
      await redis.send(['PUBLISH', redis.key('two'), '']);
      await heard;
      expect(one.rung).toBe(1);
    });
  });
});

describe('a Redis that is away', () => {
  it('fails every call at once, and never says where it looked', async () => {
    const logger = createRecordingLogger();
    const port = await freePort();
    const redis = await connections.connect(`redis://user:pass-word@127.0.0.1:${port}`, { logger });
    const begunAt = performance.now();
    await expect(redis.send(['PING'])).rejects.toThrow('Redis is not available (ECONNREFUSED).');
    expect(performance.now() - begunAt).toBeLessThan(100);
    expect(redis.status()).toMatchObject({ connected: false, lastError: 'ECONNREFUSED' });
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines.join()).not.toMatch(/pass-word|127\.0\.0\.1|redis:/);
  });

  it('does not hold the start when it accepts connections and stays silent', async () => {
    const server: Server = createServer((socket) => void socket.resume()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const redis = await connections.connect(`redis://127.0.0.1:${port}`, {
      connectTimeoutMs: 100,
      commandTimeoutMs: 100,
    });
    expect(redis.status()).toMatchObject({ connected: false, lastError: 'TIMEOUT' });
    await connections.close();
    server.close();
    await once(server, 'close');
  });
});

describeWithOwnRedis('a Redis of its own', () => {
  let server: OwnRedis | undefined;
  afterEach(async () => {
    await connections.close();
    await server?.remove();
    server = undefined;
  });

  it('is found again after a restart, and known to be another process', async () => {
    server = await startRedis();
    const redis = await connections.connect(server.url);
    const before = redis.standing().server.runId;
    const back = nextConnection(redis);
    await server.stop();
    await server.start();
    await back;
    expect(redis.standing().server.runId).not.toBe(before);
  });

  it('that stops answering is given up after the time limit, and taken back when it answers', async () => {
    server = await startRedis();
    const redis = await connections.connect(server.url, { commandTimeoutMs: 150 });
    server.hold();
    const sent = [redis.send(['PING']), redis.send(['GET', redis.key('a')])];
    for (const { status } of await Promise.allSettled(sent)) expect(status).toBe('rejected');
    expect(redis.status().lastError).toBe('TIMEOUT');
    const back = nextConnection(redis);
    server.resume();
    await back;
    expect(await redis.send(['PING'])).toBe('PONG');
  });

  it('that may evict anything is refused', async () => {
    server = await startRedis({ maxmemory: '100mb', 'maxmemory-policy': 'allkeys-lru' });
    const redis = connections.begin(server.url);
    await expect(redis.started()).rejects.toThrow(UnsuitableRedisError);
    await expect(redis.started()).rejects.toThrow(/maxmemory-policy allkeys-lru.*use noeviction or a volatile- policy/);
    expect(redis.status()).toMatchObject({ connected: false, lastError: 'UNSUITABLE' });
  });

  it.each([
    { maxmemory: '0', 'maxmemory-policy': 'allkeys-lru' },
    { maxmemory: '100mb', 'maxmemory-policy': 'noeviction' },
    { maxmemory: '100mb', 'maxmemory-policy': 'volatile-ttl' },
  ])('that evicts nothing of ours is taken: %j', async (settings) => {
    server = await startRedis(settings);
    const redis = await connections.connect(server.url);
    expect(redis.status().connected).toBe(true);
  });

  it('with another password is away, and the password is never logged', async () => {
    server = await startRedis({ requirepass: 'right' });
    const logger = createRecordingLogger();
    const redis = await connections.connect(server.url.replace('//', '//:wrong-secret@'), { logger });
    expect(redis.status()).toMatchObject({ connected: false, lastError: 'WRONGPASS' });
    expect(logger.lines.join()).not.toContain('wrong-secret');
    const right = await connections.connect(server.url.replace('//', '//:right@'));
    expect(right.status().connected).toBe(true);
  });

  it.each([
    [true, { appendonly: 'yes', appendfsync: 'always' }],
    [false, { appendonly: 'yes', appendfsync: 'everysec' }],
    [false, { appendonly: 'no', appendfsync: 'always' }],
  ])('counts as durable (%s) with %j', async (isDurable, settings) => {
    server = await startRedis(settings);
    const redis = await connections.connect(server.url);
    expect(redis.standing().server.isDurable).toBe(isDurable);
  });

  it.each([{ 'rename-command': 'CONFIG hidden' }, { user: 'default on nopass ~* &* +@all -config' }])(
    'that does not show its settings counts as not durable, with a warning: %j',
    async (settings) => {
      server = await startRedis({ appendonly: 'yes', appendfsync: 'always', ...settings });
      const logger = createRecordingLogger();
      const redis = await connections.connect(server.url, { logger });
      expect(redis.standing().server.isDurable).toBe(false);
      expect(logger.lines).toEqual([expect.stringMatching(/^warn Redis does not show how it syncs/)]);
    },
  );

  it('is not used while it is a replica, and after its promotion counts as not durable', async () => {
    server = await startRedis({ appendonly: 'yes', appendfsync: 'always', replicaof: `127.0.0.1 ${await freePort()}` });
    const redis = await connections.connect(server.url);
    expect(redis.status()).toMatchObject({ connected: false, lastError: 'READONLY' });
    const back = nextConnection(redis);
    const limits = { connectTimeoutMs: 1_000, commandTimeoutMs: 1_000 };
    const operator = await RedisSession.open({ url: server.url, clock: systemClock, ...limits });
    await operator.send(['REPLICAOF', 'NO', 'ONE']);
    operator.end('CLOSED');
    await back;
    expect(redis.standing().server.isDurable).toBe(false);
  });

  it('keeps no connection of a gateway that has closed', async () => {
    server = await startRedis();
    const redis = await connections.connect(server.url);
    const watcher = await connections.connect(server.url);
    const bell = new Bell();
    const listening = bell.next();
    redis.listen(redis.key('news'), bell.ring);
    await listening;
    const count = async () =>
      String(await watcher.send(['CLIENT', 'LIST']))
        .trim()
        .split('\n').length;
    expect(await count()).toBe(3);
    await redis.close();
    // The server takes note of the end a moment later.
    while ((await count()) > 1);
  });
});

describe('the look at the server', () => {
  const answering = (info: Record<string, string>) =>
    ({
      send: async () =>
        Object.entries(info)
          .map(([name, value]) => `${name}:${value}`)
          .join('\r\n'),
    }) as unknown as RedisSession;
  const info = {
    redis_version: '7.2.4',
    run_id: 'abc',
    role: 'master',
    maxmemory: '0',
    maxmemory_policy: 'noeviction',
  };

  it.each(['6.0.16', '5.0.3', '6.1'])('refuses version %s', async (redis_version) => {
    const inspected = inspectServer(answering({ ...info, redis_version }), createRecordingLogger());
    await expect(inspected).rejects.toThrow(UnsuitableRedisError);
  });

  it.each(['6.2.0', '7.0.15', '10.0.0'])('takes version %s', async (redis_version) => {
    const inspected = await inspectServer(answering({ ...info, redis_version }), createRecordingLogger());
    expect(inspected.runId).toBe('abc');
  });

  it.each([
    [{ role: 'slave' }, 'READONLY'],
    [{ loading: '1' }, 'LOADING'],
  ])('waits while it finds %j', async (found, reason) => {
    const inspected = inspectServer(answering({ ...info, ...found }), createRecordingLogger());
    await expect(inspected).rejects.toEqual(new RedisUnavailableError(reason));
  });

  it('warns where the eviction policy is not shown', async () => {
    const logger = createRecordingLogger();
    const { maxmemory_policy: _hidden, ...rest } = info;
    await inspectServer(answering(rest), logger);
    expect(logger.lines[0]).toMatch(/^warn Redis does not show its eviction policy/);
  });
});
