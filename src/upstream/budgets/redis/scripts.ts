import type { RedisReply } from '../../../redis/redisSession.js';
import { buildScript } from '../../../redis/scripts.js';
import { drawLua } from './drawLua.js';
import { ledgerLua } from './ledgerLua.js';

/** A shared budget as it was when Redis answered. Times are milliseconds from then. */
export interface LedgerState {
  readonly limit: number;
  readonly windowMs: number;
  /** Units drawn by all instances, those in flight included. */
  readonly used: number;
  readonly inFlight: number;
  /** Until when a refusal of the upstream keeps everything back; 0 when none does. */
  readonly pauseMs: number;
  /** When the next answered unit frees; absent while none will. */
  readonly releaseMs?: number;
}

export interface DrawAnswer extends LedgerState {
  /** Which of the wants may start, with how many of their parts; in the order of their turns. */
  readonly granted: readonly { readonly index: number; readonly parts: number; readonly units: number }[];
  /** First in line at other instances, one per instance and class. */
  readonly others: number;
  /** Units kept free for a feed that has not drawn its part yet. */
  readonly headroom: number;
  /** When units free that were answered, soonest first; only when somebody has to wait. */
  readonly releases: readonly (readonly [inMs: number, units: number])[];
  /** When more may be granted, as far as that depends on time and not on calls in flight. */
  readonly changeMs?: number;
}

/** Grants what may start now, and keeps the place in line of what may not. */
export const drawUnits = buildScript<DrawAnswer>(drawLua, (reply) => {
  const answer = JSON.parse(String(reply)) as DrawAnswer;
  return { ...answer, granted: toList(answer.granted), releases: toList(answer.releases) };
});

/** Ends a grant: `settle` with what it cost, `refuse`, or `cancel`. Harmless when repeated. */
export const endGrant = buildScript<LedgerState>(
  `${ledgerLua}
local taken = request.id .. '|' .. string.format('%.17g', request.units)
take(FLIGHT, taken)
take(SPENT, taken)
if request.how == 'settle' then
  put(SPENT, request.id .. '|' .. string.format('%.17g', request.cost), now)
else
  -- A class is owed answers: what brought none is not counted against it.
  uncharge(taken)
end
if request.how == 'refuse' then
  put(REFUSED, taken, now)
  forget('lastStart')
  -- Nobody goes next before it is known for how long; if it never is, a window is long enough.
  if now >= (number('pausedUntil') or 0) then keep('heldUntil', now + row.windowMs) end
end
return cjson.encode(describe())
`,
  toState,
);

/** The upstream refused a call: nothing is granted for a while, and a limit that others use too is halved once per episode. */
export const pauseBudget = buildScript<LedgerState>(
  `${ledgerLua}
local pausedUntil = number('pausedUntil') or 0
if row.shared and now >= pausedUntil then halve() end
keep('pausedUntil', math.max(pausedUntil, now + request.pauseMs))
forget('heldUntil')
return cjson.encode(describe())
`,
  toState,
);

/** Tells the ledger what an instance drew while Redis was away, or what Redis has lost. What it knows stays as it is. */
export const reportUnits = buildScript<LedgerState>(
  `${ledgerLua}
for _, drawn in ipairs(request.drawn) do
  local taken = drawn.id .. '|' .. string.format('%.17g', drawn.units)
  if drawn.agoMs then
    local entry = drawn.id .. '|' .. string.format('%.17g', drawn.cost)
    take(FLIGHT, taken)
    if entry ~= taken then take(SPENT, taken) end
    local isKnown = drawn.cost == 0 or redis.call('ZSCORE', KEYS[REFUSED], taken)
    if not isKnown then put(SPENT, entry, now - drawn.agoMs) end
    if drawn.cost == 0 then uncharge(taken) end
  elseif not redis.call('ZSCORE', KEYS[SPENT], taken) then put(FLIGHT, taken, now + drawn.leftMs) end
end
if request.pauseMs > 0 then keep('pausedUntil', math.max(number('pausedUntil') or 0, now + request.pauseMs)) end
return cjson.encode(describe())
`,
  toState,
);

/** Reads without drawing. */
export const lookAtBudget = buildScript<LedgerState>(`${ledgerLua}\nreturn cjson.encode(describe())\n`, toState);

/** Our own scripts make the text, so its shape is what they say. */
function toState(reply: RedisReply): LedgerState {
  return JSON.parse(String(reply)) as LedgerState;
}

/** Lua has one kind of table, so an empty list arrives as an empty object. */
function toList<T>(list: readonly T[] | object): readonly T[] {
  return Array.isArray(list) ? list : [];
}
