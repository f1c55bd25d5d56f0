import type { Dispatcher } from 'undici';
import { createUpstreamCredential } from '../auth/credentials/createUpstreamCredential.js';
import { createCache } from '../cache/createCache.js';
import type { Leadership } from '../changes/leadership.js';
import type { GatewayConfig } from '../config/loadConfig.js';
import { createGatewayWrites } from '../datasources/createGatewayWrites.js';
import type { Engine } from '../engine/contract.js';
import { registerCacheMetrics } from '../observability/cacheMetrics.js';
import type { Logger } from '../observability/logger.js';
import { buildMetrics } from '../observability/metrics.js';
import { registerUpstreamMetrics } from '../observability/upstreamMetrics.js';
import type { Clock } from '../time/clock.js';
import { graphScope, mcasScope } from '../upstream/clouds.js';
import type { UpstreamConfig } from '../upstream/config.js';
import { createUpstreams } from '../upstream/createUpstreams.js';
import { createLive } from './createLive.js';
import { createReadiness } from './readiness.js';

/** What a test may replace; the process takes the defaults. */
export interface GatewayDeps {
  readonly logger: Logger;
  readonly clock?: Clock;
  /** In [0, 1); spreads waits and lifetimes. */
  readonly random?: () => number;
  /** Carries the calls to the upstreams instead of our own connection pools. */
  readonly dispatcher?: Dispatcher;
  /** Decides whether this instance polls, instead of the engine. */
  readonly leadership?: Leadership;
}

/** With the defaults filled in. */
type Replaceable = 'dispatcher' | 'leadership';
export type GatewayParts = Required<Omit<GatewayDeps, Replaceable>> & Pick<GatewayDeps, Replaceable>;

export type Parts = ReturnType<typeof createParts>;

/** Everything of our own data behind the server. `close` ends it in the reverse order of its dependence. */
export function createParts(config: GatewayConfig, deps: GatewayParts, engine: Engine) {
  const { logger, clock, random, dispatcher, leadership = engine.leadership } = deps;
  const { cloud, credential } = config.upstream;
  const metrics = buildMetrics({ process: true });
  const credentials = {
    graph: createUpstreamCredential(credential, graphScope(cloud), clock),
    mcas: createUpstreamCredential(credential, mcasScope, clock),
  };
  const { upstreams, stop: stopUpstreams } = createUpstreams(withOwnRightsOnly(config.upstream), {
    clock,
    logger,
    random,
    credentials,
    ...(dispatcher === undefined ? {} : { dispatcher }),
    ...(engine.createBudget === undefined ? {} : { createBudget: engine.createBudget }),
  });
  registerUpstreamMetrics(metrics.registry, upstreams);
  const cache = createCache({
    clock,
    logger,
    random,
    onOutcome: registerCacheMetrics(metrics.registry),
    ...(engine.secondLayer === undefined ? {} : { secondLayer: engine.secondLayer }),
  });
  const writes = createGatewayWrites({ clock, ...engine.writes });
  const live = createLive(config, {
    engine,
    leadership,
    upstreams,
    cache,
    writes,
    clock,
    random,
    logger,
    registry: metrics.registry,
  });
  const readiness = createReadiness({
    upstreams,
    feeds: live.feeds,
    tail: live.tail,
    engine,
    clock,
    logger,
    credential: credential.kind === 'on-behalf-of' ? undefined : credentials.graph,
  });
  const close = async () => {
    readiness.stop();
    await live.stop();
    await stopUpstreams();
    await cache.close();
    await engine.close();
  };
  return { ...deps, engine, credentials, metrics, upstreams, cache, writes, live, readiness, close };
}

/** The legacy Cloud Apps token has the rights of whoever issued it, which must not stand in for those of the caller. */
function withOwnRightsOnly({ mcasToken, ...upstream }: UpstreamConfig): UpstreamConfig {
  if (mcasToken === undefined || upstream.credential.kind === 'on-behalf-of') return upstream;
  return { ...upstream, mcasToken };
}
