import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What is counted about the subgraphs of others; their names come from the configuration, never from callers. */
export interface SubgraphMetrics {
  /** One HTTP request ended. @param outcome `ok`, an error code, or `CANCELLED` when nobody waited for it any more. */
  request(subgraph: string, outcome: string, durationSeconds: number): void;
  /** An operation was answered by a request that another one had sent. */
  shared(subgraph: string): void;
  subscriptionOpened(subgraph: string): void;
  subscriptionClosed(subgraph: string): void;
}

/** Counts nothing. */
export const noSubgraphMetrics: SubgraphMetrics = {
  request: () => undefined,
  shared: () => undefined,
  subscriptionOpened: () => undefined,
  subscriptionClosed: () => undefined,
};

export function registerSubgraphMetrics(registry: Registry): SubgraphMetrics {
  const registers = [registry];
  const requests = new Histogram({
    name: 'subgraph_request_duration_seconds',
    help: 'Time from sending an HTTP request to a joined subgraph to its whole answer.',
    labelNames: ['subgraph', 'outcome'],
    buckets: [0.005, 0.02, 0.1, 0.3, 1, 3, 10],
    registers,
  });
  const shared = new Counter({
    name: 'subgraph_shared_requests_total',
    help: 'Operations answered by a request to a joined subgraph that another operation had sent.',
    labelNames: ['subgraph'],
    registers,
  });
  const subscriptions = new Gauge({
    name: 'subgraph_subscriptions',
    help: 'Subscriptions that are open at a joined subgraph.',
    labelNames: ['subgraph'],
    registers,
  });
  return {
    request: (subgraph, outcome, durationSeconds) => requests.observe({ subgraph, outcome }, durationSeconds),
    shared: (subgraph) => shared.inc({ subgraph }),
    subscriptionOpened: (subgraph) => subscriptions.inc({ subgraph }),
    subscriptionClosed: (subgraph) => subscriptions.dec({ subgraph }),
  };
}
