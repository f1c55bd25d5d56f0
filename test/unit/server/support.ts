import { EventEmitter, on } from 'node:events';
import {
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  printSchema,
} from 'graphql';
import { type Authenticator, createOpenAuthenticator } from '../../../src/auth/createAuthenticator.js';
import { type Permission, type Principal, permissions } from '../../../src/auth/principal.js';
import type { HttpConfig } from '../../../src/config/loadConfig.js';
import { AccessError, UpstreamError } from '../../../src/errors/GatewayError.js';
import type { OperationContext } from '../../../src/execution/contract.js';
import { buildPlainSchema } from '../../../src/execution/createPlainSchema.js';
import { buildFixedSource } from '../../../src/execution/fixedSource.js';
import type { Logger } from '../../../src/observability/logger.js';
import { buildMetrics } from '../../../src/observability/metrics.js';
import { DateTime } from '../../../src/schema/scalars/dateTime.js';
import { createServer, type GatewayServer, type ServerOptions } from '../../../src/server/createServer.js';
import { systemClock } from '../../../src/time/clock.js';

/** A schema of one field per situation, and hooks to look into what the server did. */
export class World {
  readonly events = new EventEmitter();
  readonly contexts: OperationContext[] = [];
  readonly logged: { fields: object; message: string }[] = [];
  /** Streams that are open now. */
  listening = 0;
  /** Resolves the field `slow`; undefined while nobody waits. */
  release: (() => void) | undefined;

  readonly logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (fields, message) => void this.logged.push({ fields, message }),
    child: () => this.logger,
  };

  tick(value: string): void {
    this.events.emit('tick', value);
  }

  async *listen(signal: AbortSignal): AsyncGenerator<string> {
    this.listening += 1;
    this.events.emit('listening');
    try {
      for await (const [value] of on(this.events, 'tick', { signal })) yield value as string;
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.listening -= 1;
      this.events.emit('silent');
    }
  }

  slow({ signal }: OperationContext['scope']): Promise<string> {
    return new Promise((resolve, reject) => {
      this.release = () => resolve('done');
      this.events.emit('slow');
      signal.addEventListener('abort', () => {
        this.events.emit('aborted');
        reject(signal.reason);
      });
    });
  }
}

type Resolve = (parent: unknown, args: Record<string, unknown>, context: OperationContext) => unknown;

export function buildTestSchema(world: World): GraphQLSchema {
  const text = (resolve: Resolve, extensions = {}) => ({ type: GraphQLString, resolve, extensions });
  const row = new GraphQLObjectType<unknown, OperationContext>({
    name: 'Row',
    fields: {
      id: { type: new GraphQLNonNull(GraphQLInt), resolve: (id) => id },
      owner: text(
        () => {
          throw throttled();
        },
        { join: true },
      ),
    },
  });
  const query = new GraphQLObjectType<unknown, OperationContext>({
    name: 'Query',
    fields: {
      hello: text(() => 'world'),
      secret: text(() => 'alerts', { permission: 'Security.Read' }),
      boom: text(() => {
        throw new Error('connect to https://graph.microsoft.com/v1.0/users/jane failed with token eyJ0');
      }),
      throttled: text(() => {
        throw throttled();
      }),
      at: { type: DateTime, args: { value: { type: DateTime } }, resolve: (_, { value }) => value },
      broken: { type: DateTime, resolve: () => 7 },
      slow: text((_, __, { scope }) => world.slow(scope)),
      leftMs: { type: GraphQLInt, resolve: (_, __, { scope }) => scope.deadlineAt - Date.now() },
      metered: text((_, __, { scope }) => {
        scope.meter.upstreamCall('GRAPH_SECURITY', 20);
        scope.meter.cacheHit('GRAPH_DIRECTORY');
        scope.meter.waited(12);
        scope.meter.dataAsOf('2026-11-21T08:00:00.0000002Z');
        scope.meter.stale('2026-11-21T08:00:00.0000001Z');
        scope.meter.warning({ code: 'TRUNCATED', upstream: 'MCAS', message: 'Only a prefix.' });
        return scope.requestId;
      }),
      rows: {
        type: new GraphQLList(new GraphQLNonNull(row)),
        args: { count: { type: new GraphQLNonNull(GraphQLInt) } },
        resolve: (_, { count }) => Array.from({ length: count as number }, (__, index) => index),
      },
    },
  });
  const mutation = new GraphQLObjectType<unknown, OperationContext>({
    name: 'Mutation',
    fields: { close: text(() => 'closed', { permission: 'Security.Triage' }) },
  });
  const subscription = new GraphQLObjectType<unknown, OperationContext>({
    name: 'Subscription',
    fields: {
      ticks: {
        type: GraphQLString,
        args: { only: { type: GraphQLInt } },
        extensions: { permission: 'Security.Read' },
        subscribe: (_, __, { scope }) => world.listen(scope.signal),
        resolve: (value: unknown, _, context) => {
          if (value === 'fail') throw throttled();
          context.scope.meter.dataAsOf('2026-11-21T09:00:00Z');
          return value;
        },
      },
      refused: {
        type: GraphQLString,
        subscribe: () => {
          throw new AccessError('FORBIDDEN', 'Not with this credential.');
        },
      },
    },
  });
  return new GraphQLSchema({ query, mutation, subscription });
}

function throttled(): UpstreamError {
  return new UpstreamError('UPSTREAM_THROTTLED', 'Microsoft Graph is throttling.', {
    upstream: 'GRAPH_SECURITY',
    retryAfterMs: 1500,
  });
}

export const testHttp: HttpConfig = {
  host: '127.0.0.1',
  port: 0,
  trustProxy: false,
  corsOrigins: ['https://portal.example'],
  loopbackOnly: false,
  maxBodyBytes: 64 * 1024,
  requestTimeoutMs: 15_000,
  shutdownGraceMs: 5_000,
  playground: false,
  introspection: true,
  simulated: false,
  costAlways: false,
  forwardHeaders: [],
};

export interface Running {
  readonly server: GatewayServer;
  readonly world: World;
  readonly url: string;
  readonly wsUrl: string;
}

/** Starts the real server on a free port. */
export async function start(overrides: Partial<ServerOptions> & { http?: Partial<HttpConfig> } = {}): Promise<Running> {
  const world = new World();
  const schema = buildTestSchema(world);
  const { http, ...options } = overrides;
  const server = await createServer({
    schemas: buildFixedSource(buildPlainSchema(schema, printSchema(schema))),
    config: { ...testHttp, ...http },
    authenticator: createOpenAuthenticator('local'),
    createContext: (context) => {
      world.contexts.push(context);
      return context;
    },
    accessScopeOf: (principal) => [...principal.permissions].join(),
    changeCursor: () => 'epoch.7',
    readiness: () => ({ ready: true, degraded: [] }),
    logger: world.logger,
    metrics: buildMetrics({ process: false }),
    clock: systemClock,
    ...options,
  });
  const url = `${server.url}/graphql`;
  return { server, world, url, wsUrl: url.replace('http', 'ws') };
}

/** Knows callers by plain words instead of tokens. */
export function wordAuthenticator(callers: Readonly<Record<string, Partial<Principal>>>): Authenticator {
  return {
    async authenticate(authorization) {
      const caller = callers[authorization?.replace('Bearer ', '') ?? ''];
      if (caller === undefined) throw new AccessError('UNAUTHENTICATED', 'A valid access token is needed.');
      return {
        id: 'someone',
        tenantId: 'tenant',
        name: null,
        permissions: new Set<Permission>(permissions),
        ...caller,
      };
    },
  };
}

export interface GraphQLReply {
  readonly status: number;
  readonly headers: Headers;
  // The tests look into bodies of many shapes.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any;
}

export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<GraphQLReply> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}
