import { buildPlainSchema } from '../../../src/execution/createPlainSchema.js';
import { buildFixedSource } from '../../../src/execution/fixedSource.js';
import { type Running, start } from '../../unit/server/support.js';
import { buildProductsSubgraph } from './buildProductsSubgraph.js';

/** The `products` subgraph on our own server. */
export function startProducts(): Promise<Running> {
  return start({ schemas: buildFixedSource(buildProducts()), buildTraced: buildProducts });
}

function buildProducts() {
  const { schema, subgraphSdl } = buildProductsSubgraph();
  return buildPlainSchema(schema, subgraphSdl);
}
