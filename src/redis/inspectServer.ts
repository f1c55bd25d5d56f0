import type { Logger } from '../observability/logger.js';
import { RedisUnavailableError, UnsuitableRedisError } from './redisErrors.js';
import type { RedisReply, RedisSession } from './redisSession.js';

/** What has to be known of the server behind a connection. */
export interface RedisServer {
  /** Random per start of the server process. */
  readonly runId: string;
  /** Every write that was acknowledged survives a restart. */
  readonly isDurable: boolean;
}

const oldestVersion = [6, 2] as const;

/**
 * Looks at a fresh connection before it is used.
 * @throws {UnsuitableRedisError} when the server is too old, or may evict what has to stay.
 * @throws {RedisUnavailableError} when it is a replica, or still reads its files.
 */
export async function inspectServer(session: RedisSession, logger: Logger): Promise<RedisServer> {
  const info = parseInfo(await session.send(['INFO']));
  assertVersion(info.redis_version ?? '');
  if (info.role === 'slave') throw new RedisUnavailableError('READONLY');
  if (info.loading === '1') throw new RedisUnavailableError('LOADING');
  assertNothingEvicted(info, logger);
  return { runId: info.run_id ?? '', isDurable: wasNeverReplica(info) && (await isSyncedAtEachWrite(session, logger)) };
}

function parseInfo(reply: RedisReply): Readonly<Record<string, string>> {
  const lines = String(reply).split(/\r?\n/);
  return Object.fromEntries(lines.filter((line) => /^[a-z]/.test(line)).map((line) => cut(line, ':')));
}

function assertVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldestVersion[0] || (major === oldestVersion[0] && minor >= oldestVersion[1])) return;
  throw new UnsuitableRedisError(`leads to a Redis of version ${version.slice(0, 20)}; 6.2 is the oldest that works`);
}

/** Journal, heads, lease and budgets carry no expiry, so that the `volatile-` policies leave them alone. */
function assertNothingEvicted({ maxmemory, maxmemory_policy: policy }: Record<string, string>, logger: Logger): void {
  if (policy === undefined) {
    logger.warn({}, 'Redis does not show its eviction policy; it must not be one of allkeys-');
    return;
  }
  if (Number(maxmemory) === 0 || !policy.startsWith('allkeys-')) return;
  throw new UnsuitableRedisError(
    `leads to a Redis with maxmemory-policy ${policy}, which evicts what must stay; use noeviction or a volatile- policy`,
  );
}

/** A replica that was promoted may lack writes that the former primary had acknowledged. */
function wasNeverReplica({ second_repl_offset: offset }: Readonly<Record<string, string>>): boolean {
  return offset === '-1';
}

async function isSyncedAtEachWrite(session: RedisSession, logger: Logger): Promise<boolean> {
  try {
    const reply = await session.send(['CONFIG', 'GET', 'append*']);
    const values = Array.isArray(reply) ? reply.map(String) : [];
    const isOn = (name: string, value: string) => values[values.indexOf(name) + 1] === value && values.includes(name);
    return isOn('appendonly', 'yes') && isOn('appendfsync', 'always');
  } catch (error) {
    if (error instanceof RedisUnavailableError) throw error;
    logger.warn({}, 'Redis does not show how it syncs to disk; a restart of it counts as a loss of changes');
    return false;
  }
}

function cut(line: string, separator: string): [string, string] {
  const at = line.indexOf(separator);
  return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}
