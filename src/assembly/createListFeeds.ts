import type { Feed } from '../changes/feeds/contract.js';
import { createIdentityFeeds, type IdentityFeedsDeps } from '../changes/feeds/createIdentityFeeds.js';
import { createScoreFeeds } from '../changes/feeds/createScoreFeeds.js';
import type { ProcessWrites } from '../datasources/createGatewayWrites.js';
import { createRiskEventFeedSource } from '../datasources/identity/riskEventFeedSource.js';
import { createRiskyUserFeedSource } from '../datasources/identity/riskyUserFeedSource.js';
import { createScoreFeedSource } from '../datasources/scores/scoreFeedSource.js';
import type { CallScope, Purpose, Upstream, Upstreams } from '../upstream/contract.js';

export interface ListFeedsDeps extends Omit<IdentityFeedsDeps, 'riskEvents' | 'riskyUsers' | 'ownActions'> {
  readonly upstreams: Upstreams;
  readonly makeScope: (signal: AbortSignal, purpose: Purpose) => CallScope;
  readonly writes: Pick<ProcessWrites, 'riskyUserWrites'>;
}

export interface ListFeeds {
  /** To be run beside those of alerts and incidents. */
  readonly feeds: readonly Feed[];
  /** After the feeds have stopped. */
  stop(): Promise<void>;
}

/** What polls Identity Protection and secure scores, each only where the cloud offers it. */
export function createListFeeds(deps: ListFeedsDeps): ListFeeds {
  const identity = identityFeeds(deps);
  return { feeds: [...identity.feeds, ...scoreFeeds(deps)], stop: () => identity.stop() };
}

function identityFeeds({ upstreams, makeScope, writes, ...deps }: ListFeedsDeps): ListFeeds {
  const upstream = upstreams.GRAPH_IDENTITY_PROTECTION;
  if (!isOffered(upstream)) return { feeds: [], stop: async () => undefined };
  const { pending, acted } = writes.riskyUserWrites;
  const identity = createIdentityFeeds({
    ...deps,
    riskEvents: createRiskEventFeedSource({ upstream, makeScope }),
    riskyUsers: createRiskyUserFeedSource({ upstream, makeScope }),
    ownActions: (id, user) => pending.apply(id, user),
  });
  const leave = acted.listen((users) => identity.acted(users));
  return {
    feeds: identity.feeds,
    stop: async () => {
      leave();
      await identity.stop();
    },
  };
}

function scoreFeeds({ upstreams, makeScope, ...deps }: ListFeedsDeps): readonly Feed[] {
  const upstream = upstreams.GRAPH_SECURITY;
  return isOffered(upstream)
    ? createScoreFeeds({ ...deps, source: createScoreFeedSource({ upstream, makeScope }) })
    : [];
}

function isOffered(upstream: Upstream): boolean {
  return upstream.status().state !== 'NOT_CONFIGURED';
}
