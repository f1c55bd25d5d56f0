import { hash } from 'node:crypto';
import type { JournalTail } from '../changes/journalTail.js';
import { ConfigError } from '../config/ConfigError.js';
import type { GatewayConfig } from '../config/loadConfig.js';
import type { Engine } from '../engine/contract.js';
import { createEmbeddedEngine } from '../engine/createEmbeddedEngine.js';
import { createRedisEngine, type RedisEngineDeps } from '../engine/createRedisEngine.js';
import { namespaceOf } from '../engine/namespace.js';
import { RedisUnavailableError, UnsuitableRedisError } from '../redis/redisErrors.js';

const journalRetryMs = 1_000;
const releaseCharacters = 16;

type EngineDeps = Pick<RedisEngineDeps, 'clock' | 'random' | 'logger'>;

/**
 * Redis where it is configured, the disk of this instance otherwise.
 * @param sdl The schema: cache entries have the shape of its types, so builds with other types keep entries of their own.
 * @throws {ConfigError} when REDIS_URL names a server that must not be used.
 */
export async function openEngine(config: GatewayConfig, deps: EngineDeps, sdl: string): Promise<Engine> {
  const { redisUrl: url, stateDir, upstream } = config;
  const { clock, random, logger } = deps;
  const namespace = namespaceOf(config);
  if (url === undefined) return createEmbeddedEngine({ stateDir, namespace, clock });
  const release = hash('sha256', sdl, 'base64url').slice(0, releaseCharacters);
  try {
    const flightMs = upstream.attemptTimeoutMs;
    return await createRedisEngine({ url, namespace, release, flightMs, clock, random, logger });
  } catch (error) {
    if (!(error instanceof UnsuitableRedisError)) throw error;
    throw new ConfigError([{ setting: 'REDIS_URL', problem: error.problem }]);
  }
}

/** Nothing can be told or written down without the journal, so nobody is served before it is open. */
export async function openJournal(tail: JournalTail, { clock, logger }: EngineDeps): Promise<void> {
  for (;;) {
    try {
      return await tail.start();
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      logger.warn({ reason: error.reason }, 'waiting for Redis, which holds the journal of changes');
      await clock.sleep(journalRetryMs);
    }
  }
}
