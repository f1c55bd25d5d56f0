import type { DocumentNode } from 'graphql';
import type { SubgraphRequest, SubgraphResult } from '../contract.js';
import { SubgraphError } from '../SubgraphError.js';
import { entityFieldsOf } from './entityFields.js';

/**
 * Entities belong to representations by their places alone, so a list of another length would give objects the data of
 * others: none of it is believed.
 * @throws {SubgraphError} `UPSTREAM_BAD_RESPONSE`.
 */
export function checkEntities(
  subgraph: string,
  document: DocumentNode,
  { variables }: SubgraphRequest,
  { data }: SubgraphResult,
): void {
  for (const { responseName, variable } of entityFieldsOf(document)) {
    const entities = data?.[responseName];
    const representations = variables[variable];
    if (!Array.isArray(entities) || !Array.isArray(representations)) continue;
    if (entities.length !== representations.length)
      throw new SubgraphError(
        'UPSTREAM_BAD_RESPONSE',
        'The subgraph answered with other entities than it was asked for.',
        {
          subgraph,
        },
      );
  }
}
