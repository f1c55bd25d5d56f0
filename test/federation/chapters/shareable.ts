import { findBy, type SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import type { Chapter } from '../contract.js';

/** Both know the currency, each a part of it; and both speak of positions. */
const trade = (): SubgraphScript[] => [
  {
    name: 'bank',
    typeDefs: `
      type Currency { code: String! @shareable symbol: String }
      type Position @shareable { lat: Float lon: Float }
      type Query { currency: Currency @shareable branch: Position }
    `,
    resolvers: {
      Query: { currency: () => ({ code: 'EUR', symbol: '€' }), branch: () => ({ lat: 48.4, lon: 10 }) },
    },
  },
  {
    name: 'mint',
    typeDefs: `
      type Currency { code: String! @shareable digits: Int }
      type Position @shareable { lat: Float lon: Float }
      type Query { currency: Currency @shareable furnace: Position }
    `,
    resolvers: {
      Query: { currency: () => ({ code: 'EUR', digits: 2 }), furnace: () => ({ lat: 52.5, lon: 13.4 }) },
    },
  },
];

/** Below an entity lies a type without a key, of which each has a part. */
const shop = (): SubgraphScript[] => [
  {
    name: 'catalog',
    typeDefs: `
      type Product @key(fields: "id") { id: ID! category: Category @shareable }
      type Category { name: String @shareable label: String details: Details @shareable }
      type Details { colour: String }
      type Query { products: [Product!]! }
    `,
    resolvers: {
      Query: { products: () => [{ id: 'p1' }, { id: 'p2' }] },
      Product: {
        category: ({ id }) => ({ name: `category of ${id}`, label: `label of ${id}`, details: { colour: 'red' } }),
      },
    },
  },
  {
    name: 'finance',
    typeDefs: `
      type Product @key(fields: "id") { id: ID! category: Category @shareable }
      type Category { name: String @shareable margin: Int details: Details @shareable }
      type Details { account: Int }
    `,
    resolvers: {
      Product: {
        category: ({ id }) => ({ name: `category of ${id}`, margin: 3, details: { account: 400 } }),
      },
    },
  },
];

const accounts = [{ id: 'a1', owner: 'Ada', balance: 5 }];

/** An entity found by two root fields of the same name. */
const shared = (): SubgraphScript[] => [
  {
    name: 'people',
    typeDefs: `
      type Account @key(fields: "id") { id: ID! @shareable owner: String }
      type Query { account(id: ID!): Account @shareable }
    `,
    resolvers: { Query: { account: () => accounts[0] }, Account: { __resolveReference: findBy(accounts, 'id') } },
  },
  {
    name: 'books',
    typeDefs: `
      type Account @key(fields: "id") { id: ID! @shareable balance: Int }
      type Query { account(id: ID!): Account @shareable }
    `,
    resolvers: { Query: { account: () => accounts[0] }, Account: { __resolveReference: findBy(accounts, 'id') } },
  },
];

export const shareable: Chapter = {
  title: '@shareable',
  stories: [
    {
      scripts: trade,
      promises: [
        {
          title: 'asks one subgraph for what several know',
          query: '{ currency { code } }',
          data: { currency: { code: 'EUR' } },
          requests: [['bank|mint: currency']],
        },
        {
          title: 'puts a shared root field together, asking for its parts at the same time',
          query: '{ currency { code symbol digits } }',
          data: { currency: { code: 'EUR', symbol: '€', digits: 2 } },
          requests: [['bank: currency', 'mint: currency']],
        },
        {
          title: 'asks only the one that has what is wanted',
          query: '{ currency { digits } }',
          data: { currency: { digits: 2 } },
          requests: [['mint: currency']],
        },
        {
          title: 'reads a shared value type wherever it is found',
          query: '{ branch { lat lon } furnace { lat lon } }',
          data: { branch: { lat: 48.4, lon: 10 }, furnace: { lat: 52.5, lon: 13.4 } },
          requests: [['bank: branch', 'mint: furnace']],
        },
      ],
    },
    {
      scripts: shop,
      promises: [
        {
          title: 'puts a shared object below an entity together',
          query: '{ products { id category { name label margin } } }',
          data: {
            products: [
              { id: 'p1', category: { name: 'category of p1', label: 'label of p1', margin: 3 } },
              { id: 'p2', category: { name: 'category of p2', label: 'label of p2', margin: 3 } },
            ],
          },
          requests: [['catalog: products'], ['finance: Product*2']],
        },
        {
          title: 'puts shared objects together at every depth',
          query: '{ products { category { details { colour account } } } }',
          data: {
            products: [
              { category: { details: { colour: 'red', account: 400 } } },
              { category: { details: { colour: 'red', account: 400 } } },
            ],
          },
          requests: [['catalog: products'], ['finance: Product*2']],
        },
      ],
    },
    {
      scripts: shared,
      promises: [
        {
          title: 'puts an entity of a shared root field together, by one way or the other',
          query: '{ account(id: "a1") { id owner balance } }',
          data: { account: { id: 'a1', owner: 'Ada', balance: 5 } },
          requests: [['books: account', 'people: account']],
        },
      ],
    },
  ],
};
