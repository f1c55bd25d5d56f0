import { aliveMs } from '../../../redis/instances.js';
import type { RedisReply } from '../../../redis/redisSession.js';
import { buildScript } from '../../../redis/scripts.js';

/** What stands under a key. */
export type ClaimState =
  | { readonly kind: 'claimed' | 'pending' | 'reused' | 'free' }
  | { readonly kind: 'done'; readonly outcome: string }
  | { readonly kind: 'abandoned'; readonly claimedAt: number };

/** Outcomes are kept for a day, the newest of this number; what is pending stays. */
const keptMs = 24 * 60 * 60_000;
const maxClaims = 100_000;
const prunedAtOnce = 100;

/**
 * KEYS 1 claim, 2 all claims by the time at which they are forgotten, 3 signs of life. Claims carry no expiry, because an
 * eviction policy for expiring keys could take them; every claiming clears some away that are over.
 */
const prelude = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local function text(number) return string.format('%.0f', number) end
local function forget(claim)
  redis.call('DEL', claim)
  redis.call('ZREM', KEYS[2], claim)
end
local function read()
  local found = redis.call('HMGET', KEYS[1], 'input', 'state', 'owner', 'token', 'outcome', 'claimedAt', 'until')
  if not found[1] or tonumber(found[7]) <= now then return nil end
  return { input = found[1], state = found[2], owner = found[3], token = found[4], outcome = found[5], claimedAt = found[6] }
end
local function isAlive(owner)
  local beat = redis.call('ZSCORE', KEYS[3], owner)
  return beat and tonumber(beat) > now - ${aliveMs}
end
local function keepUntil(moment)
  redis.call('HSET', KEYS[1], 'until', text(moment))
  redis.call('ZADD', KEYS[2], text(moment), KEYS[1])
end
`;

/** Claims a key, or takes over the claim of a dead instance. ARGV input hash, instance, token. */
export const claimKey = buildScript<ClaimState>(
  `${prelude}
-- Who claims is alive, also before its first beat.
redis.call('ZADD', KEYS[3], text(now), ARGV[2])
for _, claim in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', text(now), 'LIMIT', 0, ${prunedAtOnce})) do
  forget(claim)
end
local over = math.min(redis.call('ZCARD', KEYS[2]) - ${maxClaims}, ${prunedAtOnce})
if over > 0 then
  for _, claim in ipairs(redis.call('ZRANGE', KEYS[2], 0, over - 1)) do
    if redis.call('HGET', claim, 'state') == 'done' then forget(claim) end
  end
end
local claim = read()
if claim and claim.input ~= ARGV[1] then return {'reused'} end
if claim and claim.state == 'done' then return {'done', claim.outcome} end
if claim and isAlive(claim.owner) then return {'pending'} end
redis.call('HSET', KEYS[1], 'input', ARGV[1], 'state', 'pending', 'owner', ARGV[2], 'token', ARGV[3])
if claim then return {'abandoned', claim.claimedAt} end
redis.call('HSET', KEYS[1], 'claimedAt', text(now))
redis.call('HDEL', KEYS[1], 'outcome')
keepUntil(now + ${keptMs})
return {'claimed'}
`,
  parse,
);

/** What became of a claim that another request holds; `free` when a new claim is worth it. */
export const lookAtClaim = buildScript<ClaimState>(
  `${prelude}
local claim = read()
if claim and claim.state == 'done' then return {'done', claim.outcome} end
return {claim and isAlive(claim.owner) and 'pending' or 'free'}
`,
  parse,
);

/** Keeps an outcome. Whoever was at work knows it, even if somebody took over meanwhile; the first word stands. ARGV input hash, outcome. */
export const finishClaim = buildScript<void>(
  `${prelude}
local claim = read()
if claim and (claim.state == 'done' or claim.input ~= ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'input', ARGV[1], 'state', 'done', 'outcome', ARGV[2])
keepUntil(now + ${keptMs})
return 1
`,
  () => undefined,
);

/** Nothing was written: the key is as if it was never claimed. ARGV token. */
export const releaseClaim = buildScript<void>(
  `${prelude}
local claim = read()
if claim and claim.state == 'pending' and claim.token == ARGV[1] then forget(KEYS[1]) end
return 1
`,
  () => undefined,
);

/** What became of the work is still not known: the next repeat may find out. ARGV token. */
export const leaveClaim = buildScript<void>(
  `${prelude}
local claim = read()
if claim and claim.state == 'pending' and claim.token == ARGV[1] then redis.call('HSET', KEYS[1], 'owner', '') end
return 1
`,
  () => undefined,
);

function parse(reply: RedisReply): ClaimState {
  const [kind, detail] = Array.isArray(reply) ? reply : [];
  switch (kind) {
    case 'done':
      return { kind, outcome: String(detail) };
    case 'abandoned':
      return { kind, claimedAt: Number(detail) };
    case 'claimed':
    case 'pending':
    case 'reused':
      return { kind };
    default:
      return { kind: 'free' };
  }
}
