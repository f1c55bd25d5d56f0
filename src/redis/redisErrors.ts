import { ErrorReply } from '@redis/client';

/**
 * Redis did not take the command, or did not answer it. In the second case it may have been carried out: whoever repeats
 * it has to make sure that twice does no harm.
 */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';

  constructor(
    /** A word such as `ECONNREFUSED`, `TIMEOUT` or `LOADING`; names no host and holds no secret. */
    readonly reason: string,
  ) {
    super(`Redis is not available (${reason}).`);
  }
}

/** The server answers, and must not be used as it is set up. */
export class UnsuitableRedisError extends Error {
  override readonly name = 'UnsuitableRedisError';

  constructor(
    /** What is wrong and what would be right, to follow the name of the setting. */
    readonly problem: string,
  ) {
    super(`REDIS_URL ${problem}.`);
  }
}

/** Replies after which this connection is of no use: the server starts, or is not the one that takes writes. */
const deadEndReplies = new Set(['LOADING', 'READONLY', 'MASTERDOWN', 'CLUSTERDOWN', 'NOAUTH']);
/** Replies of a server that cannot take the command now and may later. */
const passingReplies = new Set(['OOM', 'MISCONF', 'NOREPLICAS', 'BUSY', 'TRYAGAIN', 'MOVED', 'ASK']);

export type Verdict = 'refused' | 'passing' | 'dead end';

/** Whether an error is the command's own (`refused`), the server's for a while, or the end of the connection. */
export function judge(error: unknown): Verdict {
  if (!(error instanceof ErrorReply)) return 'dead end';
  const reason = reasonOf(error);
  if (deadEndReplies.has(reason)) return 'dead end';
  return passingReplies.has(reason) ? 'passing' : 'refused';
}

/** One word for an error of the client library or of the network; their messages name hosts. */
export function reasonOf(error: unknown): string {
  if (error instanceof RedisUnavailableError) return error.reason;
  if (error instanceof ErrorReply) return /^-?([A-Z]+)\b/.exec(error.message)?.[1] ?? 'ERR';
  if (typeof error !== 'object' || error === null) return 'UNKNOWN';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.constructor.name;
}
