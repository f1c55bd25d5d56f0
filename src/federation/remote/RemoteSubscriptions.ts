import type { Logger } from '../../observability/logger.js';
import type { SubgraphMetrics } from '../../observability/subgraphMetrics.js';
import type { Clock } from '../../time/clock.js';
import type { SubgraphRequest } from '../contract.js';
import type { SubgraphError } from '../SubgraphError.js';
import * as failures from './failures.js';
import type { Origin } from './readResult.js';
import type { StreamTransport } from './streams/contract.js';
import { EventQueue } from './streams/EventQueue.js';
import { toWireOperation } from './wireOperation.js';

export interface SubscriptionsDeps {
  readonly origin: Origin;
  readonly streams: StreamTransport;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: SubgraphMetrics;
  /** Longest that the start of a subscription may take. */
  readonly timeoutMs: number;
}

/** The subscriptions that are open at one subgraph. */
export class RemoteSubscriptions {
  readonly #deps: SubscriptionsDeps;
  readonly #open = new Set<EventQueue>();
  #isStopped = false;

  constructor(deps: SubscriptionsDeps) {
    this.#deps = deps;
  }

  /** @throws {SubgraphError} when it does not begin in time. */
  async start(request: SubgraphRequest): Promise<EventQueue> {
    const { name } = this.#deps.origin;
    const { signal } = request.context.scope;
    if (this.#isStopped) throw failures.stopped(name);
    if (signal.aborted) throw failures.cancelled(name);
    const queue = this.#opened(request);
    await this.#begin(queue, request);
    if (signal.aborted) throw failures.cancelled(name);
    return queue;
  }

  /** Ends all with `UPSTREAM_UNAVAILABLE`; resolves when no socket is left. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const queue of this.#open) queue.failed(failures.stopped(this.#deps.origin.name));
    await this.#deps.streams.stop();
  }

  #opened(request: SubgraphRequest): EventQueue {
    const { origin, streams, metrics } = this.#deps;
    const { signal, meter } = request.context.scope;
    const queue = new EventQueue(origin);
    const leave = () => void queue.return();
    signal.addEventListener('abort', leave);
    this.#open.add(queue);
    metrics.subscriptionOpened(origin.name);
    meter.subgraphRequest(origin.name);
    const close = streams.open(toWireOperation(request), request.context, queue);
    queue.onOver((error) => {
      signal.removeEventListener('abort', leave);
      this.#open.delete(queue);
      metrics.subscriptionClosed(origin.name);
      if (error !== undefined) this.#log(error, request);
      close();
    });
    return queue;
  }

  async #begin(queue: EventQueue, { context: { scope } }: SubgraphRequest): Promise<void> {
    const { origin, clock, timeoutMs } = this.#deps;
    const begun = new AbortController();
    clock.sleep(Math.min(timeoutMs, scope.deadlineAt - clock.now()), begun.signal).then(
      () => queue.failed(failures.timedOut(origin.name)),
      () => undefined,
    );
    try {
      await queue.hasBegun;
    } finally {
      begun.abort();
    }
  }

  #log({ code, logFields }: SubgraphError, { context }: SubgraphRequest): void {
    const { logger, origin } = this.#deps;
    const { requestId } = context.scope;
    if (!this.#isStopped)
      logger.warn({ subgraph: origin.name, requestId, code, ...logFields }, 'subgraph subscription failed');
  }
}
