import 'reflect-metadata';
import type { Dispatcher } from 'undici';
import { createEntraAuthenticator, createOpenAuthenticator } from './auth/createAuthenticator.js';
import { createUpstreamCredential } from './auth/credentials/createUpstreamCredential.js';
import { createCache } from './cache/createCache.js';
import { toAlertCacheTags } from './changes/alertCacheTags.js';
import { createAlertChanges } from './changes/createAlertChanges.js';
import { buildFeedScope } from './changes/feedScope.js';
import { createSqliteChangeStore } from './changes/sqliteChangeStore.js';
import type { AuthConfig, GatewayConfig } from './config/loadConfig.js';
import { createAlertFeedSource } from './datasources/alerts/alertFeedSource.js';
import { createDataSources } from './datasources/createDataSources.js';
import { createGatewayWrites } from './datasources/createGatewayWrites.js';
import { registerCacheMetrics } from './observability/cacheMetrics.js';
import type { Logger } from './observability/logger.js';
import { buildMetrics } from './observability/metrics.js';
import { registerUpstreamMetrics } from './observability/upstreamMetrics.js';
import { createReadiness } from './readiness.js';
import { orphanedTypes, resolvers } from './resolvers/index.js';
import { buildGatewaySchema } from './schema/buildSchema.js';
import { printGatewaySchema } from './schema/printSchema.js';
import { buildAccessScope } from './server/accessScope.js';
import { createServer, type ServerOptions } from './server/createServer.js';
import { type Clock, systemClock } from './time/clock.js';
import { graphScope, mcasScope } from './upstream/clouds.js';
import type { UpstreamConfig } from './upstream/config.js';
import { createUpstreams } from './upstream/createUpstreams.js';

/** What a test may replace; the process takes the defaults. */
export interface GatewayDeps {
  readonly logger: Logger;
  readonly clock?: Clock;
  /** In [0, 1); spreads waits and lifetimes. */
  readonly random?: () => number;
  /** Carries the calls to the upstreams instead of our own connection pools. */
  readonly dispatcher?: Dispatcher;
}

/** With the defaults filled in. */
type GatewayParts = Required<Omit<GatewayDeps, 'dispatcher'>> & Pick<GatewayDeps, 'dispatcher'>;

export interface Gateway {
  /** `http://host:port`. */
  readonly url: string;
  /** Drains and closes everything that `createGateway` opened, in the reverse order. Safe to call twice. */
  stop(): Promise<void>;
}

/** The composition root: the only place where concrete parts are chosen. @throws when the port or the state directory cannot be used. */
export async function createGateway(config: GatewayConfig, deps: GatewayDeps): Promise<Gateway> {
  const parts = createParts(config, { clock: systemClock, random: Math.random, ...deps });
  try {
    const server = await createServer(toServerOptions(config, parts));
    if (parts.isFeedOn) parts.alertChanges.start();
    return toGateway(server.url, () => server.stop().then(parts.close));
  } catch (error) {
    await parts.close();
    throw error;
  }
}

type Parts = ReturnType<typeof createParts>;

/** Everything behind the server. `close` ends it in the reverse order of its dependence. */
export function createParts(config: GatewayConfig, deps: GatewayParts) {
  const { logger, clock, random, dispatcher } = deps;
  const { cloud, credential } = config.upstream;
  const actsForCallers = credential.kind === 'on-behalf-of';
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
  });
  registerUpstreamMetrics(metrics.registry, upstreams);
  const cache = createCache({ clock, logger, random, onOutcome: registerCacheMetrics(metrics.registry) });
  const writes = createGatewayWrites(clock);
  const store = createSqliteChangeStore({ directory: config.stateDir });
  const feedAccessScope = `${config.tenantId}|${credential.kind}|feed`;
  const alertChanges = createAlertChanges({
    source: createAlertFeedSource(
      upstreams.GRAPH_SECURITY,
      config.alertsDialect,
      (signal) => buildFeedScope(feedAccessScope, clock.now(), signal),
      writes.alertWrites.overlay,
    ),
    store,
    clock,
    logger,
    random,
    intervalSeconds: config.pollIntervalMs / 1000,
    onChange: (alerts) => cache.drop(toAlertCacheTags(alerts)),
  });
  const isFeedOn = !actsForCallers && upstreams.GRAPH_SECURITY.status().state !== 'NOT_CONFIGURED';
  const readiness = createReadiness({
    upstreams,
    alertChanges,
    clock,
    logger,
    credential: actsForCallers ? undefined : credentials.graph,
  });
  const close = async () => {
    readiness.stop();
    await alertChanges.stop();
    await stopUpstreams();
    await cache.close();
    store.close();
  };
  return { ...deps, credentials, metrics, upstreams, cache, writes, alertChanges, isFeedOn, readiness, close };
}

/** The legacy Cloud Apps token has the rights of whoever issued it, which must not stand in for those of the caller. */
function withOwnRightsOnly({ mcasToken, ...upstream }: UpstreamConfig): UpstreamConfig {
  if (mcasToken === undefined || upstream.credential.kind === 'on-behalf-of') return upstream;
  return { ...upstream, mcasToken };
}

/** What the server is started with. */
export function toServerOptions(config: GatewayConfig, parts: Parts): ServerOptions {
  const { upstreams, cache, clock, logger, writes, alertChanges, metrics, readiness } = parts;
  const schema = buildGatewaySchema(resolvers, orphanedTypes);
  const dataSourceDeps = { upstreams, cache, clock, logger, alertsDialect: config.alertsDialect };
  const scopeOptions = { tenantId: config.tenantId, credentialKind: config.upstream.credential.kind };
  return {
    schema,
    sdl: printGatewaySchema(schema),
    config: config.http,
    authenticator: createAuthenticator(config.auth, clock, logger),
    createContext: (principal, scope) => ({
      principal,
      scope,
      dataSources: createDataSources({ ...dataSourceDeps, ...writes.seenBy(scope) }, scope),
      alertChanges,
      upstreams,
    }),
    accessScopeOf: (principal) => buildAccessScope(scopeOptions, principal),
    readiness: () => readiness.probe(),
    logger,
    metrics,
    clock,
  };
}

function createAuthenticator(auth: AuthConfig, clock: Clock, logger: Logger) {
  if (auth.mode === 'none') return createOpenAuthenticator(auth.principal);
  return createEntraAuthenticator(auth, { clock, logger, fetch });
}

function toGateway(url: string, stopAll: () => Promise<void>): Gateway {
  let stopped: Promise<void> | undefined;
  return {
    url,
    stop() {
      stopped ??= stopAll();
      return stopped;
    },
  };
}
