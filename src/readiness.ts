import type { TokenProvider } from './auth/credentials/tokenProvider.js';
import type { AlertFeedStatus } from './changes/createAlertChanges.js';
import type { Logger } from './observability/logger.js';
import type { Readiness } from './server/health.js';
import type { Clock } from './time/clock.js';
import { type Upstreams, upstreamNames } from './upstream/contract.js';

export interface ReadinessDeps {
  readonly upstreams: Upstreams;
  readonly alertChanges: { status(): AlertFeedStatus };
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
export function createReadiness({ upstreams, alertChanges, clock, logger, credential }: ReadinessDeps): ReadinessWatch {
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
      degraded: [...troubledUpstreams(upstreams), ...troubledFeed(alertChanges.status())],
    }),
    stop: () => stopping.abort(),
  };
}

function troubledUpstreams(upstreams: Upstreams): string[] {
  return upstreamNames.filter((name) => ['FAILING', 'THROTTLED'].includes(upstreams[name].status().state));
}

function troubledFeed({ lastErrorCode }: AlertFeedStatus): string[] {
  return lastErrorCode === null ? [] : ['ALERT_FEED'];
}
