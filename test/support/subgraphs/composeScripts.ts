import { composeServices } from '@theguild/federation-composition';
import { documentOf, type SubgraphScript } from './subgraphScript.js';

/**
 * The supergraph of some scripts.
 * @param urlOf Where each of them is served; they are executed in process when absent.
 * @throws with every reason when they do not compose.
 */
export function composeScripts(
  scripts: readonly SubgraphScript[],
  urlOf: (name: string) => string = (name) => `http://${name}.test/graphql`,
): string {
  const result = composeServices(
    scripts.map((script) => ({ name: script.name, typeDefs: documentOf(script), url: urlOf(script.name) })),
  );
  if (result.supergraphSdl !== undefined) return result.supergraphSdl;
  throw new Error(`The subgraphs do not compose: ${result.errors.map(({ message }) => message).join(' ')}`);
}
