import { aliveMs } from '../../../redis/instances.js';
import { buildScript } from '../../../redis/scripts.js';

/**
 * Takes a lock unless somebody alive has it. KEYS 1 ends of locks, 2 their holders, 3 signs of life. ARGV lock, instance,
 * token, longest time in milliseconds. Returns whether it is ours. Clears some away whose time is over.
 */
export const takeLock = buildScript<boolean>(
  `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local function text(number) return string.format('%.0f', number) end
redis.call('ZADD', KEYS[3], text(now), ARGV[2])
for _, lock in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(now), 'LIMIT', 0, 100)) do
  redis.call('ZREM', KEYS[1], lock)
  redis.call('HDEL', KEYS[2], lock)
end
local holder = redis.call('HGET', KEYS[2], ARGV[1])
if holder then
  local owner = string.match(holder, '^%S+ (.*)$')
  local beat = redis.call('ZSCORE', KEYS[3], owner)
  local ends = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0)
  if ends > now and beat and tonumber(beat) > now - ${aliveMs} then return 0 end
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3] .. ' ' .. ARGV[2])
redis.call('ZADD', KEYS[1], text(now + ARGV[4]), ARGV[1])
return 1
`,
  (reply) => reply === 1,
);

/** Gives a lock back, if it is still held by this token. KEYS 1 ends of locks, 2 their holders. ARGV lock, token. */
export const giveLock = buildScript<void>(
  `
local holder = redis.call('HGET', KEYS[2], ARGV[1])
if holder and string.match(holder, '^(%S+) ') == ARGV[2] then
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[1], ARGV[1])
end
return 1
`,
  () => undefined,
);
