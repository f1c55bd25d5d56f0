import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse } from 'graphql';

/** The two subgraphs beside `products` in the public compatibility list, by schema and rows. */

export const usersSdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])

  type User @key(fields: "email") {
    email: ID!
    name: String
    totalProductsCreated: Int @shareable
    yearsOfEmployment: Int!
  }
`;

export function buildUsersSubgraph(): GraphQLSchema {
  const user = {
    email: 'support@apollographql.com',
    name: 'Apollo Studio Support',
    totalProductsCreated: 10,
    yearsOfEmployment: 10,
  };
  const resolvers = {
    User: { __resolveReference: ({ email }: { email: string }) => (email === user.email ? { ...user } : null) },
  };
  return buildSubgraphSchema([{ typeDefs: parse(usersSdl), resolvers }]);
}

export const inventorySdl = /* GraphQL */ `
  extend schema
    @link(
      url: "https://specs.apollo.dev/federation/v2.3"
      import: ["@key", "@requires", "@shareable", "@provides", "@external", "@tag"]
    )

  extend type Product @key(fields: "id") {
    id: ID! @external
    dimensions: ProductDimension @external
    delivery(zip: String): DeliveryEstimates @requires(fields: "dimensions { size weight }")
  }

  type ProductDimension @shareable {
    size: String
    weight: Float
  }

  type DeliveryEstimates {
    estimatedDelivery: String
    fastestDelivery: String
  }

  interface Inventory @key(fields: "id") {
    id: ID!
    products: [Product!]!
  }

  type OpenSourceInventory implements Inventory @key(fields: "id") {
    id: ID!
    products: [Product!]!
  }

  type Query {
    inventory(id: ID!): Inventory
  }
`;

interface ProductReference {
  readonly id: string;
  readonly dimensions?: { readonly size: string; readonly weight: number };
}

export function buildInventorySubgraph(): GraphQLSchema {
  const inventory = { id: 'apollo-oss', products: [{ id: 'apollo-federation' }] };
  const resolvers = {
    Query: { inventory: (_: unknown, { id }: { id: string }) => (id === inventory.id ? inventory : null) },
    Inventory: { __resolveType: () => 'OpenSourceInventory' },
    Product: {
      delivery: ({ id, dimensions }: ProductReference, { zip }: { zip?: string }) => {
        const known = id === 'apollo-federation' && dimensions?.size === 'small' && dimensions.weight === 1;
        return known && zip === '94111' ? { estimatedDelivery: '5/1/2019', fastestDelivery: '5/1/2019' } : null;
      },
    },
  };
  return buildSubgraphSchema([{ typeDefs: parse(inventorySdl), resolvers }]);
}
