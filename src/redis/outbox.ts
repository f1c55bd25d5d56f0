import type { Logger } from '../observability/logger.js';
import type { Redis } from './connection.js';
import { RedisUnavailableError } from './redisErrors.js';
import type { RedisScript } from './scripts.js';

/** A script that does no harm when it runs twice. */
export interface Letter {
  readonly script: RedisScript<unknown>;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

export interface Outbox {
  /** Resolves when the letter has arrived, or waits for Redis; never rejects. */
  send(letter: Letter): Promise<void>;
  /** Letters that wait. */
  readonly length: number;
  stop(): void;
}

/** What waits beyond this is lost, the oldest first. */
const maxLetters = 10_000;

/** Brings to Redis what it has to learn sooner or later: at once, or after the next connection, in order. */
export function createOutbox(redis: Redis, logger: Logger): Outbox {
  const waiting: Letter[] = [];
  let posting: Promise<void> | undefined;

  async function post(): Promise<void> {
    for (let letter = waiting[0]; letter !== undefined; letter = waiting[0]) {
      try {
        await redis.run(letter.script, letter.keys, letter.args);
      } catch (error) {
        if (error instanceof RedisUnavailableError) return;
        logger.error({ err: error }, 'Redis refused what it has to learn');
      }
      const index = waiting.indexOf(letter);
      if (index !== -1) waiting.splice(index, 1);
    }
  }

  function postAll(): Promise<void> {
    posting ??= post().finally(() => {
      posting = undefined;
    });
    return posting;
  }

  const leave = redis.onConnected(() => void postAll());
  return {
    send: async (letter) => {
      waiting.push(letter);
      if (waiting.length > maxLetters) waiting.shift();
      await postAll();
    },
    get length() {
      return waiting.length;
    },
    stop: leave,
  };
}
