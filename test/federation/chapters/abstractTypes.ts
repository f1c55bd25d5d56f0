import { findBy, type SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import type { Chapter } from '../contract.js';

const users = [
  { id: 'u1', name: 'Ada', mail: 'ada@example.org' },
  { id: 'u2', name: 'Ben', mail: 'ben@example.org' },
];
const teams = [{ id: 't1', name: 'Blue', size: 4 }];

/** Assets have owners of two kinds, each known to a subgraph of its own. */
const assets = (): SubgraphScript[] => [
  {
    name: 'assets',
    typeDefs: `
      interface Owner { id: ID! }
      union Holder = User | Team | Vault
      type User implements Owner @key(fields: "id") { id: ID! }
      type Team implements Owner @key(fields: "id") { id: ID! }
      type Vault { code: String }
      type Query { owners: [Owner]! holders: [Holder!]! }
    `,
    resolvers: {
      Query: {
        owners: () => [
          { __typename: 'User', id: 'u1' },
          { __typename: 'Team', id: 't1' },
          null,
          { __typename: 'User', id: 'u2' },
        ],
        holders: () => [
          { __typename: 'Vault', code: '007' },
          { __typename: 'Team', id: 't1' },
          { __typename: 'User', id: 'u2' },
        ],
      },
    },
  },
  {
    name: 'users',
    typeDefs: `
      interface Named { name: String }
      type User implements Named @key(fields: "id") { id: ID! name: String mail: String }
      type Query { named: [Named!]! }
    `,
    resolvers: {
      Query: { named: () => users.map((user) => ({ ...user, __typename: 'User' })) },
      User: { __resolveReference: findBy(users, 'id') },
    },
  },
  {
    name: 'teams',
    typeDefs: `
      interface Named { name: String }
      type Team implements Named @key(fields: "id") { id: ID! name: String size: Int }
      type Query { group: Named }
    `,
    resolvers: {
      Query: { group: () => ({ ...teams[0], __typename: 'Team' }) },
      Team: { __resolveReference: findBy(teams, 'id') },
    },
  },
];

/** One union, of which each subgraph knows a part. */
const findings = (): SubgraphScript[] => [
  {
    name: 'mail',
    typeDefs: `
      union Finding = Phish | Malware
      type Phish { sender: String }
      type Malware @key(fields: "hash") { hash: ID! family: String }
      type Query { inbox: [Finding!]! }
    `,
    resolvers: {
      Query: {
        inbox: () => [
          { __typename: 'Phish', sender: 'eve@example.org' },
          { __typename: 'Malware', hash: 'h1', family: 'Emotet' },
        ],
      },
      Malware: { __resolveReference: ({ hash }) => ({ hash, family: 'Emotet' }) },
    },
  },
  {
    name: 'hosts',
    typeDefs: `
      union Finding = Malware | Rootkit
      type Malware @key(fields: "hash") { hash: ID! hosts: Int }
      type Rootkit { driver: String }
      type Query { scan: [Finding!]! }
    `,
    resolvers: {
      Query: {
        scan: () => [
          { __typename: 'Malware', hash: 'h1', hosts: 2 },
          { __typename: 'Rootkit', driver: 'evil.sys' },
        ],
      },
      Malware: { __resolveReference: ({ hash }) => ({ hash, hosts: 2 }) },
    },
  },
];

/** Reviews are a field of the interface, and known to another subgraph than the products. */
const reviewed = (): SubgraphScript[] => [
  {
    name: 'products',
    typeDefs: `
      interface Product { id: ID! similar: [Product!]! }
      type Book implements Product @key(fields: "id") { id: ID! similar: [Product!]! }
      type Lamp implements Product @key(fields: "id") { id: ID! similar: [Product!]! }
      type Query { products: [Product!]! }
    `,
    resolvers: {
      Query: { products: () => products },
      Book: { similar: () => products.slice(1) },
      Lamp: { similar: () => [] },
    },
  },
  {
    name: 'reviews',
    typeDefs: `
      interface Product { id: ID! score: Int }
      type Book implements Product @key(fields: "id") { id: ID! score: Int }
      type Lamp implements Product @key(fields: "id") { id: ID! score: Int watts: Int }
    `,
    resolvers: {
      Book: { score: ({ id }) => Number(id) },
      Lamp: { score: ({ id }) => Number(id), watts: () => 60 },
    },
  },
];
const products = [
  { __typename: 'Book', id: '1' },
  { __typename: 'Lamp', id: '2' },
  { __typename: 'Book', id: '3' },
];

export const abstractTypes: Chapter = {
  title: 'interfaces and unions',
  stories: [
    {
      scripts: assets,
      promises: [
        {
          title: 'asks for the types of an interface in their subgraphs, at the same time',
          query: '{ owners { id ... on User { mail } ... on Team { size } } }',
          data: {
            owners: [
              { id: 'u1', mail: 'ada@example.org' },
              { id: 't1', size: 4 },
              null,
              { id: 'u2', mail: 'ben@example.org' },
            ],
          },
          requests: [['assets: owners'], ['teams: Team*1', 'users: User*2']],
        },
        {
          title: 'knows the type of each object of an interface, also under another name',
          query: '{ owners { type: __typename } holders { type: __typename } }',
          data: {
            owners: [{ type: 'User' }, { type: 'Team' }, null, { type: 'User' }],
            holders: [{ type: 'Vault' }, { type: 'Team' }, { type: 'User' }],
          },
          requests: [['assets: holders owners']],
        },
        {
          title: 'asks for one type of an interface only where that is wanted',
          query: '{ owners { ... on Team { name } } }',
          data: { owners: [{}, { name: 'Blue' }, null, {}] },
          requests: [['assets: owners'], ['teams: Team*1']],
        },
        {
          title: 'asks for the members of a union in their subgraphs',
          query: '{ holders { __typename ... on Vault { code } ... on Team { name } ... on User { name } } }',
          data: {
            holders: [
              { __typename: 'Vault', code: '007' },
              { __typename: 'Team', name: 'Blue' },
              { __typename: 'User', name: 'Ben' },
            ],
          },
          requests: [['assets: holders'], ['teams: Team*1', 'users: User*1']],
        },
        {
          title: 'takes a fragment on one interface inside of another',
          query: '{ owners { ... on Named { name } } }',
          data: { owners: [{ name: 'Ada' }, { name: 'Blue' }, null, { name: 'Ben' }] },
          requests: [['assets: owners'], ['teams: Team*1', 'users: User*2']],
        },
        {
          title: 'reads an interface that each subgraph implements by types of its own',
          query: '{ named { __typename name } group { __typename name ... on Team { size } } }',
          data: {
            named: [
              { __typename: 'User', name: 'Ada' },
              { __typename: 'User', name: 'Ben' },
            ],
            group: { __typename: 'Team', name: 'Blue', size: 4 },
          },
          requests: [['teams: group', 'users: named']],
        },
      ],
    },
    {
      scripts: reviewed,
      promises: [
        {
          title: 'joins a field of an interface for all its types in one request',
          query: '{ products { id score } }',
          data: {
            products: [
              { id: '1', score: 1 },
              { id: '2', score: 2 },
              { id: '3', score: 3 },
            ],
          },
          requests: [['products: products'], ['reviews: Book*2 Lamp*1']],
        },
        {
          title: 'joins an interface inside of itself',
          query: '{ products { __typename similar { score ... on Lamp { watts } } } }',
          data: {
            products: [
              { __typename: 'Book', similar: [{ score: 2, watts: 60 }, { score: 3 }] },
              { __typename: 'Lamp', similar: [] },
              { __typename: 'Book', similar: [{ score: 2, watts: 60 }, { score: 3 }] },
            ],
          },
          requests: [['products: products'], ['reviews: Book*1 Lamp*1']],
        },
        {
          title: 'joins an interface and what it holds at once',
          query: '{ products { score similar { score } } }',
          data: {
            products: [
              { score: 1, similar: [{ score: 2 }, { score: 3 }] },
              { score: 2, similar: [] },
              { score: 3, similar: [{ score: 2 }, { score: 3 }] },
            ],
          },
          requests: [['products: products'], ['reviews: Book*2 Lamp*1']],
        },
      ],
    },
    {
      scripts: findings,
      promises: [
        {
          title: 'joins a member of a union that two subgraphs know',
          query: '{ inbox { __typename ... on Phish { sender } ... on Malware { family hosts } } }',
          data: {
            inbox: [
              { __typename: 'Phish', sender: 'eve@example.org' },
              { __typename: 'Malware', family: 'Emotet', hosts: 2 },
            ],
          },
          requests: [['mail: inbox'], ['hosts: Malware*1']],
        },
        {
          title: 'asks a subgraph nothing about members of a union that it does not know',
          query:
            '{ inbox { ... on Rootkit { driver } ... on Phish { sender } } scan { ... on Rootkit { driver } ... on Phish { sender } } }',
          data: { inbox: [{ sender: 'eve@example.org' }, {}], scan: [{}, { driver: 'evil.sys' }] },
          requests: [['hosts: scan', 'mail: inbox']],
        },
      ],
    },
  ],
};
