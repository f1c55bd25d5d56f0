import type { Clock } from '../time/clock.js';
import type { Redis } from './connection.js';
import { buildScript } from './scripts.js';

export interface InstancesDeps {
  readonly redis: Redis;
  readonly clock: Clock;
  /** Unique among all instances. */
  readonly instanceId: string;
}

export interface Instances {
  start(): void;
  /** Instances that were alive when Redis last said so, ourselves included; at least 1. */
  count(): number;
  /** Takes ourselves out of the count of the others. */
  stop(): Promise<void>;
}

const beatMs = 3_000;
/** Who was not heard of for this long is gone. */
export const aliveMs = 10_000;

/** The last sign of life of each instance, in milliseconds of the clock of Redis. */
export function instancesKey(redis: Redis): string {
  return redis.key('instances');
}

/** KEYS beats. ARGV instance, milliseconds for which a beat counts. Returns how many are alive. */
const beat = buildScript(
  `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - ARGV[2]))
return redis.call('ZCARD', KEYS[1])
`,
  Number,
);

/**
 * Counts the instances that share Redis. While it is away the last count stands, so that each instance can go on with its
 * part of what they shared.
 */
export function createInstances({ redis, clock, instanceId }: InstancesDeps): Instances {
  const stopping = new AbortController();
  const key = instancesKey(redis);
  let known = 1;
  let running: Promise<void> | undefined;
  let wait = new AbortController();
  const beatOnce = async () => {
    known = Math.max(1, await redis.run(beat, [key], [instanceId, aliveMs]));
  };
  const run = async () => {
    while (!stopping.signal.aborted) {
      wait = new AbortController();
      await beatOnce().catch(() => undefined);
      if (!stopping.signal.aborted) await clock.sleep(beatMs, wait.signal).catch(() => undefined);
    }
  };
  const leave = redis.onConnected(() => wait.abort());
  return {
    start: () => {
      running ??= run();
    },
    count: () => known,
    stop: async () => {
      leave();
      stopping.abort();
      wait.abort();
      await running;
      await redis.send(['ZREM', key, instanceId]).catch(() => undefined);
    },
  };
}
