import type { Redis } from '../../src/redis/connection.js';
import { buildScript } from '../../src/redis/scripts.js';
import type { VirtualClock } from '../support/virtualClock.js';

const ownTime = "redis.call('TIME')";
const givenTime = '{ ARGV[#ARGV - 1], ARGV[#ARGV] }';

/** A Redis whose scripts live in virtual time, which stands still while Redis is at work. */
export function inVirtualTime(redis: Redis, clock: VirtualClock): Redis {
  return {
    ...redis,
    send: (args) => clock.standStillFor(() => redis.send(args)),
    run: (script, keys, args) => {
      const moved = buildScript(script.source.replaceAll(ownTime, givenTime), script.parse);
      const now = clock.now();
      const time = [Math.floor(now / 1_000), (now % 1_000) * 1_000];
      return clock.standStillFor(() => redis.run(moved, keys, [...args, ...time]));
    },
  };
}
