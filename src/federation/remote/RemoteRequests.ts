import type { SubgraphMetrics } from '../../observability/subgraphMetrics.js';
import type { Clock } from '../../time/clock.js';
import type { SubgraphRequest, SubgraphResult } from '../contract.js';
import { type Flight, Flights } from './Flights.js';
import * as failures from './failures.js';
import { readAgain } from './judge.js';
import type { Reply, RequestSender } from './RequestSender.js';
import type { Origin } from './readResult.js';
import { requestHeaders, travellingHeaders } from './requestHeaders.js';
import { toWireOperation } from './wireOperation.js';

export interface RequestsDeps {
  readonly origin: Origin;
  readonly sender: RequestSender;
  /** Path and query of the subgraph's URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly clock: Clock;
  readonly metrics: SubgraphMetrics;
}

/** Queries and mutations to one subgraph. Equal queries that are under way at the same moment are sent once. */
export class RemoteRequests {
  readonly #deps: RequestsDeps;
  readonly #flights: Flights<Reply>;
  #isStopped = false;

  constructor(deps: RequestsDeps) {
    this.#deps = deps;
    this.#flights = new Flights(deps.origin.name, deps.clock);
  }

  /** Every caller gets objects of its own, also where the request was shared. */
  async execute(request: SubgraphRequest): Promise<SubgraphResult> {
    const { origin, metrics } = this.#deps;
    const { scope } = request.context;
    const interrupted = this.#isStopped ? failures.stopped(origin.name) : this.#flights.interruption(scope);
    if (interrupted !== undefined) throw interrupted;
    const body = JSON.stringify(toWireOperation(request));
    const key = sharingKey(request, body);
    const known = this.#flights.find(key);
    if (known !== undefined) metrics.shared(origin.name);
    const flight = known ?? this.#flights.start(key, (started) => this.#send(request, body, started));
    const { text, result } = await this.#flights.wait(flight, scope);
    return known === undefined ? result : readAgain(text, origin);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#flights.abortAll(failures.stopped(this.#deps.origin.name));
  }

  async #send({ kind, context }: SubgraphRequest, body: string, flight: Flight<Reply>): Promise<Reply> {
    const { sender, path, headers } = this.#deps;
    const { requestId, meter } = context.scope;
    try {
      return await sender.send({
        request: { method: 'POST', path, headers: requestHeaders(context, headers), body },
        safeToRepeat: kind === 'query',
        requestId,
        meter,
        signal: flight.signal,
        get deadlineAt() {
          return flight.deadlineAt;
        },
      });
    } finally {
      // What was read before a write may not be handed to those who ask after it.
      if (kind === 'mutation') this.#flights.seal();
    }
  }
}

/**
 * Equal for requests that the subgraph cannot tell apart, of callers with equal rights. Undefined for what is never
 * shared: writes, and reads of clients who insist on what is true from now on.
 */
function sharingKey({ kind, context }: SubgraphRequest, body: string): string | undefined {
  const { accessScope, reading } = context.scope;
  if (kind !== 'query' || reading === 'upstream') return undefined;
  return JSON.stringify([body, accessScope, Object.entries(travellingHeaders(context)).sort()]);
}
