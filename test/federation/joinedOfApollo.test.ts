import { composeServices } from '@apollo/composition';
import { documentOf, type SubgraphScript } from '../support/subgraphs/subgraphScript.js';
import { describeFederation } from './describeFederation.js';
import { describeWithPlanner } from './describeWithPlanner.js';

/** Supergraphs that come as a file may have been composed by Apollo's tools, which spell them differently. */
function composeByApollo(scripts: readonly SubgraphScript[]): string {
  const { supergraphSdl, errors = [] } = composeServices(
    scripts.map((script) => ({ name: script.name, typeDefs: documentOf(script) })),
  );
  if (supergraphSdl !== undefined) return supergraphSdl;
  throw new Error(`The subgraphs do not compose: ${errors.map(({ message }) => message).join(' ')}`);
}

await describeWithPlanner('with plans over a supergraph of Apollo', (build) =>
  describeFederation('joined', build, { isExact: true, compose: composeByApollo }),
);
