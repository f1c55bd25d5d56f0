import { buildScript } from '../../redis/scripts.js';
import type { EntryTexts } from './records.js';
import { texts } from './replies.js';

/**
 * Makes the journal that of the running server: a server that started again and may have lost acknowledged writes, or a
 * journal that is gone, means a new epoch, because sequences might otherwise be given twice. Heads and feeds that
 * survived stay: they are of one moment, and the feed goes on from there.
 *
 * KEYS journal state, journal, minutes. ARGV run id, `1` when restarts lose nothing, epoch to take if one is needed,
 * channel. Returns the epoch.
 */
export const adoptJournal = buildScript(
  `
local state = redis.call('HMGET', KEYS[1], 'epoch', 'runId')
if state[1] and state[2] == ARGV[1] then return state[1] end
local epoch = state[1]
if not epoch or ARGV[2] ~= '1' then
  epoch = ARGV[3]
  redis.call('DEL', KEYS[2], KEYS[3])
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'sequence', '0')
end
redis.call('HSETNX', KEYS[1], 'revision', redis.call('TIME')[1] .. '000000')
redis.call('HSET', KEYS[1], 'runId', ARGV[1])
redis.call('PUBLISH', ARGV[4], '')
return epoch
`,
  String,
);

export interface JournalLook {
  readonly epoch: string;
  readonly newest: number;
  /** Entries that are kept. */
  readonly length: number;
  /** Topic → stamped state. */
  readonly feeds: ReadonlyMap<string, string>;
  /** In order. */
  readonly entries: readonly { readonly sequence: number; readonly record: EntryTexts }[];
}

/**
 * One consistent look at the journal.
 *
 * KEYS journal state, feeds, journal. ARGV run id, first sequence, most entries. Nothing when the journal is not that of
 * the running server.
 */
export const lookAtJournal = buildScript<JournalLook | undefined>(
  `
local state = redis.call('HMGET', KEYS[1], 'epoch', 'runId', 'sequence')
if not state[1] or state[2] ~= ARGV[1] then return false end
local entries = {}
if tonumber(ARGV[3]) > 0 then
  for _, entry in ipairs(redis.call('XRANGE', KEYS[3], ARGV[2] .. '-0', '+', 'COUNT', ARGV[3])) do
    entries[#entries + 1] = {entry[1], entry[2][2], entry[2][4], entry[2][6]}
  end
end
return {state[1], state[3], redis.call('XLEN', KEYS[3]), redis.call('HGETALL', KEYS[2]), entries}
`,
  (reply) => {
    if (!Array.isArray(reply)) return undefined;
    const [epoch, newest, length, feeds, entries] = reply;
    return {
      epoch: String(epoch),
      newest: Number(newest),
      length: Number(length),
      feeds: new Map(pairs(texts(feeds))),
      entries: (Array.isArray(entries) ? entries : []).map((entry) => {
        const [id = '', header = '', entity = '', before = ''] = texts(entry);
        return { sequence: Number.parseInt(id, 10), record: [header, entity, before] };
      }),
    };
  },
);

/**
 * Forgets heads below a version, a bounded number at a time.
 *
 * KEYS versions, heads. ARGV lowest index bound that stays, most heads. Returns how many went.
 */
export const forgetHeads = buildScript(
  `
local members = redis.call('ZRANGEBYLEX', KEYS[1], '-', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])
for _, member in ipairs(members) do
  redis.call('HDEL', KEYS[2], string.sub(member, string.find(member, ':', 1, true) + 1))
  redis.call('ZREM', KEYS[1], member)
end
return #members
`,
  Number,
);

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ''] as [string, string]] : []));
}
