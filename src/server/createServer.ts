import { createServer as createHttpServer } from 'node:http';
import compress from '@fastify/compress';
import websocket from '@fastify/websocket';
import fastify, { type FastifyInstance } from 'fastify';
import type { Authenticator } from '../auth/createAuthenticator.js';
import type { Principal } from '../auth/principal.js';
import type { HttpConfig } from '../config/loadConfig.js';
import type { ExecutableSchema, OperationContext, SchemaSource } from '../execution/contract.js';
import type { Logger } from '../observability/logger.js';
import type { GatewayMetrics } from '../observability/metrics.js';
import { registerPlayground } from '../playground/servePlayground.js';
import type { Clock } from '../time/clock.js';
import { createCore } from './createCore.js';
import { type Drainable, drain } from './drain.js';
import { type ReadinessProbe, registerHealth } from './health.js';
import { registerErrorHandlers } from './httpErrors.js';
import { registerCallers } from './registerCallers.js';
import { registerCors } from './registerCors.js';
import { requestIdOf } from './requestId.js';
import { registerGraphQL } from './routes.js';
import { registerSecurityHeaders } from './securityHeaders.js';
import { registerWebhooks, type WebhookOptions, type WebhookRoute } from './webhooks.js';

export interface ServerOptions {
  readonly schemas: SchemaSource;
  /** Whether there is something to serve already; until then operations are refused. Absent: always. */
  readonly hasSchema?: () => boolean;
  /**
   * Builds the served schema anew, as objects of its own, for requests that ask for a trace of their fields. Called at
   * most once. Absent: nobody is given a trace.
   */
  readonly buildTraced?: () => ExecutableSchema;
  readonly config: HttpConfig;
  readonly authenticator: Authenticator;
  /** Completes the context of one operation, or of one event of a subscription, for the resolvers of our own schema. */
  createContext(context: OperationContext): OperationContext;
  /** What keeps callers with different rights apart in every shared key. */
  accessScopeOf(principal: Principal): string;
  /** Cursor of the newest change, for whoever may subscribe; undefined when nobody may. */
  changeCursor(): string | undefined;
  readonly readiness: ReadinessProbe;
  /** The route of change notifications; absent: there is none. */
  readonly webhooks?: WebhookOptions;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  readonly clock: Clock;
  /** Milliseconds between protocol pings on WebSockets; default 12 000. */
  readonly keepAliveMs?: number;
  /** Milliseconds that a new WebSocket has to send its first message; default 5 000. */
  readonly initWaitMs?: number;
  /** Milliseconds that a client may leave unread what was sent before its connection is closed; default 60 000. */
  readonly stalledAfterMs?: number;
}

export interface GatewayServer {
  /** `http://host:port`, with the port that was really taken. */
  readonly url: string;
  readonly port: number;
  /** Drains in the order of `drain.ts`; safe to call twice. */
  stop(): Promise<void>;
}

/** Starts the one HTTP port of the gateway. @throws when the address cannot be listened on. */
export async function createServer(options: ServerOptions): Promise<GatewayServer> {
  const { config } = options;
  let cuts: WebhookRoute['cuts'] = () => false;
  const app = fastify({
    serverFactory: (handler, serverOptions) =>
      createHttpServer(serverOptions, (request, response) => {
        if (cuts(request)) request.socket.destroy();
        else handler(request, response);
      }),
    bodyLimit: config.maxBodyBytes,
    trustProxy: config.trustProxy,
    genReqId: ({ headers }) => requestIdOf(headers),
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true },
  });
  app.removeContentTypeParser('text/plain');
  const core = await createCore(options);
  const drainable: Drainable = { app, stopCore: core.stop, endWaits: core.endStreams, stopping: false };
  await registerMiddleware(app, options);
  app.addHook('onSend', async (_request, reply) => {
    // A connection that stayed open after the last answer would hold up the shutdown.
    if (drainable.stopping) void reply.header('connection', 'close');
  });
  registerHealth(app, { readiness: options.readiness, isStopping: () => drainable.stopping });
  app.get('/metrics', async (_request, reply) =>
    reply.type(options.metrics.registry.contentType).send(await options.metrics.registry.metrics()),
  );
  if (options.webhooks !== undefined) {
    const route = await registerWebhooks(app, { ...options.webhooks, clock: options.clock });
    cuts = (request) => route.cuts(request);
    drainable.endWaits = () => {
      core.endStreams();
      route.endWaits();
    };
  }
  const page = config.playground ? await registerPlayground(app, { simulated: config.simulated }) : undefined;
  registerGraphQL(app, {
    ...core,
    hasSchema: options.hasSchema ?? (() => true),
    config,
    authenticator: options.authenticator,
    page,
  });
  await app.listen({ host: config.host, port: config.port });
  return toServer(app, drainable, config);
}

async function registerMiddleware(app: FastifyInstance, { config, logger, metrics }: ServerOptions): Promise<void> {
  registerErrorHandlers(app, logger);
  registerSecurityHeaders(app);
  registerCallers(app, { logger, metrics });
  await registerCors(app, config);
  await app.register(compress, { threshold: 2048, encodings: ['br', 'gzip'] });
  await app.register(websocket, { options: { maxPayload: config.maxBodyBytes }, preClose: (done) => done() });
}

function toServer(app: FastifyInstance, drainable: Drainable, config: HttpConfig): GatewayServer {
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  let stopped: Promise<void> | undefined;
  return {
    url: `http://${host}:${port}`,
    port,
    stop() {
      stopped ??= drain(drainable, config.shutdownGraceMs);
      return stopped;
    },
  };
}
