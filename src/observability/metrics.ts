import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What the server tells about itself; labels come from fixed lists, never from callers. */
export interface GatewayMetrics {
  /** Others may register their own metrics here. */
  readonly registry: Registry;
  httpRequest(route: string, method: string, status: number): void;
  /** @param kind `query`, `mutation`, `subscription` (one event) or `unknown`; @param outcome `ok` or an error code. */
  operation(kind: string, outcome: string, durationSeconds: number): void;
  /** One event was answered to one subscriber. @param outcome `executed`, or `shared` with an execution of others. */
  subscriptionEvent(outcome: 'executed' | 'shared'): void;
  connectionOpened(transport: 'websocket' | 'sse'): void;
  connectionClosed(transport: 'websocket' | 'sse'): void;
}

export interface MetricsOptions {
  /** Also report memory, event loop and garbage collection of the process. */
  readonly process: boolean;
}

/** Prometheus metrics of one gateway, in a registry of its own. */
export function buildMetrics(options: MetricsOptions): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  if (options.process) collectDefaultMetrics({ register: registry });
  const httpRequests = new Counter({
    name: 'http_requests_total',
    help: 'HTTP requests answered.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const operations = new Histogram({
    name: 'graphql_operation_duration_seconds',
    help: 'Time from the start of an operation, or of one subscription event, to its answer.',
    labelNames: ['kind', 'outcome'],
    buckets: [0.005, 0.02, 0.1, 0.3, 1, 3, 10, 30],
    registers,
  });
  const connections = new Gauge({
    name: 'graphql_connections',
    help: 'Open WebSockets and event streams.',
    labelNames: ['transport'],
    registers,
  });
  const subscriptionEvents = new Counter({
    name: 'graphql_subscription_events_total',
    help: 'Events answered to subscribers, by an execution of their own or one that identical subscriptions share.',
    labelNames: ['outcome'],
    registers,
  });
  return {
    registry,
    httpRequest: (route, method, status) => httpRequests.inc({ route, method, status }),
    operation: (kind, outcome, durationSeconds) => operations.observe({ kind, outcome }, durationSeconds),
    subscriptionEvent: (outcome) => subscriptionEvents.inc({ outcome }),
    connectionOpened: (transport) => connections.inc({ transport }),
    connectionClosed: (transport) => connections.dec({ transport }),
  };
}
