import type { References } from '../../../src/federation/entities/buildFederatedSchema.js';
import { deprecatedProduct, inventory, products, research, user } from './data.js';
import type { Product, User } from './types.js';

type Representation = Readonly<Record<string, unknown>>;

/** How each entity of the `products` subgraph is found again by any of its keys. */
export const productReferences: References = {
  Product: (wanted) => products.find((product) => isWanted(product, wanted)) ?? null,
  DeprecatedProduct: ({ sku, package: name }) =>
    sku === deprecatedProduct.sku && name === deprecatedProduct.package ? deprecatedProduct : null,
  ProductResearch: ({ study }) =>
    research.find(({ study: { caseNumber } }) => caseNumber === nested(study, 'caseNumber')) ?? null,
  User: (wanted) => (wanted.email === user.email ? withForeignFields(wanted) : null),
  Inventory: ({ id }) => (id === inventory.id ? inventory : null),
};

function isWanted(product: Product, { id, sku, package: name, variation }: Representation): boolean {
  if (id !== undefined) return product.id === id;
  if (name !== undefined) return product.sku === sku && product.package === name;
  return product.sku === sku && product.variation?.id === nested(variation, 'id');
}

function nested(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
}

/** What `@requires` asks of `users` comes with the representation. */
function withForeignFields({ totalProductsCreated, yearsOfEmployment }: Representation): User {
  return {
    ...user,
    ...(typeof totalProductsCreated === 'number' ? { totalProductsCreated } : {}),
    ...(typeof yearsOfEmployment === 'number' ? { yearsOfEmployment } : {}),
  };
}
