import { randomUUID } from 'node:crypto';
import type { Logger } from '../../src/observability/logger.js';
import { silentLogger } from '../../src/observability/logger.js';
import { createRedis, type Redis, type RedisOptions } from '../../src/redis/connection.js';

/** A tenant of one test, so that suites share a server without meeting. */
export function newTenant(): string {
  return `test-${randomUUID()}`;
}

/** Connections of one test. `close` deletes the keys of their tenants where Redis still answers. */
export class TestConnections {
  readonly #open: Redis[] = [];

  async connect(url: string, options: Partial<RedisOptions> = {}): Promise<Redis> {
    const redis = this.begin(url, options);
    await redis.started();
    return redis;
  }

  /** Without waiting for the first attempt. */
  begin(url: string, options: Partial<RedisOptions> = {}): Redis {
    const redis = createRedis({ url, tenantId: newTenant(), logger: silentLogger, ...options });
    this.#open.push(redis);
    return redis;
  }

  async close(): Promise<void> {
    for (const redis of this.#open.splice(0)) {
      if (redis.status().connected) await deleteKeys(redis).catch(() => undefined);
      await redis.close();
    }
  }
}

async function deleteKeys(redis: Redis): Promise<void> {
  let cursor = '0';
  do {
    const reply = await redis.send(['SCAN', cursor, 'MATCH', `${redis.key('')}*`, 'COUNT', '1000']);
    const [next, keys] = reply as [string, string[]];
    cursor = next;
    if (keys.length > 0) await redis.send(['DEL', ...keys]);
  } while (cursor !== '0');
}

/** Resolves at the next connection for commands. */
export function nextConnection(redis: Redis): Promise<void> {
  return new Promise((resolve) => {
    const leave = redis.onConnected(() => {
      leave();
      resolve();
    });
  });
}

/** Resolves when what a listener is told becomes true; the listener is told of every call. */
export class Bell {
  #waiting: (() => void)[] = [];
  rung = 0;

  readonly ring = (): void => {
    this.rung += 1;
    for (const resolve of this.#waiting.splice(0)) resolve();
  };

  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Keeps what is logged, as text. */
export function createRecordingLogger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const write = (level: string) => (fields: object, message: string) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  };
  const logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), lines };
  return { ...logger, child: () => createRecordingLogger() };
}
