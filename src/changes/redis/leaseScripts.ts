import { buildScript } from '../../redis/scripts.js';

export interface LeaseAnswer {
  /** Undefined while another instance holds the lease. */
  readonly token: number | undefined;
  /** Milliseconds until the lease ends unless it is renewed. */
  readonly leftMs: number;
}

/**
 * Takes or renews the lease. The token rises with every taking, and at least to the time in microseconds, because what
 * was stored of it may be lost. The key carries no expiry: an eviction policy for expiring keys could take it.
 *
 * KEYS lease. ARGV instance, length in milliseconds.
 */
export const askForLease = buildScript<LeaseAnswer>(
  `
local time = redis.call('TIME')
local micros = tonumber(time[1]) * 1000000 + tonumber(time[2])
local now = math.floor(micros / 1000)
local lease = redis.call('HMGET', KEYS[1], 'holder', 'until', 'token')
local left = (tonumber(lease[2]) or 0) - now
if left > 0 and lease[1] ~= ARGV[1] then return {0, left} end
local token = tonumber(lease[3]) or 0
if left <= 0 then token = math.max(token + 1, micros) end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'until', string.format('%.0f', now + ARGV[2]),
  'token', string.format('%.0f', token))
return {token, tonumber(ARGV[2])}
`,
  (reply) => {
    const [token, leftMs] = Array.isArray(reply) ? reply : [];
    return { token: token === 0 ? undefined : Number(token), leftMs: Number(leftMs) };
  },
);

/** Ends the lease of an instance and wakes those that wait. The token stays. KEYS lease. ARGV instance. */
export const releaseLease = buildScript<void>(
  `
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'holder', 'until')
redis.call('PUBLISH', KEYS[1], '')
return 1
`,
  () => undefined,
);
