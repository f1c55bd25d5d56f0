import { freeShare } from '../pace.js';
import { fullRecoveryMs, smallestFactor } from '../share.js';

/**
 * What every script of a shared budget begins with: the clock of Redis, and the ledger that all instances draw on.
 *
 * KEYS 1 state, 2 spent, 3 in flight, 4 drawn by the feed, 5 drawn by background work over the time of its guarantee,
 * 6 drawn by background work in the window, 7 first in line per instance and class, 8 refused by the upstream.
 * ARGV 1 the limit row, 2 the request.
 *
 * A ledger is a sorted set of `id|units`; its total stands in the state. Spent and refused units are scored by their
 * response, units in flight by when their instance is taken for dead, units of a class by their start. Nothing carries an expiry: an eviction
 * policy for expiring keys could take it.
 */
export const ledgerLua = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local row = cjson.decode(ARGV[1])
local request = cjson.decode(ARGV[2])
local STATE, SPENT, FLIGHT, FEED, BACKGROUND, IDLE, LINE, REFUSED = 1, 2, 3, 4, 5, 6, 7, 8

local function number(field) return tonumber(redis.call('HGET', KEYS[STATE], field)) end
local function keep(field, value) redis.call('HSET', KEYS[STATE], field, string.format('%.17g', value)) end
local function forget(field) redis.call('HDEL', KEYS[STATE], field) end
local function unitsOf(entry) return tonumber(string.match(entry, '|(.*)$')) end

local function put(ledger, entry, score)
  if redis.call('ZADD', KEYS[ledger], string.format('%.0f', score), entry) == 0 then return end
  redis.call('HINCRBYFLOAT', KEYS[STATE], 'total' .. ledger, unitsOf(entry))
end
local function take(ledger, entry)
  if redis.call('ZREM', KEYS[ledger], entry) == 0 then return end
  redis.call('HINCRBYFLOAT', KEYS[STATE], 'total' .. ledger, -unitsOf(entry))
end
local function total(ledger)
  if redis.call('ZCARD', KEYS[ledger]) > 0 then return number('total' .. ledger) or 0 end
  forget('total' .. ledger)
  return 0
end
local function due(ledger, score)
  return redis.call('ZRANGEBYSCORE', KEYS[ledger], '-inf', string.format('%.0f', score), 'WITHSCORES')
end
local function used(ledger, horizonMs)
  local old = due(ledger, now - horizonMs)
  for i = 1, #old, 2 do take(ledger, old[i]) end
  return total(ledger)
end
local function nextRelease(ledger, horizonMs)
  local first = redis.call('ZRANGE', KEYS[ledger], 0, 0, 'WITHSCORES')
  return first[2] and tonumber(first[2]) + horizonMs
end

-- Our window is longer than the upstream's where less than one unit is ours; a refused call should not cost all of it.
local function answered(window) return used(SPENT, window) + used(REFUSED, row.windowMs) end
local function nextAnswered(window)
  local spent, refused = nextRelease(SPENT, window), nextRelease(REFUSED, row.windowMs)
  if spent and refused then return math.min(spent, refused) end
  return spent or refused
end

-- The response of a dead instance's call came at the latest when the call ran out of time.
local function buryTheDead()
  local old = due(FLIGHT, now)
  for i = 1, #old, 2 do
    take(FLIGHT, old[i])
    put(SPENT, old[i], tonumber(old[i + 1]))
  end
end

local function factor()
  return math.min(1, (number('factor') or 1) + (now - (number('factorSince') or now)) / ${fullRecoveryMs})
end
local function halve()
  local half = math.max(factor() / 2, ${smallestFactor})
  keep('factor', half)
  keep('factorSince', now)
end
local function effectiveLimit()
  local exact = row.units * row.share * factor()
  if exact >= 1 then return math.floor(exact), row.windowMs end
  return 1, math.ceil(row.windowMs / exact)
end
local function closedUntil() return math.max(number('pausedUntil') or 0, number('heldUntil') or 0) end

-- When the next call may start; nil while that depends on a call in flight.
local function opensAt(limit, window, drawn, inFlight)
  local closed = closedUntil()
  if not row.shared or now < closed then return closed end
  if inFlight > 0 then return nil end
  local last = number('lastStart')
  local refusedLately = factor() < 1
  if not last or (not refusedLately and drawn <= limit * ${freeShare}) then return 0 end
  local ramp = window / limit * math.min(1, drawn / limit)
  if not refusedLately and drawn * 2 < limit then return last + math.ceil(ramp) end
  local left = math.max(0, limit - drawn)
  local spread = left == 0 and 0 or ((nextAnswered(window) or last) - last) / (left + 1)
  return last + math.ceil(math.max(ramp, spread))
end

local function uncharge(entry)
  take(FEED, entry)
  take(BACKGROUND, entry)
  take(IDLE, entry)
end

-- What an instance needs to know between two questions; times are milliseconds from now.
local function describe()
  buryTheDead()
  local limit, window = effectiveLimit()
  local spent = answered(window)
  local first = nextAnswered(window)
  return {
    limit = limit, windowMs = window, used = spent + total(FLIGHT), inFlight = total(FLIGHT),
    pauseMs = math.max(0, closedUntil() - now), releaseMs = first and first - now,
  }
end
`;
