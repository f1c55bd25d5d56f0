import { Pool } from 'undici';
import type { Logger } from '../../observability/logger.js';
import { noSubgraphMetrics, type SubgraphMetrics } from '../../observability/subgraphMetrics.js';
import type { Clock } from '../../time/clock.js';
import { type Breaker, createBreaker } from '../../upstream/breaker.js';
import { createTransport } from '../../upstream/http/transport.js';
import { createRetryBudget } from '../../upstream/retry/retryBudget.js';
import type { Subgraph, SubgraphResult } from '../contract.js';
import { type RemoteSubgraphConfig, remoteDefaults, subscriptionsUrlOf } from './config.js';
import { decodeBody } from './decodeBody.js';
import { RemoteRequests } from './RemoteRequests.js';
import { RemoteSubscriptions } from './RemoteSubscriptions.js';
import { RequestSender } from './RequestSender.js';
import type { StreamOptions } from './streams/contract.js';
import { createEventStreams } from './streams/eventStreams.js';
import { createWebSocketStreams } from './streams/webSocketStreams.js';

export interface RemoteSubgraphDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** 0 ≤ x < 1; spreads waits. */
  readonly random: () => number;
  /** Default: nothing is counted. */
  readonly metrics?: SubgraphMetrics;
}

export interface SubgraphStatus {
  readonly name: string;
  /** `FAILING`: it failed repeatedly and has not answered since; most requests are refused without being sent. */
  readonly state: 'OK' | 'FAILING';
  /** Of the last request that failed, whatever came after it. */
  readonly lastErrorCode: string | null;
  /** When it last answered (RFC 3339). */
  readonly lastSuccess: string | null;
}

export interface RemoteSubgraph extends Subgraph {
  readonly status: SubgraphStatus;
  /** Ends everything that is under way with `UPSTREAM_UNAVAILABLE`, and closes the connections. */
  stop(): Promise<void>;
}

/** Connections of queries and mutations; more of them at once wait for a free one. */
const largestPool = 64;

const keepAliveMs = 30_000;

/**
 * A subgraph of others. Queries and mutations go over HTTP connections that are kept; queries are repeated when that
 * promises something, and equal ones that are asked at the same moment are sent once. It is asked whatever
 * `CallScope.reading` says: that is about the budgets of our upstreams, and about copies that we keep.
 */
export function createRemoteSubgraph(config: RemoteSubgraphConfig, deps: RemoteSubgraphDeps): RemoteSubgraph {
  const { name, url, headers, timeoutMs = remoteDefaults.timeoutMs } = config;
  const { clock, metrics = noSubgraphMetrics } = deps;
  const { origin: root, pathname, search } = new URL(url);
  const pool = new Pool(root, {
    connections: largestPool,
    keepAliveTimeout: keepAliveMs,
    connect: { timeout: timeoutMs },
    allowH2: false,
  });
  const shared = { ...deps, metrics, origin: config, timeoutMs };
  const breaker = createBreaker(clock);
  const transport = createTransport(pool, root, clock, decodeBody);
  const sender = new RequestSender({ ...shared, transport, breaker, retries: createRetryBudget(clock) });
  const requests = new RemoteRequests({ ...shared, sender, path: `${pathname}${search}`, headers });
  const streams = createStreams(config, { ...shared, headers, url: subscriptionsUrlOf(config) });
  const subscriptions = new RemoteSubscriptions({ ...shared, streams });
  return {
    name,
    get status() {
      return { name, state: stateOf(breaker), ...sender.status };
    },
    execute: (request) => requests.execute(request),
    subscribe: (request) => subscriptions.start(request),
    // The events of a subgraph of others are answers already; `subscribe` has checked them.
    executeEvent: async (event) => event as SubgraphResult,
    stop: async () => {
      await Promise.all([requests.stop(), subscriptions.stop()]);
      await pool.destroy();
    },
  };
}

function createStreams({ subscriptions }: RemoteSubgraphConfig, options: StreamOptions) {
  return subscriptions === 'ws' ? createWebSocketStreams(options) : createEventStreams(options);
}

function stateOf({ failing }: Breaker): SubgraphStatus['state'] {
  return failing ? 'FAILING' : 'OK';
}
