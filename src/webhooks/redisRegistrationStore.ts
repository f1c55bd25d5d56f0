import type { Redis } from '../redis/connection.js';
import { buildScript } from '../redis/scripts.js';
import type { RegistrationStore, WebhookState } from './contract.js';
import { parseState } from './parseState.js';

/** Writes only over what was read, and wakes all instances. KEYS state. ARGV text that was read, text to write. */
const replaceState = buildScript<boolean>(
  `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('PUBLISH', KEYS[1], '')
return 1
`,
  (reply) => reply === 1,
);

/** Instances write a few times a day, so losing so often means that something is wrong. */
const mostAttempts = 20;

/** Keeps the registrations in one key without expiry; its name is also the channel of the wake-ups. */
export function createRedisRegistrationStore(redis: Redis): RegistrationStore {
  const key = redis.key('webhooks');
  const readText = async () => {
    const reply = await redis.send(['GET', key]);
    return typeof reply === 'string' ? reply : undefined;
  };
  const tryUpdate = async (change: (before: WebhookState) => WebhookState): Promise<WebhookState | undefined> => {
    const text = await readText();
    const before = parseState(text);
    const after = change(before);
    if (after === before) return before;
    return (await redis.run(replaceState, [key], [text ?? '', JSON.stringify(after)])) ? after : undefined;
  };
  return {
    read: async () => parseState(await readText()),
    update: async (change) => {
      for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
        const after = await tryUpdate(change);
        if (after !== undefined) return after;
      }
      throw new Error('The registrations of change notifications are written by others all the time.');
    },
    onNews: (listener) => redis.listen(key, listener),
  };
}
