import type { SubgraphRequest } from '../contract.js';

/** The body of a request, on every transport. */
export interface WireOperation {
  readonly query: string;
  readonly operationName?: string;
  readonly variables: Record<string, unknown>;
}

/** The name helps the owner of the subgraph; the text has only one operation, so it decides nothing. */
export function toWireOperation({ operation, variables }: SubgraphRequest): WireOperation {
  const operationName = /^\s*(?:query|mutation|subscription)\s+([_A-Za-z]\w*)/.exec(operation)?.[1];
  return { query: operation, ...(operationName === undefined ? {} : { operationName }), variables: { ...variables } };
}
