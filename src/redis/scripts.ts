import { hash } from 'node:crypto';
import { ErrorReply } from '@redis/client';
import type { RedisReply, RedisSession } from './redisSession.js';

/** A Lua script and the meaning of its answer. All of its keys have to carry the same hash tag. */
export interface RedisScript<T> {
  readonly source: string;
  readonly sha1: string;
  readonly parse: (reply: RedisReply) => T;
}

export function buildScript<T>(source: string, parse: (reply: RedisReply) => T): RedisScript<T> {
  return { source, sha1: hash('sha1', source), parse };
}

/**
 * Runs a script by its digest, and by its text where the server does not know it (first use, restart, script flush).
 * @throws as {@link RedisSession.send}
 */
export async function runScript<T>(
  session: Pick<RedisSession, 'send'>,
  script: RedisScript<T>,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<T> {
  const rest = [String(keys.length), ...keys, ...args.map(String)];
  try {
    return script.parse(await session.send(['EVALSHA', script.sha1, ...rest]));
  } catch (error) {
    if (!(error instanceof ErrorReply) || !error.message.startsWith('NOSCRIPT')) throw error;
    return script.parse(await session.send(['EVAL', script.source, ...rest]));
  }
}
