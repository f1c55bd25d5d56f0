import type { OperationContext } from '../execution/contract.js';

/** One request of the gateway to a subgraph. */
export interface SubgraphRequest {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** GraphQL text with one operation; the same text comes again and again, so what is made from it may be kept. */
  readonly operation: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: OperationContext;
}

/** An error that a subgraph reported beside its data. */
export interface SubgraphFault {
  /** Where in the data of this result; absent: all of it. */
  readonly path?: readonly (string | number)[];
  /** Has a message and a code that clients may see. */
  readonly error: Error;
}

/** What a subgraph answered. */
export interface SubgraphResult {
  readonly data: Record<string, unknown> | null;
  readonly faults: readonly SubgraphFault[];
}

/** A service whose schema is part of the joined one: ours in process, those of others over the network. */
export interface Subgraph {
  readonly name: string;
  /** @throws {GatewayError} when there is no answer at all: unreachable, too late, not GraphQL. */
  execute(request: SubgraphRequest): Promise<SubgraphResult>;
  /**
   * Starts a subscription; ending the iteration ends it at the subgraph.
   * @returns its events, of whatever form; `executeEvent` makes answers of them.
   * @throws {GatewayError} when it cannot begin, or, while iterating, when it breaks.
   */
  subscribe(request: SubgraphRequest): Promise<AsyncIterable<unknown>>;
  /** The answer to one event of `subscribe`. An event of our own schema is executed here; others come as answers. */
  executeEvent(event: unknown, request: SubgraphRequest): Promise<SubgraphResult>;
}

/** The subgraphs that take part in a joined schema, by the name that the supergraph uses. */
export type Subgraphs = ReadonlyMap<string, Subgraph>;

/** The name of our own schema among the subgraphs. */
export const ownSubgraphName = 'security';
