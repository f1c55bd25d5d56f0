import { buildScript } from '../../redis/scripts.js';
import type { EntryTexts } from './records.js';

/**
 * `adopt`: the journal is not that of the running server. `moved`: something is no longer as it was read. `fenced`: the
 * lease has passed on. In these three nothing was written.
 */
export type PieceOutcome =
  | { readonly is: 'written'; readonly firstSequence: number }
  | { readonly is: 'adopt' | 'moved' | 'fenced' };

/** What a piece does, in the words of the script. A stamp or gap is written only over the one that was read. */
export type PieceOperation =
  | readonly ['entry', ...record: EntryTexts]
  | readonly ['head', topic: number, id: string, stamp: string, record: string, oldMember: string, newMember: string]
  | readonly ['feed', topic: string, stamp: string, record: string]
  | readonly ['gap', topic: number, at: string, before: string, after: string];

/**
 * One atomic write. First everything is compared with what the plan was made from, then everything is written: a script
 * that stops half-way would leave its first half.
 *
 * KEYS journal state, feeds, journal, minutes, lease, then heads, versions and gaps of each topic. ARGV run id, epoch,
 * fencing token or nothing, most entries kept, longest age in milliseconds, the time in milliseconds or nothing for that of
 * Redis, channel, then the operations. An empty record of a head deletes it, one of a feed only compares.
 */
export const writePiece = buildScript<PieceOutcome>(
  `
local state = redis.call('HMGET', KEYS[1], 'epoch', 'runId', 'sequence')
if not state[1] or state[2] ~= ARGV[1] then return {'adopt'} end
if state[1] ~= ARGV[2] then return {'moved'} end
if ARGV[3] ~= '' and redis.call('HGET', KEYS[5], 'token') ~= ARGV[3] then return {'fenced'} end

local width = {entry = 4, head = 7, feed = 4, gap = 5}
local function stampOf(record)
  return record and string.match(record, '^%d+') or ''
end
local function keyOf(topic, place)
  return KEYS[5 + (tonumber(topic) - 1) * 3 + place]
end

local at = 8
while at <= #ARGV do
  local kind = ARGV[at]
  if kind == 'head' then
    if stampOf(redis.call('HGET', keyOf(ARGV[at + 1], 1), ARGV[at + 2])) ~= ARGV[at + 3] then return {'moved'} end
  elseif kind == 'feed' then
    if stampOf(redis.call('HGET', KEYS[2], ARGV[at + 1])) ~= ARGV[at + 2] then return {'moved'} end
  elseif kind == 'gap' then
    if (redis.call('HGET', keyOf(ARGV[at + 1], 3), ARGV[at + 2]) or 'none') ~= ARGV[at + 3] then return {'moved'} end
  end
  at = at + width[kind]
end

local stamp = string.format('%.0f ', redis.call('HINCRBY', KEYS[1], 'revision', 1))
local first = tonumber(state[3]) + 1
local sequence = first - 1
local news = false
at = 8
while at <= #ARGV do
  local kind = ARGV[at]
  if kind == 'entry' then
    sequence = sequence + 1
    redis.call('XADD', KEYS[3], string.format('%.0f-0', sequence),
      'header', ARGV[at + 1], 'entity', ARGV[at + 2], 'before', ARGV[at + 3])
    news = true
  elseif kind == 'head' then
    local heads, versions, id = keyOf(ARGV[at + 1], 1), keyOf(ARGV[at + 1], 2), ARGV[at + 2]
    local record, old, new = ARGV[at + 4], ARGV[at + 5], ARGV[at + 6]
    if record == '' then redis.call('HDEL', heads, id) else redis.call('HSET', heads, id, stamp .. record) end
    if old ~= '' and old ~= new then redis.call('ZREM', versions, old) end
    if new ~= '' then redis.call('ZADD', versions, 0, new) end
  elseif kind == 'feed' then
    if ARGV[at + 3] ~= '' then
      redis.call('HSET', KEYS[2], ARGV[at + 1], stamp .. ARGV[at + 3])
      news = true
    end
  elseif kind == 'gap' then
    redis.call('HSET', keyOf(ARGV[at + 1], 3), ARGV[at + 2], ARGV[at + 4])
  end
  at = at + width[kind]
end
redis.call('HSET', KEYS[1], 'sequence', string.format('%.0f', sequence))

local minuteMs = 60000
local now = tonumber(ARGV[6]) or tonumber(redis.call('TIME')[1]) * 1000
local minute = now - now % minuteMs
if sequence >= first and redis.call('ZCOUNT', KEYS[4], minute, minute) == 0 then
  redis.call('ZADD', KEYS[4], minute, string.format('%.0f', first))
end
local tooOld = now - tonumber(ARGV[5]) - minuteMs
local young = redis.call('ZRANGEBYSCORE', KEYS[4], '(' .. string.format('%.0f', tooOld), '+inf', 'LIMIT', 0, 1)
local keepFrom = math.max(sequence - tonumber(ARGV[4]), (tonumber(young[1]) or sequence + 1) - 1) + 1
if keepFrom > 1 then
  redis.call('XTRIM', KEYS[3], 'MINID', string.format('%.0f-0', keepFrom))
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', string.format('%.0f', tooOld))
end
if news then redis.call('PUBLISH', ARGV[7], '') end
return {'written', first}
`,
  (reply) => {
    const [is, firstSequence] = Array.isArray(reply) ? reply : [];
    if (is === 'written') return { is, firstSequence: Number(firstSequence) };
    if (is === 'adopt' || is === 'moved' || is === 'fenced') return { is };
    throw new Error('Redis answered a write of the journal with something that the script does not say.');
  },
);
