import { findBy, type SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import type { Chapter } from '../contract.js';

const users = [
  { id: 'u1', name: 'Ada' },
  { id: 'u2', name: 'Ben' },
];

const reviews = [
  { id: 'r1', body: 'Good', authorId: 'u1' },
  { id: 'r2', body: 'Bad', authorId: 'u2' },
  { id: 'r3', body: 'Ugly', authorId: 'u1' },
];

/** One key that both sides know. */
const people = (): SubgraphScript[] => [
  {
    name: 'users',
    typeDefs: `
      type User @key(fields: "id") { id: ID! name: String }
      type Query { user(id: ID!): User }
    `,
    resolvers: {
      Query: { user: (_, { id }) => users.find((user) => user.id === id) },
      User: { __resolveReference: findBy(users, 'id') },
    },
  },
  {
    name: 'reviews',
    typeDefs: `
      type User @key(fields: "id") { id: ID! reviews: [Review!]! }
      type Review { id: ID! body: String author: User! }
      type Query { latest: [Review!]! }
    `,
    resolvers: {
      Query: { latest: () => reviews },
      Review: { author: ({ authorId }) => ({ id: authorId }) },
      User: { reviews: ({ id }) => reviews.filter(({ authorId }) => authorId === id) },
    },
  },
];

const goods = [
  { upc: '1', sku: 'one', name: 'Lamp' },
  { upc: '2', sku: 'two', name: 'Desk' },
];
const prices = [
  { sku: 'one', price: 10 },
  { sku: 'two', price: 20 },
];
const stocks = [
  { upc: '1', stock: 5 },
  { upc: '2', stock: 0 },
];

/** Two keys, each of them known to one neighbour only. */
const shop = (): SubgraphScript[] => [
  {
    name: 'catalog',
    typeDefs: `
      type Product @key(fields: "upc") @key(fields: "sku") { upc: ID! sku: ID! name: String }
      type Query { products: [Product!]! }
    `,
    resolvers: { Query: { products: () => goods }, Product: { __resolveReference: findBy(goods, 'upc', 'sku') } },
  },
  {
    name: 'prices',
    typeDefs: `
      type Product @key(fields: "sku") { sku: ID! price: Int }
      type Query { cheapest: Product }
    `,
    resolvers: { Query: { cheapest: () => prices[0] }, Product: { __resolveReference: findBy(prices, 'sku') } },
  },
  {
    name: 'stocks',
    typeDefs: 'type Product @key(fields: "upc") { upc: ID! stock: Int }',
    resolvers: { Product: { __resolveReference: findBy(stocks, 'upc') } },
  },
];

const seats = [
  { row: 'A', number: 1, kind: 'aisle' },
  { row: 'A', number: 2, kind: 'middle' },
  { row: 'B', number: 1, kind: 'aisle' },
];
const tickets = [
  { show: { id: 's1' }, seat: { row: 'A', number: 2 }, holder: 'Ada', price: 30 },
  { show: { id: 's2' }, seat: { row: 'A', number: 2 }, holder: 'Ben', price: 40 },
];

/** Keys of several fields, and of fields inside of objects. */
const theatre = (): SubgraphScript[] => [
  {
    name: 'house',
    typeDefs: `
      type Seat @key(fields: "row number") { row: String! number: Int! kind: String }
      type Ticket @key(fields: "show { id } seat { row number }") {
        show: Show! @shareable
        seat: Seat! @shareable
        holder: String
      }
      type Show @key(fields: "id") { id: ID! }
      type Query { seats: [Seat!]! tickets: [Ticket!]! }
    `,
    resolvers: {
      Query: { seats: () => seats, tickets: () => tickets },
      Seat: { __resolveReference: findBy(seats, 'row', 'number') },
    },
  },
  {
    name: 'sales',
    typeDefs: `
      type Seat @key(fields: "row number") { row: String! number: Int! sold: Boolean }
      type Ticket @key(fields: "show { id } seat { row number }") {
        show: Show! @shareable
        seat: Seat! @shareable
        price: Int
      }
      type Show @key(fields: "id") { id: ID! }
    `,
    resolvers: {
      Seat: { sold: ({ row, number }) => row === 'A' && number === 2 },
      Ticket: {
        price: ({ show, seat }) =>
          tickets.find(
            (ticket) =>
              ticket.show.id === show.id && ticket.seat.row === seat.row && ticket.seat.number === seat.number,
          )?.price,
      },
    },
  },
];
const orders = [
  { number: 1, lines: [{ sku: 'one' }, { sku: 'two' }] },
  { number: 2, lines: [] },
];

/** A key that is a list. */
const baskets = (): SubgraphScript[] => [
  {
    name: 'orders',
    typeDefs: `
      type Order @key(fields: "lines { sku }") { number: Int! lines: [Line!]! @shareable }
      type Line { sku: ID! @shareable }
      type Query { orders: [Order!]! }
    `,
    resolvers: { Query: { orders: () => orders } },
  },
  {
    name: 'freight',
    typeDefs: `
      type Order @key(fields: "lines { sku }") { lines: [Line!]! @shareable parcels: Int }
      type Line { sku: ID! @shareable }
    `,
    resolvers: { Order: { parcels: ({ lines }) => lines.length } },
  },
];

export const keys: Chapter = {
  title: '@key',
  stories: [
    {
      scripts: people,
      promises: [
        {
          title: 'joins an entity to its fields in another subgraph',
          query: '{ user(id: "u1") { name reviews { body } } }',
          data: { user: { name: 'Ada', reviews: [{ body: 'Good' }, { body: 'Ugly' }] } },
          requests: [['users: user'], ['reviews: User*1']],
        },
        {
          title: 'joins there and back',
          query: '{ user(id: "u1") { reviews { body author { name } } } }',
          data: {
            user: {
              reviews: [
                { body: 'Good', author: { name: 'Ada' } },
                { body: 'Ugly', author: { name: 'Ada' } },
              ],
            },
          },
          requests: [['users: user'], ['reviews: User*1'], ['users: User*1']],
        },
        {
          title: 'asks nobody else when only the key is wanted',
          query: '{ latest { author { id } } }',
          data: { latest: [{ author: { id: 'u1' } }, { author: { id: 'u2' } }, { author: { id: 'u1' } }] },
          requests: [['reviews: latest']],
        },
        {
          title: 'asks nobody else about an entity that is null',
          query: '{ user(id: "nobody") { name reviews { body } } }',
          data: { user: null },
          requests: [['users: user']],
        },
        {
          title: 'keeps the key out of the answer when it was not asked for',
          query: '{ latest { author { name } } }',
          data: { latest: [{ author: { name: 'Ada' } }, { author: { name: 'Ben' } }, { author: { name: 'Ada' } }] },
          requests: [['reviews: latest'], ['users: User*2']],
        },
      ],
    },
    {
      scripts: shop,
      promises: [
        {
          title: 'takes for each subgraph the key that it knows, at the same time',
          query: '{ products { name price stock } }',
          data: {
            products: [
              { name: 'Lamp', price: 10, stock: 5 },
              { name: 'Desk', price: 20, stock: 0 },
            ],
          },
          requests: [['catalog: products'], ['prices: Product*2', 'stocks: Product*2']],
        },
        {
          title: 'goes over a third subgraph where two have no key in common',
          query: '{ cheapest { price stock } }',
          data: { cheapest: { price: 10, stock: 5 } },
          requests: [['prices: cheapest'], ['catalog: Product*1'], ['stocks: Product*1']],
        },
        {
          title: 'reads in passing what the third subgraph has',
          query: '{ cheapest { name stock } }',
          data: { cheapest: { name: 'Lamp', stock: 5 } },
          requests: [['prices: cheapest'], ['catalog: Product*1'], ['stocks: Product*1']],
        },
      ],
    },
    {
      scripts: theatre,
      promises: [
        {
          title: 'joins by a key of several fields',
          query: '{ seats { kind sold } }',
          data: {
            seats: [
              { kind: 'aisle', sold: false },
              { kind: 'middle', sold: true },
              { kind: 'aisle', sold: false },
            ],
          },
          requests: [['house: seats'], ['sales: Seat*3']],
        },
        {
          title: 'joins by a key of fields inside of objects',
          query: '{ tickets { holder price } }',
          data: {
            tickets: [
              { holder: 'Ada', price: 30 },
              { holder: 'Ben', price: 40 },
            ],
          },
          requests: [['house: tickets'], ['sales: Ticket*2']],
        },
      ],
    },
    {
      scripts: baskets,
      promises: [
        {
          title: 'joins by a key that is a list, empty or not',
          query: '{ orders { number parcels } }',
          data: {
            orders: [
              { number: 1, parcels: 2 },
              { number: 2, parcels: 0 },
            ],
          },
          requests: [['orders: orders'], ['freight: Order*2']],
        },
      ],
    },
  ],
};
