import { DirectiveLocation, GraphQLDirective, GraphQLSchema } from 'graphql';
import { buildFederatedSchema, type FederatedSchema } from '../../../src/federation/entities/buildFederatedSchema.js';
import { buildGatewaySchema } from '../../../src/schema/buildSchema.js';
import { productReferences } from './references.js';
import { ProductResolver, UserResolver } from './resolvers.js';
import { Inventory } from './types.js';

const custom = new GraphQLDirective({ name: 'custom', locations: [DirectiveLocation.OBJECT] });

/** The fixed `products` subgraph of the public compatibility list, made as our own schema is made. */
export function buildProductsSubgraph(): FederatedSchema {
  const base = buildGatewaySchema([ProductResolver, UserResolver], [Inventory]).toConfig();
  return buildFederatedSchema(
    new GraphQLSchema({ ...base, directives: [...base.directives, custom] }),
    productReferences,
    { composed: [{ url: 'https://myspecs.dev/myCustomDirective/v1.0', directives: ['@custom'] }] },
  );
}
