import { guaranteedShare, idleShare, smallestWithHeadroom } from '../classes.js';
import { ledgerLua } from './ledgerLua.js';

/**
 * Grants what may start now. The request holds the first in line of one instance, per class in order. Whoever is first in
 * line at another instance and came earlier is thought of as served before: their units stay free for them until they ask,
 * or are not heard of for a while. Nobody overtakes, and nobody waits for an instance that sleeps while units abound.
 */
export const drawLua = `${ledgerLua}
buryTheDead()
local limit, window = effectiveLimit()
local spent = answered(window)
local inFlight = total(FLIGHT)

local function guarantee(share)
  local units = math.floor(limit * share)
  if units >= 1 then return units, window end
  return 1, math.ceil(window / (limit * share))
end
local feedUnits, feedMs = guarantee(${guaranteedShare.feed})
local backgroundUnits, backgroundMs = guarantee(${guaranteedShare.background})
local free = limit - spent - inFlight
local sure = {
  feed = math.max(0, feedUnits - used(FEED, feedMs)),
  background = math.max(0, backgroundUnits - used(BACKGROUND, backgroundMs)),
}
local idleLeft = math.max(1, math.floor(limit * ${idleShare})) - used(IDLE, window)
local largest = math.max(1, math.floor(limit * ${idleShare}))

local function headroom() return limit < ${smallestWithHeadroom} and 0 or sure.feed end
local function allowance(purpose)
  if purpose == 'feed' then return free end
  if purpose == 'interactive' then return free - headroom() end
  return math.min(free - headroom(), math.max(idleLeft, sure.background))
end
local function subtract(purpose, units)
  free = free - units
  if sure[purpose] then sure[purpose] = math.max(0, sure[purpose] - units) end
  if purpose == 'background' then idleLeft = idleLeft - units end
end

local lines = { feed = {}, interactive = {}, background = {} }
for index, want in ipairs(request.wants) do
  table.insert(lines[want.purpose],
    { index = index, arrival = now - want.agoMs, units = math.min(want.parts[1], largest), want = want })
end

-- Others who are first in line, the earliest first.
local others = { feed = {}, interactive = {}, background = {} }
local othersCount = 0
local heads = redis.call('HGETALL', KEYS[LINE])
for i = 1, #heads, 2 do
  local head = cjson.decode(heads[i + 1])
  if head.untilMs <= now then redis.call('HDEL', KEYS[LINE], heads[i])
  elseif head.instance ~= request.instance then
    table.insert(others[head.purpose], { arrival = head.arrival, units = math.min(head.units, largest) })
    othersCount = othersCount + 1
  end
end
for _, line in pairs(others) do table.sort(line, function(a, b) return a.arrival < b.arrival end) end

local function first(purpose)
  local own, other = lines[purpose][1], others[purpose][1]
  if own and other then return own.arrival <= other.arrival and own or other end
  return own or other
end
local function turn()
  local feed, interactive, background = first('feed'), first('interactive'), first('background')
  if feed and feed.units <= sure.feed then return 'feed', feed end
  if background and background.units <= sure.background then return 'background', background end
  if feed and (not interactive or feed.arrival < interactive.arrival) then return 'feed', feed end
  if interactive then return 'interactive', interactive end
  if background then return 'background', background end
end

local granted = {}
local function grant(purpose, head, allowed)
  local units, parts = head.units, 1
  for i = 2, #head.want.parts do
    if units + head.want.parts[i] > allowed then break end
    units = units + head.want.parts[i]
    parts = i
  end
  local entry = head.want.id .. '|' .. string.format('%.17g', units)
  put(FLIGHT, entry, now + request.flightMs)
  if purpose == 'feed' then put(FEED, entry, now) end
  if purpose == 'background' then
    put(BACKGROUND, entry, now)
    put(IDLE, entry, now)
  end
  inFlight = inFlight + units
  keep('lastStart', now)
  table.insert(granted, { index = head.index - 1, parts = parts, units = units })
  return units
end

local function openNow()
  local at = opensAt(limit, window, spent + inFlight, inFlight)
  return at ~= nil and at <= now, at
end
local anyone = true
while anyone and openNow() do
  local purpose, head = turn()
  local allowed = purpose and allowance(purpose)
  if not purpose or head.units > allowed then break end
  local units = head.units
  if head.want then
    units = grant(purpose, head, allowed)
    table.remove(lines[purpose], 1)
  else
    table.remove(others[purpose], 1)
    anyone = not row.shared
  end
  subtract(purpose, units)
end

for purpose, line in pairs(lines) do
  local field = request.instance .. ' ' .. purpose
  if line[1] then
    redis.call('HSET', KEYS[LINE], field, cjson.encode({ instance = request.instance, purpose = purpose,
      arrival = line[1].arrival, units = line[1].units, untilMs = now + request.lineMs }))
  else redis.call('HDEL', KEYS[LINE], field) end
end

local answer = describe()
answer.granted = granted
answer.others = othersCount
answer.headroom = headroom()
answer.releases = {}
if #granted < #request.wants then
  local _, at = openNow()
  local moments = { at, nextAnswered(window), nextRelease(IDLE, window), nextRelease(FEED, feedMs),
    nextRelease(BACKGROUND, backgroundMs) }
  for i = 1, 5 do
    local moment = moments[i]
    if moment and moment > now and (not answer.changeMs or moment - now < answer.changeMs) then
      answer.changeMs = moment - now
    end
  end
  for ledger, horizonMs in pairs({ [SPENT] = window, [REFUSED] = row.windowMs }) do
    local released = redis.call('ZRANGE', KEYS[ledger], 0, request.mostReleases - 1, 'WITHSCORES')
    for i = 1, #released, 2 do
      table.insert(answer.releases, { tonumber(released[i + 1]) + horizonMs - now, unitsOf(released[i]) })
    end
  end
  table.sort(answer.releases, function(a, b) return a[1] < b[1] end)
end
return cjson.encode(answer)
`;
