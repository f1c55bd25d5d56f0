import 'reflect-metadata';
import type { JoinedDeps } from './assembly/createJoined.js';
import { createParts, type GatewayDeps, type GatewayParts, type Parts } from './assembly/createParts.js';
import { bothReady } from './assembly/joinedReadiness.js';
import { openEngine } from './assembly/openEngine.js';
import { createEntraAuthenticator, createOpenAuthenticator } from './auth/createAuthenticator.js';
import type { JoinedConfig } from './config/joinedOf.js';
import type { AuthConfig, GatewayConfig, RouterConfig } from './config/loadConfig.js';
import { createDataSources } from './datasources/createDataSources.js';
import type { ExecutableSchema, SchemaSource } from './execution/contract.js';
import { buildPlainSchema } from './execution/createPlainSchema.js';
import { buildFixedSource } from './execution/fixedSource.js';
import { buildOwnSchema } from './federation/entities/buildOwnSchema.js';
import type { Logger } from './observability/logger.js';
import { buildMetrics } from './observability/metrics.js';
import type { GatewayContext } from './resolvers/context.js';
import { buildAccessScope } from './server/accessScope.js';
import { createServer, type ServerOptions } from './server/createServer.js';
import type { ReadinessProbe } from './server/health.js';
import { type Clock, systemClock } from './time/clock.js';
import { webhookPath } from './webhooks/createWebhooks.js';

export type { GatewayDeps };

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
export async function createGateway(config: GatewayConfig | RouterConfig, deps: GatewayDeps): Promise<Gateway> {
  const filled = { clock: systemClock, random: Math.random, ...deps };
  return config.localSubgraph ? createOwnGateway(config, filled) : createRouter(config, filled);
}

/** Serves our own data, alone or joined with that of others. */
async function createOwnGateway(config: GatewayConfig, deps: GatewayParts): Promise<Gateway> {
  const served = buildServedSchema();
  const parts = createParts(config, deps, await openEngine(config, deps, served.executable.sdl));
  const open: Stoppable[] = [{ stop: parts.close }];
  try {
    await parts.live.open();
    const schemas = await openSchemas(config, parts, served);
    open.unshift(schemas);
    const server = await createServer(toServerOptions(config, parts, schemas));
    parts.live.start();
    return toGateway(server.url, [server, ...open]);
  } catch (error) {
    await stopAll(open);
    throw error;
  }
}

/** Serves the data of others, joined. */
async function createRouter({ joined: config, http, auth }: RouterConfig, deps: GatewayParts): Promise<Gateway> {
  const { logger, clock } = deps;
  const metrics = buildMetrics({ process: true });
  const joined = await openJoined(config, { ...deps, registry: metrics.registry });
  try {
    const server = await createServer({
      schemas: joined.schemas,
      hasSchema: () => joined.hasSchema(),
      config: http,
      authenticator: createAuthenticator(auth, clock, logger),
      createContext: (context) => context,
      accessScopeOf: (principal) => buildAccessScope({ tenantId: '', credentialKind: 'none' }, principal),
      changeCursor: () => undefined,
      readiness: () => joined.readiness(),
      logger,
      metrics,
      clock,
    });
    return toGateway(server.url, [server, joined]);
  } catch (error) {
    await joined.stop();
    throw error;
  }
}

interface ServedSchema {
  readonly executable: ExecutableSchema;
  /** As a subgraph. */
  readonly subgraphSdl: string;
}

/** Our own schema, as clients and other supergraphs see it. Each call makes another. */
export function buildServedSchema(): ServedSchema {
  const { schema, sdl, subgraphSdl } = buildOwnSchema();
  return { executable: buildPlainSchema(schema, sdl), subgraphSdl };
}

interface OpenSchemas extends Pick<ServerOptions, 'buildTraced'> {
  readonly schemas: SchemaSource;
  readonly readiness: ReadinessProbe;
  stop(): Promise<void>;
}

/** What is served: our own schema, or the one in which it takes part. Traces are told by those who are asked only. */
async function openSchemas({ joined: config }: GatewayConfig, parts: Parts, own: ServedSchema): Promise<OpenSchemas> {
  const { metrics, readiness } = parts;
  if (config === undefined) return openPlain(own, () => readiness.probe());
  const joined = await openJoined(config, { ...parts, registry: metrics.registry, own });
  return { ...joined, readiness: () => bothReady(readiness.probe(), joined.readiness()) };
}

/** Composition and its company are loaded only where they are used: they take time at the start, and 20 MB. */
async function openJoined(config: JoinedConfig, deps: JoinedDeps) {
  const { createJoined } = await import('./assembly/createJoined.js');
  return createJoined(config, deps);
}

/** @param readiness Of our own data. */
export function openPlain(own: ServedSchema, readiness: ReadinessProbe): OpenSchemas {
  return {
    schemas: buildFixedSource(own.executable),
    buildTraced: () => buildServedSchema().executable,
    readiness,
    stop: async () => undefined,
  };
}

/** What the server is started with. */
export function toServerOptions(config: GatewayConfig, parts: Parts, served: OpenSchemas): ServerOptions {
  const { upstreams, cache, clock, logger, writes, metrics } = parts;
  const { schemas, buildTraced, readiness } = served;
  const { mirror, changes, webhooks, isFeedOn } = parts.live;
  const dataSourceDeps = { upstreams, cache, clock, logger, ...mirror.sources, alertsDialect: config.alertsDialect };
  const scopeOptions = { tenantId: config.tenantId, credentialKind: config.upstream.credential.kind };
  return {
    schemas,
    ...(buildTraced === undefined ? {} : { buildTraced }),
    config: config.http,
    authenticator: createAuthenticator(config.auth, clock, logger),
    createContext: (context): GatewayContext => ({
      ...context,
      dataSources: createDataSources({ ...dataSourceDeps, ...writes.seenBy(context.scope) }, context.scope),
      changes,
      upstreams,
    }),
    accessScopeOf: (principal) => buildAccessScope(scopeOptions, principal),
    changeCursor: () => (isFeedOn ? changes.cursor() : undefined),
    readiness,
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

interface Stoppable {
  stop(): Promise<void>;
}

/** @param open What the gateway consists of, in the order in which it is to be stopped. */
function toGateway(url: string, open: readonly Stoppable[]): Gateway {
  let stopped: Promise<void> | undefined;
  return {
    url,
    stop() {
      stopped ??= stopAll(open);
      return stopped;
    },
  };
}

async function stopAll(open: readonly Stoppable[]): Promise<void> {
  for (const part of open) await part.stop();
}
