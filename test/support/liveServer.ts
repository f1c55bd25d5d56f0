import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { createOpenAuthenticator } from '../../src/auth/createAuthenticator.js';
import { createCache } from '../../src/cache/createCache.js';
import { createDataSources } from '../../src/datasources/createDataSources.js';
import { createGatewayWrites } from '../../src/datasources/createGatewayWrites.js';
import { buildPlainSchema } from '../../src/execution/createPlainSchema.js';
import { buildFixedSource } from '../../src/execution/fixedSource.js';
import { silentLogger } from '../../src/observability/logger.js';
import { buildMetrics } from '../../src/observability/metrics.js';
import type { GatewayContext } from '../../src/resolvers/context.js';
import { orphanedTypes, resolvers } from '../../src/resolvers/index.js';
import { buildGatewaySchema } from '../../src/schema/buildSchema.js';
import { createServer, type ServerOptions } from '../../src/server/createServer.js';
import { systemClock } from '../../src/time/clock.js';
import { upstreamDefaults } from '../../src/upstream/config.js';
import { createUpstreams } from '../../src/upstream/createUpstreams.js';
import { testHttp } from '../unit/server/support.js';
import { type MemoryChanges, type MemoryChangesOptions, startMemoryChanges } from './memoryChanges.js';

export interface LiveServer {
  /** The GraphQL endpoint. */
  readonly url: string;
  readonly wsUrl: string;
  /** What the test writes, subscribers are told. */
  readonly journal: MemoryChanges;
  /** Paths of every request that reached an upstream. */
  readonly requests: string[];
  /** The value of a metric's line that begins with this text; 0 when there is none. */
  metric(line: string): Promise<number>;
  stop(): Promise<void>;
}

export interface LiveServerOptions extends MemoryChangesOptions {
  readonly server?: Partial<ServerOptions>;
  /** Bodies of the upstreams by path; anything else is a 404. */
  readonly upstream?: Readonly<Record<string, unknown>>;
}

/** The real server, schema, datasources, cache and upstream clients over a journal that the test writes by itself. */
export async function startLiveServer(options: LiveServerOptions = {}): Promise<LiveServer> {
  const journal = await startMemoryChanges(options);
  const requests: string[] = [];
  const clock = systemClock;
  const token = { authorization: async () => 'Bearer token' };
  const { upstreams, stop: stopUpstreams } = createUpstreams(
    { ...upstreamDefaults, identityShare: 1, mcasShare: 1, graphUrl: 'https://graph.test' },
    {
      clock,
      logger: silentLogger,
      random: () => 0,
      credentials: { graph: token, mcas: token },
      dispatcher: answering(options.upstream ?? {}, requests),
    },
  );
  const cache = createCache({ clock, logger: silentLogger });
  const writes = createGatewayWrites({ clock });
  const metrics = buildMetrics({ process: false });
  const deps = { upstreams, cache, clock, logger: silentLogger, alertsDialect: 'v2' } as const;
  const server = await createServer({
    schemas: buildFixedSource(buildPlainSchema(buildGatewaySchema(resolvers, orphanedTypes), '')),
    config: testHttp,
    authenticator: createOpenAuthenticator('local'),
    createContext: (context): GatewayContext => ({
      ...context,
      dataSources: createDataSources({ ...deps, ...writes.seenBy(context.scope) }, context.scope),
      changes: journal.changes,
      upstreams,
    }),
    accessScopeOf: () => 'scope',
    changeCursor: () => journal.changes.cursor(),
    readiness: () => ({ ready: true, degraded: [] }),
    logger: silentLogger,
    metrics,
    clock,
    ...options.server,
  });
  return {
    url: `${server.url}/graphql`,
    wsUrl: `${server.url.replace('http', 'ws')}/graphql`,
    journal,
    requests,
    metric: async (line) => {
      const text = await metrics.registry.metrics();
      const found = text.split('\n').find((candidate) => candidate.startsWith(line));
      return Number(found?.split(' ').at(-1) ?? 0);
    },
    stop: async () => {
      await server.stop();
      await stopUpstreams();
      await cache.close();
      await journal.close();
    },
  };
}

function answering(bodies: Readonly<Record<string, unknown>>, requests: string[]): Dispatcher {
  const request = async ({ path }: Dispatcher.RequestOptions) => {
    requests.push(path);
    const body = bodies[path.split('?')[0] ?? ''];
    return {
      statusCode: body === undefined ? 404 : 200,
      headers: { 'content-type': 'application/json' },
      body: Readable.from([Buffer.from(JSON.stringify(body ?? { error: { code: 'NotFound' } }))]),
    };
  };
  return { request } as unknown as Dispatcher;
}
