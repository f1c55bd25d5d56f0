import { buildScript } from '../../redis/scripts.js';

/** The drops of some tags, as all instances know them. */
export interface DropsLook {
  /** Of the last drop of anything. */
  readonly sequence: number;
  /** Drops up to here may be forgotten. */
  readonly floor: number;
  /** Of the last drop of each tag, in their order; 0 when none is remembered. */
  readonly tags: readonly number[];
}

/** More tags than these are not remembered; the floor rises over the oldest. */
const maxTags = 100_000;

/** Notes a drop of tags. KEYS drops, state. ARGV tags. Returns its sequence. */
export const noteDrop = buildScript<number>(
  `
local sequence = redis.call('HINCRBY', KEYS[2], 'sequence', 1)
for _, tag in ipairs(ARGV) do redis.call('ZADD', KEYS[1], sequence, tag) end
local over = redis.call('ZCARD', KEYS[1]) - ${maxTags}
if over > 0 then
  local gone = redis.call('ZPOPMIN', KEYS[1], over)
  redis.call('HSET', KEYS[2], 'floor', gone[#gone])
end
return sequence
`,
  Number,
);

/** Drops every entry with a tag. KEYS drops, state. Returns its sequence. */
export const noteDropOfAll = buildScript<number>(
  `
local sequence = redis.call('HINCRBY', KEYS[2], 'sequence', 1)
redis.call('HSET', KEYS[2], 'floor', sequence)
return sequence
`,
  Number,
);

/** KEYS drops, state. ARGV tags. */
export const lookAtDrops = buildScript<DropsLook>(
  `
local state = redis.call('HMGET', KEYS[2], 'sequence', 'floor')
local found = {}
for i, tag in ipairs(ARGV) do found[i] = redis.call('ZSCORE', KEYS[1], tag) or '0' end
return {state[1] or '0', state[2] or '0', found}
`,
  (reply) => {
    const [sequence, floor, tags] = Array.isArray(reply) ? reply : [];
    return { sequence: Number(sequence), floor: Number(floor), tags: Array.isArray(tags) ? tags.map(Number) : [] };
  },
);
