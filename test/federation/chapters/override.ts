import { expect } from '@jest/globals';
import { findBy, type SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import type { Chapter } from '../contract.js';

const old = [
  { id: 'p1', sku: 'old-1', name: 'Lamp', price: 1 },
  { id: 'p2', sku: 'old-2', name: 'Desk', price: 2 },
];
const current = [
  { id: 'p1', sku: 'new-1', price: 11 },
  { id: 'p2', sku: 'new-2', price: 12 },
];
const shelves = [
  { sku: 'new-1', shelf: 'A' },
  { sku: 'new-2', shelf: 'B' },
];

/** Prices and stock keeping units have moved from the catalog to a service of their own. */
const migration = (): SubgraphScript[] => [
  {
    name: 'catalog',
    typeDefs: `
      type Product @key(fields: "id") { id: ID! sku: ID @shareable name: String price: Int }
      type Query { products: [Product!]! total: Int }
    `,
    resolvers: {
      Query: { products: () => old, total: () => 1 },
      Product: { __resolveReference: findBy(old, 'id') },
    },
  },
  {
    name: 'prices',
    typeDefs: `
      type Product @key(fields: "id") @key(fields: "sku") {
        id: ID!
        sku: ID @override(from: "catalog")
        price: Int @override(from: "catalog")
      }
      type Query { offers: [Product!]! total: Int @override(from: "catalog") }
    `,
    resolvers: {
      Query: { offers: () => current, total: () => 2 },
      Product: { __resolveReference: findBy(current, 'id', 'sku') },
    },
  },
  {
    name: 'shelves',
    typeDefs: 'type Product @key(fields: "sku") { sku: ID shelf: String }',
    resolvers: { Product: { __resolveReference: findBy(shelves, 'sku') } },
  },
];

/** What has moved is computed from what stayed, and what stayed from what has moved. */
const computed = (): SubgraphScript[] => [
  {
    name: 'catalog',
    typeDefs: `
      type Product @key(fields: "id") {
        id: ID!
        name: String
        price: Int @external
        label: String @requires(fields: "price")
      }
      type Query { products: [Product!]! }
    `,
    resolvers: {
      Query: { products: () => old.map(({ id, name }) => ({ id, name })) },
      Product: {
        __resolveReference: ({ id, price }) => ({ id, price, name: old.find((row) => row.id === id)?.name }),
        label: ({ name, price }) => `${name}: ${price}`,
      },
    },
  },
  {
    name: 'prices',
    typeDefs: `
      type Product @key(fields: "id") {
        id: ID!
        price: Int @override(from: "catalog")
        discount: Int @requires(fields: "name")
        name: String @external
      }
    `,
    resolvers: {
      Product: { __resolveReference: findBy(current, 'id'), discount: ({ name }) => name.length },
    },
  },
];

export const override: Chapter = {
  title: '@override',
  stories: [
    {
      scripts: migration,
      promises: [
        {
          title: 'asks the new owner for a field that has moved',
          query: '{ products { name price } }',
          data: {
            products: [
              { name: 'Lamp', price: 11 },
              { name: 'Desk', price: 12 },
            ],
          },
          requests: [['catalog: products'], ['prices: Product*2']],
          check: (log) => expect(log.textsTo('catalog').join()).not.toContain('price'),
        },
        {
          title: 'asks the old owner for what has not moved',
          query: '{ offers { price name } }',
          data: {
            offers: [
              { price: 11, name: 'Lamp' },
              { price: 12, name: 'Desk' },
            ],
          },
          requests: [['prices: offers'], ['catalog: Product*2']],
        },
        {
          title: 'asks the new owner for a root field that has moved',
          query: '{ total }',
          data: { total: 2 },
          requests: [['prices: total']],
        },
        {
          title: 'joins by a key that has moved only with the values of its new owner',
          query: '{ products { shelf } }',
          data: { products: [{ shelf: 'A' }, { shelf: 'B' }] },
          requests: [['catalog: products'], ['prices: Product*2'], ['shelves: Product*2']],
        },
      ],
    },
    {
      scripts: computed,
      promises: [
        {
          title: 'brings what the new owner requires of the old one',
          query: '{ products { price discount } }',
          data: {
            products: [
              { price: 11, discount: 4 },
              { price: 12, discount: 4 },
            ],
          },
          requests: [['catalog: products'], ['prices: Product*2']],
        },
        {
          title: 'lets the old owner require what has moved',
          query: '{ products { label } }',
          data: { products: [{ label: 'Lamp: 11' }, { label: 'Desk: 12' }] },
          requests: [['catalog: products'], ['prices: Product*2'], ['catalog: Product*2']],
        },
      ],
    },
  ],
};
