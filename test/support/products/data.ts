import type { DeprecatedProduct, Inventory, Product, ProductResearch, User } from './types.js';

/**
 * The rows that the public compatibility list expects of every `products` subgraph. They are frozen, as the gateway's
 * own domain objects are meant to be: a library that writes to an entity fails here.
 */

export const user: User = Object.freeze({
  __typename: 'User',
  email: 'support@apollographql.com',
  name: 'Jane Smith',
  totalProductsCreated: 1337,
});

export const deprecatedProduct: DeprecatedProduct = Object.freeze({
  __typename: 'DeprecatedProduct',
  sku: 'apollo-federation-v1',
  package: '@apollo/federation-v1',
  reason: 'Migrate to Federation V2',
  createdBy: user,
});

export const research: readonly ProductResearch[] = [study('1234', 'Federation Study'), study('1235', 'Studio Study')];

export const products: readonly Product[] = [
  product({ id: 'apollo-federation', sku: 'federation', package: '@apollo/federation' }, 'OSS', research.slice(0, 1)),
  product({ id: 'apollo-studio', sku: 'studio', package: '' }, 'platform', research.slice(1)),
];

export const inventory: Inventory = Object.freeze({
  __typename: 'Inventory',
  id: 'apollo-oss',
  deprecatedProducts: [deprecatedProduct],
});

function study(caseNumber: string, description: string): ProductResearch {
  return Object.freeze({
    __typename: 'ProductResearch',
    study: Object.freeze({ __typename: 'CaseStudy', caseNumber, description }),
    outcome: null,
  });
}

function product(
  names: Pick<Product, 'id' | 'sku' | 'package'>,
  variation: string,
  studies: readonly ProductResearch[],
): Product {
  return Object.freeze({
    __typename: 'Product',
    ...names,
    variation: Object.freeze({ __typename: 'ProductVariation', id: variation }),
    dimensions: Object.freeze({ __typename: 'ProductDimension', size: 'small', weight: 1, unit: 'kg' }),
    createdBy: user,
    notes: null,
    research: studies,
  });
}
