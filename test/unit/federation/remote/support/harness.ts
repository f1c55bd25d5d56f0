import { Registry } from 'prom-client';
import type { OperationContext } from '../../../../../src/execution/contract.js';
import type { SubgraphRequest } from '../../../../../src/federation/contract.js';
import type { RemoteSubgraphConfig } from '../../../../../src/federation/remote/config.js';
import {
  createRemoteSubgraph,
  type RemoteSubgraph,
} from '../../../../../src/federation/remote/createRemoteSubgraph.js';
import type { SubgraphError } from '../../../../../src/federation/SubgraphError.js';
import type { Logger } from '../../../../../src/observability/logger.js';
import { registerSubgraphMetrics } from '../../../../../src/observability/subgraphMetrics.js';
import type { Clock } from '../../../../../src/time/clock.js';
import { nobodysMeter } from '../../../../../src/upstream/nobodysMeter.js';
import { ManualClock } from '../../../upstream/support/manualClock.js';
import { ScriptedServer } from '../../../upstream/support/scriptedServer.js';

export const requestId = '6f1d2c3b-0000-4000-8000-000000000001';

/** Part of every URL, body and header value that neither an error nor a log line may hold. */
export const secret = 'c0nfidential';

/** What `outcome` rejected with. */
export async function failureOf(outcome: Promise<unknown>): Promise<SubgraphError> {
  const [settled] = await Promise.allSettled([outcome]);
  if (settled.status === 'rejected') return settled.reason;
  throw new Error('It did not fail.');
}

export interface ContextChanges {
  readonly leftMs?: number;
  readonly signal?: AbortSignal;
  readonly accessScope?: string;
  readonly reading?: 'memory' | 'upstream';
  readonly headers?: Readonly<Record<string, string>>;
  /** Told the name of the subgraph for each request. */
  readonly onRequest?: (subgraph: string) => void;
}

/** The context of an operation that has fifteen seconds left. */
export function contextOf(clock: Clock, changes: ContextChanges = {}): OperationContext {
  const { leftMs = 15_000, signal = new AbortController().signal, accessScope = 'test', reading } = changes;
  return {
    principal: { id: 'tester', tenantId: null, name: null, permissions: new Set() },
    scope: {
      purpose: 'interactive',
      requestId,
      signal,
      deadlineAt: clock.now() + leftMs,
      accessScope,
      meter: { ...nobodysMeter, subgraphRequest: changes.onRequest ?? (() => undefined) },
      ...(reading === undefined ? {} : { reading }),
    },
    forwardedHeaders: changes.headers ?? {},
  };
}

/** Lines of a log, as JSON. */
export class RecordedLog {
  readonly lines: string[] = [];
  readonly logger: Logger;
  readonly #arrivals: (() => void)[] = [];

  constructor() {
    const write = (fields: object, message: string) => {
      this.lines.push(JSON.stringify({ ...fields, message }));
      for (const arrived of this.#arrivals.splice(0)) arrived();
    };
    this.logger = { debug: write, info: write, warn: write, error: write, child: () => this.logger };
  }

  async until(count: number): Promise<void> {
    while (this.lines.length < count) await new Promise<void>((resolve) => this.#arrivals.push(resolve));
  }
}

export interface Harness {
  readonly server: ScriptedServer;
  readonly clock: ManualClock;
  readonly subgraph: RemoteSubgraph;
  readonly log: RecordedLog;
  readonly registry: Registry;
  request(changes?: Partial<SubgraphRequest> & ContextChanges): SubgraphRequest;
  execute(changes?: Partial<SubgraphRequest> & ContextChanges): ReturnType<RemoteSubgraph['execute']>;
  stop(): Promise<void>;
}

/** The subgraph `cmdb` at a server that says what the test wants, on a clock that only the test moves. */
export async function startHarness(config: Partial<RemoteSubgraphConfig> = {}): Promise<Harness> {
  const server = await ScriptedServer.start();
  const clock = new ManualClock();
  const log = new RecordedLog();
  const registry = new Registry();
  const subgraph = createRemoteSubgraph(
    { name: 'cmdb', url: `${server.url}/${secret}/graphql?key=${secret}`, ...config },
    { clock, logger: log.logger, random: () => 0, metrics: registerSubgraphMetrics(registry) },
  );
  const request: Harness['request'] = ({ kind, operation, variables, ...changes } = {}) => ({
    kind: kind ?? 'query',
    operation: operation ?? '{ owner }',
    variables: variables ?? {},
    context: contextOf(clock, changes),
  });
  return {
    server,
    clock,
    subgraph,
    log,
    registry,
    request,
    execute: (changes) => subgraph.execute(request(changes)),
    stop: async () => {
      await subgraph.stop();
      await server.stop();
    },
  };
}
