import { findBy, type SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import type { Chapter } from '../contract.js';

const users = [
  { id: 'u1', name: 'Ada' },
  { id: 'u2', name: 'Ben' },
];

/** A subgraph that names an entity, and cannot find it. */
const desk = (): SubgraphScript[] => [
  {
    name: 'orders',
    typeDefs: `
      type User @key(fields: "id", resolvable: false) { id: ID! }
      type Order { number: Int! buyer: User! }
      type Query { orders: [Order!]! }
    `,
    resolvers: {
      Query: {
        orders: () => [
          { number: 7, buyer: { id: 'u2' } },
          { number: 8, buyer: { id: 'u1' } },
        ],
      },
    },
  },
  {
    name: 'users',
    typeDefs: `
      type User @key(fields: "id") { id: ID! name: String }
      type Query { users: [User!]! }
    `,
    resolvers: { Query: { users: () => users }, User: { __resolveReference: findBy(users, 'id') } },
  },
];

const shelf = [{ upc: 'b1' }, { upc: 'b2' }, { upc: 'b3' }];
const register = [
  { upc: 'b1', id: '1' },
  { upc: 'b2', id: '2' },
];
const writers = [
  { id: '1', author: 'Ada' },
  { id: '2', author: 'Ben' },
];

/** The way from the shelf to the authors leads over a register, which lacks a book. */
const library = (): SubgraphScript[] => [
  {
    name: 'shelf',
    typeDefs: `
      type Book @key(fields: "upc") { upc: ID! }
      type Query { books: [Book!]! }
    `,
    resolvers: { Query: { books: () => shelf } },
  },
  {
    name: 'register',
    typeDefs: 'type Book @key(fields: "upc") @key(fields: "id") { upc: ID! id: ID! }',
    resolvers: { Book: { __resolveReference: findBy(register, 'upc', 'id') } },
  },
  {
    name: 'authors',
    typeDefs: 'type Book @key(fields: "id") { id: ID! author: String }',
    resolvers: { Book: { __resolveReference: findBy(writers, 'id') } },
  },
];

const hosts = [
  { name: 'web', serial: 'S1' },
  { name: 'spare', serial: null },
  { name: 'db', serial: 'S3' },
];
const contracts = [
  { serial: 'S1', vendor: 'Acme' },
  { serial: 'S3', vendor: 'Umbra' },
];

/** A key that may be null. */
const rack = (): SubgraphScript[] => [
  {
    name: 'hosts',
    typeDefs: `
      type Host @key(fields: "serial") { serial: ID name: String! }
      type Query { hosts: [Host!]! }
    `,
    resolvers: { Query: { hosts: () => hosts } },
  },
  {
    name: 'contracts',
    typeDefs: 'type Host @key(fields: "serial") { serial: ID vendor: String }',
    resolvers: { Host: { __resolveReference: findBy(contracts, 'serial') } },
  },
];

export const keysThatFail: Chapter = {
  title: '@key of entities that are not found',
  stories: [
    {
      scripts: desk,
      promises: [
        {
          title: 'leaves a subgraph that names an entity by a key which it cannot resolve',
          query: '{ orders { number buyer { name } } }',
          data: {
            orders: [
              { number: 7, buyer: { name: 'Ben' } },
              { number: 8, buyer: { name: 'Ada' } },
            ],
          },
          requests: [['orders: orders'], ['users: User*2']],
        },
        {
          title: 'never asks a subgraph for an entity that it cannot resolve',
          query: '{ users { id name } }',
          data: { users },
          requests: [['users: users']],
        },
      ],
    },
    {
      scripts: library,
      promises: [
        {
          title: 'answers null where a subgraph on the way does not know the entity',
          query: '{ books { upc author } }',
          data: {
            books: [
              { upc: 'b1', author: 'Ada' },
              { upc: 'b2', author: 'Ben' },
              { upc: 'b3', author: null },
            ],
          },
          requests: [['shelf: books'], ['register: Book*3'], ['authors: Book*2']],
        },
      ],
    },
    {
      scripts: rack,
      promises: [
        {
          title: 'asks nobody about an entity whose key is null',
          query: '{ hosts { name vendor } }',
          data: {
            hosts: [
              { name: 'web', vendor: 'Acme' },
              { name: 'spare', vendor: null },
              { name: 'db', vendor: 'Umbra' },
            ],
          },
          requests: [['hosts: hosts'], ['contracts: Host*2']],
        },
      ],
    },
  ],
};
