import { type Dispatcher, Pool } from 'undici';
import { buildStaticToken, type TokenProvider } from '../auth/credentials/tokenProvider.js';
import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';
import { createBreaker } from './breaker.js';
import type { LimitRow } from './budgets/contract.js';
import { createConcurrencyGate } from './budgets/createConcurrencyGate.js';
import { createSlidingWindowBudget, type SlidingWindowBudget } from './budgets/createSlidingWindowBudget.js';
import { concurrencyCap, limitRows } from './budgets/limits.js';
import { clouds } from './clouds.js';
import type { UpstreamConfig } from './config.js';
import type { Upstream, UpstreamName, Upstreams } from './contract.js';
import { Courier, type CourierDeps } from './courier.js';
import { parseHostRoot } from './http/target.js';
import { createTransport } from './http/transport.js';
import { identityThrottled, type RetryPolicy, retryPolicy } from './retry/nextDelayMs.js';
import { createRetryBudget } from './retry/retryBudget.js';
import { buildUnconfiguredUpstream } from './unconfiguredUpstream.js';
import { UpstreamClient } from './upstreamClient.js';

export interface UpstreamDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** 0 ≤ x < 1; spreads waits. */
  readonly random: () => number;
  /** Entra tokens for Microsoft Graph and for Cloud Apps. */
  readonly credentials: { readonly graph: TokenProvider; readonly mcas: TokenProvider };
  /** Replaces the connection pools, and stays the owner's. */
  readonly dispatcher?: Dispatcher;
  /** Makes the budget of each upstream; default: a sliding window in this process. Stopped with the upstreams. */
  readonly createBudget?: (name: UpstreamName, row: LimitRow) => SlidingWindowBudget;
}

/** What `createUpstreams` needs to know of the configuration. */
export type UpstreamSettings = Omit<UpstreamConfig, 'cloud' | 'credential'> & Partial<Pick<UpstreamConfig, 'cloud'>>;

export interface RunningUpstreams {
  readonly upstreams: Upstreams;
  /** Ends everything that waits or is under way with `UPSTREAM_UNAVAILABLE`, and closes the connections. */
  readonly stop: () => Promise<void>;
}

/** Connections per origin; more calls than these wait for a free one. */
const largestPool = 64;

/** Idle connections are kept between two rounds of polling. */
const keepAliveMs = 30_000;

/** The clients of all upstreams: one pool of connections per origin, one budget and one circuit per upstream. */
export function createUpstreams(config: UpstreamSettings, deps: UpstreamDeps): RunningUpstreams {
  const stopping = new AbortController();
  const pools = new Map<string, Pool>();
  const budgets: SlidingWindowBudget[] = [];
  const rows = limitRows(config);
  const { createBudget = (_name, row) => createSlidingWindowBudget(row, deps.clock) } = deps;

  const dispatcherFor = (origin: string): Dispatcher => {
    if (deps.dispatcher !== undefined) return deps.dispatcher;
    const pool = pools.get(origin) ?? createPool(origin, config.attemptTimeoutMs);
    pools.set(origin, pool);
    return pool;
  };

  const create = (name: UpstreamName, url: string, credentials: CourierDeps['credentials']): Upstream => {
    const budget = createBudget(name, rows[name]);
    budgets.push(budget);
    const root = parseHostRoot(url);
    const transport = createTransport(dispatcherFor(root.origin), root.origin, deps.clock);
    const { attemptTimeoutMs, maxBodyBytes } = config;
    const gate = createConcurrencyGate(concurrencyCap.max, deps.clock);
    const breaker = createBreaker(deps.clock);
    const retries = createRetryBudget(deps.clock);
    const shared = { ...deps, name, budget, gate, breaker, retries, policy: policyFor(name, config.maxAttempts) };
    const courierDeps = {
      ...shared,
      transport,
      credentials,
      attemptTimeoutMs,
      maxBodyBytes,
      stopping: stopping.signal,
    };
    return new UpstreamClient({ ...shared, root, courier: new Courier(courierDeps), isGated: concurrencyCap.applies });
  };

  const { cloud = 'global' } = config;
  const graph = (name: UpstreamName): Upstream =>
    clouds[cloud].lacks.includes(name)
      ? buildUnconfiguredUpstream(name, `the cloud "${cloud}" does not offer it`)
      : create(name, config.graphUrl, { bearer: deps.credentials.graph, 'mcas-token': undefined });
  return {
    upstreams: {
      GRAPH_SECURITY: graph('GRAPH_SECURITY'),
      GRAPH_IDENTITY_PROTECTION: graph('GRAPH_IDENTITY_PROTECTION'),
      GRAPH_DIRECTORY: graph('GRAPH_DIRECTORY'),
      MCAS:
        config.mcasUrl === undefined
          ? buildUnconfiguredUpstream('MCAS', 'MCAS_URL is not set')
          : create('MCAS', config.mcasUrl, mcasCredentials(config, deps)),
    },
    stop: async () => {
      stopping.abort();
      for (const budget of budgets) budget.stop();
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

function createPool(origin: string, connectTimeoutMs: number): Pool {
  return new Pool(origin, {
    connections: largestPool,
    keepAliveTimeout: keepAliveMs,
    connect: { timeout: connectTimeoutMs },
    allowH2: false,
  });
}

function policyFor(name: UpstreamName, maxAttempts: number): RetryPolicy {
  const throttled = name === 'GRAPH_IDENTITY_PROTECTION' ? identityThrottled : {};
  return { ...retryPolicy, ...throttled, maxAttempts };
}

function mcasCredentials({ mcasToken }: UpstreamSettings, { credentials }: UpstreamDeps): CourierDeps['credentials'] {
  const legacy = mcasToken === undefined ? undefined : buildStaticToken('Token', mcasToken);
  return { bearer: credentials.mcas, 'mcas-token': legacy };
}
