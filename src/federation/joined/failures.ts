import { SubgraphError } from '../SubgraphError.js';

/** What the subgraph answered is not what its schema promises. */
export function badAnswer(subgraph: string): SubgraphError {
  return new SubgraphError('UPSTREAM_BAD_RESPONSE', 'The subgraph gave no value where its schema promises one.', {
    subgraph,
  });
}

/** The supergraph names a subgraph that nobody has told the gateway how to reach. */
export function unknownSubgraph(subgraph: string): SubgraphError {
  return new SubgraphError('UPSTREAM_UNAVAILABLE', 'The subgraph is not known to the gateway.', { subgraph });
}
