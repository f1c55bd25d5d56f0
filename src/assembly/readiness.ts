import type { TokenProvider } from '../auth/credentials/tokenProvider.js';
import type { ChangeTopic } from '../changes/contract.js';
import type { FeedStatus } from '../changes/feeds/createFeeds.js';
import type { Engine } from '../engine/contract.js';
import type { Logger } from '../observability/logger.js';
import type { Readiness } from '../server/health.js';
import type { Clock } from '../time/clock.js';
import { type Upstreams, upstreamNames } from '../upstream/contract.js';

export interface ReadinessDeps {
  readonly upstreams: Upstreams;
  readonly feeds: { status(): readonly FeedStatus[] };
  /** Failed looks at the journal of changes in a row. */
  readonly tail: { readonly failures: number };
  readonly engine: Pick<Engine, 'degraded'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Asked for a token until it gives one; undefined when every caller brings its own. */
  readonly credential: TokenProvider | undefined;
}

export interface ReadinessWatch {
  probe(): Readiness;
  stop(): void;
}

const retryDelayMs = 5_000;

/**
 * Ready once the credential has given a token: until then nothing can be answered. Trouble that comes later is named as
 * degraded, because cache and other upstreams still answer.
 */
export function createReadiness(deps: ReadinessDeps): ReadinessWatch {
  const { upstreams, feeds, tail, engine, clock, logger, credential } = deps;
  const stopping = new AbortController();
  let isUsable = credential === undefined;
  const watch = async (provider: TokenProvider) => {
    while (!isUsable) {
      try {
        await provider.authorization({ signal: stopping.signal });
        isUsable = true;
      } catch (error) {
        if (stopping.signal.aborted) return;
        logger.warn({ err: error }, 'no token for Microsoft Graph yet');
        await clock.sleep(retryDelayMs, stopping.signal);
      }
    }
  };
  if (credential !== undefined) watch(credential).catch(() => undefined);
  return {
    probe: () => ({
      ready: isUsable,
      degraded: [
        ...troubledUpstreams(upstreams),
        ...troubledFeeds(feeds.status()),
        ...(tail.failures === 0 ? [] : ['CHANGE_JOURNAL']),
        ...engine.degraded(),
      ],
    }),
    stop: () => stopping.abort(),
  };
}

function troubledUpstreams(upstreams: Upstreams): string[] {
  return upstreamNames.filter((name) => ['FAILING', 'THROTTLED'].includes(upstreams[name].status().state));
}

const feedNames: Readonly<Record<ChangeTopic, string>> = {
  alert: 'ALERT_FEED',
  incident: 'INCIDENT_FEED',
  riskEvent: 'RISK_EVENT_FEED',
  riskyUser: 'RISKY_USER_FEED',
  secureScore: 'SECURE_SCORE_FEED',
};

function troubledFeeds(feeds: readonly FeedStatus[]): string[] {
  const troubled = feeds.filter(({ isSweeping, lastErrorCode }) => isSweeping && lastErrorCode !== null);
  return [...new Set(troubled.map(({ topic }) => feedNames[topic]))];
}
