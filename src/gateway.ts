import 'reflect-metadata';
import type { Dispatcher } from 'undici';
import { createLive } from './assembly/createLive.js';
import { openEngine } from './assembly/openEngine.js';
import { createReadiness } from './assembly/readiness.js';
import { createEntraAuthenticator, createOpenAuthenticator } from './auth/createAuthenticator.js';
import { createUpstreamCredential } from './auth/credentials/createUpstreamCredential.js';
import { createCache } from './cache/createCache.js';
import type { Leadership } from './changes/leadership.js';
import type { AuthConfig, GatewayConfig } from './config/loadConfig.js';
import { createDataSources } from './datasources/createDataSources.js';
import { createGatewayWrites } from './datasources/createGatewayWrites.js';
import type { Engine } from './engine/contract.js';
import { registerCacheMetrics } from './observability/cacheMetrics.js';
import type { Logger } from './observability/logger.js';
import { buildMetrics } from './observability/metrics.js';
import { registerUpstreamMetrics } from './observability/upstreamMetrics.js';
import { orphanedTypes, resolvers } from './resolvers/index.js';
import { buildGatewaySchema } from './schema/buildSchema.js';
import { printGatewaySchema } from './schema/printSchema.js';
import { buildAccessScope } from './server/accessScope.js';
import { createServer, type ServerOptions } from './server/createServer.js';
import { type Clock, systemClock } from './time/clock.js';
import { graphScope, mcasScope } from './upstream/clouds.js';
import type { UpstreamConfig } from './upstream/config.js';
import { createUpstreams } from './upstream/createUpstreams.js';
import { webhookPath } from './webhooks/createWebhooks.js';

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
type GatewayParts = Required<Omit<GatewayDeps, Replaceable>> & Pick<GatewayDeps, Replaceable>;

export interface Gateway {
  /** `http://host:port`. */
  readonly url: string;
  /** Drains and closes everything that `createGateway` opened, in the reverse order. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * The composition root: here and in `assembly/` concrete parts are chosen, nowhere else.
 * @throws when the port, the state directory or Redis cannot be used.
 */
export async function createGateway(config: GatewayConfig, deps: GatewayDeps): Promise<Gateway> {
  const filled = { clock: systemClock, random: Math.random, ...deps };
  const served = buildServedSchema();
  const parts = createParts(config, filled, await openEngine(config, filled, served.sdl));
  try {
    await parts.live.open();
    const server = await createServer(toServerOptions(config, parts, served));
    parts.live.start();
    return toGateway(server.url, () => server.stop().then(parts.close));
  } catch (error) {
    await parts.close();
    throw error;
  }
}

/** The schema that every transport serves, and its text. */
export function buildServedSchema() {
  const schema = buildGatewaySchema(resolvers, orphanedTypes);
  return { schema, sdl: printGatewaySchema(schema) };
}

type ServedSchema = ReturnType<typeof buildServedSchema>;

type Parts = ReturnType<typeof createParts>;

/** Everything behind the server. `close` ends it in the reverse order of its dependence. */
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

/** What the server is started with. */
export function toServerOptions(config: GatewayConfig, parts: Parts, { schema, sdl }: ServedSchema): ServerOptions {
  const { upstreams, cache, clock, logger, writes, metrics, readiness } = parts;
  const { mirror, changes, webhooks, isFeedOn } = parts.live;
  const dataSourceDeps = { upstreams, cache, clock, logger, ...mirror.sources, alertsDialect: config.alertsDialect };
  const scopeOptions = { tenantId: config.tenantId, credentialKind: config.upstream.credential.kind };
  return {
    schema,
    sdl,
    config: config.http,
    authenticator: createAuthenticator(config.auth, clock, logger),
    createContext: (principal, scope) => ({
      principal,
      scope,
      dataSources: createDataSources({ ...dataSourceDeps, ...writes.seenBy(scope) }, scope),
      changes,
      upstreams,
    }),
    accessScopeOf: (principal) => buildAccessScope(scopeOptions, principal),
    changeCursor: () => (isFeedOn ? changes.cursor() : undefined),
    readiness: () => readiness.probe(),
    ...(webhooks === undefined ? {} : { webhooks: { path: webhookPath, receiver: webhooks.receiver } }),
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
