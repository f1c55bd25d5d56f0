import { UpstreamError } from '../../errors/GatewayError.js';
import { KeptObjects } from '../../mirror/KeptObjects.js';
import type { Logger } from '../../observability/logger.js';
import type { SecureScoreControlProfile } from '../../schema/types/secureScoreControlProfile.type.js';
import type { Clock } from '../../time/clock.js';
import { readControlProfiles } from './readScores.js';
import type { ScoreFeedSourceDeps } from './scoreFeedSource.js';

/** Every control profile of the tenant, as one object. */
export type KeptProfiles = KeptObjects<readonly SecureScoreControlProfile[]>;

/** The key of that object. */
export const allProfiles = 'all';

export interface KeptProfilesDeps extends ScoreFeedSourceDeps {
  readonly clock: Clock;
  /** In [0, 1); spreads the readings. */
  readonly random: () => number;
  readonly logger: Logger;
}

const refreshMs = 3_600_000;

/** Keeps the control profiles at hand once a score names them. A part of them is not kept. */
export function createKeptProfiles({ upstream, makeScope, clock, random, logger }: KeptProfilesDeps): KeptProfiles {
  return new KeptObjects({
    name: 'secureScoreControlProfiles',
    clock,
    random,
    logger,
    refreshMs,
    maxObjects: 1,
    keysPerRound: 1,
    read: async (keys, signal) => {
      const { rows, asOf, warnings } = await readControlProfiles(upstream, makeScope(signal, 'background'));
      if (warnings.length > 0) {
        const details = { upstream: upstream.name };
        throw new UpstreamError('UPSTREAM_BAD_RESPONSE', 'Only a part of the providers answered.', details);
      }
      return new Map(keys.map((key) => [key, { value: rows, asOf }]));
    },
    keysOf: () => [allProfiles],
  });
}
