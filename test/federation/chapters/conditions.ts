import { expect } from '@jest/globals';
import { findBy, type SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import type { Chapter } from '../contract.js';

const users = [
  { id: 'u1', name: 'Ada', manager: { id: 'u2' } },
  { id: 'u2', name: 'Ben', manager: null },
];
const budgets = [
  { id: 'u1', budget: 10 },
  { id: 'u2', budget: 20 },
];

const office = (): SubgraphScript[] => [
  {
    name: 'users',
    typeDefs: `
      type User @key(fields: "id") { id: ID! name: String manager: User }
      type Query { users: [User!]! me: User }
    `,
    resolvers: {
      Query: { users: () => users, me: () => users[0] },
      User: { __resolveReference: findBy(users, 'id') },
    },
  },
  {
    name: 'budgets',
    typeDefs: `
      type User @key(fields: "id") {
        id: ID!
        budget: Int
        name: String @external
        badge: String @requires(fields: "name")
      }
      type Query { total: Int }
    `,
    resolvers: {
      Query: { total: () => 30 },
      User: { __resolveReference: findBy(budgets, 'id'), badge: ({ name, id }) => `${name} (${id})` },
    },
  },
];

export const conditions: Chapter = {
  title: '@skip and @include',
  stories: [
    {
      scripts: office,
      promises: [
        {
          title: 'asks no subgraph for a field that is not included',
          query: 'query($all: Boolean!) { me { name budget @include(if: $all) } }',
          variables: { all: false },
          data: { me: { name: 'Ada' } },
          requests: [['users: me']],
        },
        {
          title: 'asks for a field that is included',
          query: 'query($all: Boolean!) { me { name budget @include(if: $all) } }',
          variables: { all: true },
          data: { me: { name: 'Ada', budget: 10 } },
          requests: [['users: me'], ['budgets: User*1']],
        },
        {
          title: 'asks no subgraph for a field that is skipped',
          query: 'query($brief: Boolean!) { me { name budget @skip(if: $brief) } }',
          variables: { brief: true },
          data: { me: { name: 'Ada' } },
          requests: [['users: me']],
        },
        {
          title: 'asks for a field that is not skipped',
          query: 'query($brief: Boolean!) { me { name budget @skip(if: $brief) } }',
          variables: { brief: false },
          data: { me: { name: 'Ada', budget: 10 } },
          requests: [['users: me'], ['budgets: User*1']],
        },
        {
          title: 'takes the default of a variable as its condition',
          query: 'query($all: Boolean! = false) { me { name budget @include(if: $all) } }',
          data: { me: { name: 'Ada' } },
          requests: [['users: me']],
        },
        {
          title: 'obeys conditions that are written out',
          query: '{ me { name @include(if: true) budget @skip(if: true) } }',
          data: { me: { name: 'Ada' } },
          requests: [['users: me']],
        },
        {
          title: 'obeys both conditions of one field',
          query: 'query($a: Boolean!, $b: Boolean!) { me { name budget @include(if: $a) @skip(if: $b) } }',
          variables: { a: true, b: true },
          data: { me: { name: 'Ada' } },
          requests: [['users: me']],
        },
        {
          title: 'includes a field that another selection of it includes',
          query: 'query($a: Boolean!) { me { budget @include(if: $a) ... on User { budget } } }',
          variables: { a: false },
          data: { me: { budget: 10 } },
          requests: [['users: me'], ['budgets: User*1']],
        },
        {
          title: 'obeys conditions of fragments',
          query: `
            query($all: Boolean!) { me { name ... @include(if: $all) { budget } ...Manager @skip(if: $all) } }
            fragment Manager on User { manager { name budget } }
          `,
          variables: { all: true },
          data: { me: { name: 'Ada', budget: 10 } },
          requests: [['users: me'], ['budgets: User*1']],
        },
        {
          title: 'obeys conditions of an object that would be joined',
          query: 'query($all: Boolean!) { me { name manager @include(if: $all) { name budget } } }',
          variables: { all: false },
          data: { me: { name: 'Ada' } },
          requests: [['users: me']],
        },
        {
          title: 'obeys conditions of what requires something',
          query: 'query($all: Boolean!) { me { id badge @include(if: $all) } }',
          variables: { all: true },
          data: { me: { id: 'u1', badge: 'Ada (u1)' } },
          requests: [['users: me'], ['budgets: User*1']],
        },
        {
          title: 'asks a subgraph nothing when all its root fields are skipped',
          query: 'query($all: Boolean!) { me { name } total @include(if: $all) }',
          variables: { all: false },
          data: { me: { name: 'Ada' } },
          requests: [['users: me']],
        },
        {
          title: 'asks nobody when everything is skipped',
          query: 'query($all: Boolean!) { me @include(if: $all) { name } total @include(if: $all) }',
          variables: { all: false },
          data: {},
          requests: [],
        },
        {
          title: 'obeys conditions of lists',
          query: 'query($all: Boolean!) { users { name budget @include(if: $all) badge @skip(if: $all) } }',
          variables: { all: true },
          data: {
            users: [
              { name: 'Ada', budget: 10 },
              { name: 'Ben', budget: 20 },
            ],
          },
          requests: [['users: users'], ['budgets: User*2']],
          check: (log) => expect(log.requests).toHaveLength(2),
        },
      ],
    },
  ],
};
