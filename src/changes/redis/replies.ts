import type { RedisReply } from '../../redis/redisSession.js';

/** A list of texts; nothing is an empty list. */
export function texts(reply: RedisReply | undefined): string[] {
  return Array.isArray(reply) ? reply.map(String) : [];
}

/** A list of texts in which members may be missing, as `HMGET` answers. */
export function textsOrNull(reply: RedisReply): (string | null)[] {
  return Array.isArray(reply) ? reply.map((member) => (member === null ? null : String(member))) : [];
}
