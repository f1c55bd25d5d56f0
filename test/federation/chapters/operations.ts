import { expect } from '@jest/globals';
import { findBy, type SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import type { Chapter } from '../contract.js';

const users = [
  { id: 'u1', name: 'Ada' },
  { id: 'u2', name: 'Ben' },
];
const orders = [
  { number: 1, buyer: 'u1', status: 'OPEN' },
  { number: 2, buyer: 'u1', status: 'DONE' },
  { number: 3, buyer: 'u2', status: 'OPEN' },
];

const shop = (): SubgraphScript[] => [
  {
    name: 'users',
    typeDefs: `
      type User @key(fields: "id") { id: ID! name(style: Style = PLAIN): String friend: User }
      enum Style { PLAIN SHOUTED }
      type Query { user(id: ID!): User users: [User!]! }
    `,
    resolvers: {
      Query: { user: (_, { id }) => users.find((user) => user.id === id), users: () => users },
      User: {
        __resolveReference: findBy(users, 'id'),
        name: ({ name }, { style }) => (style === 'SHOUTED' ? name.toUpperCase() : name),
        friend: ({ id }) => users.find((user) => user.id !== id),
      },
    },
  },
  {
    name: 'orders',
    typeDefs: `
      type User @key(fields: "id") { id: ID! orders(filter: OrderFilter, first: Int! = 10): [Order!]! }
      input OrderFilter { status: Status, numbers: [Int!] }
      type Order { number: Int! status: Status buyer: User }
      enum Status { OPEN DONE }
      type Query { orders(filter: OrderFilter): [Order!]! revenue: Int }
    `,
    resolvers: {
      Query: { orders: (_, { filter }) => orders.filter(fits(filter)), revenue: () => 7 },
      User: {
        orders: ({ id }, { filter, first }) => orders.filter((o) => o.buyer === id && fits(filter)(o)).slice(0, first),
      },
      Order: { buyer: ({ buyer }) => ({ id: buyer }) },
    },
  },
  {
    name: 'letters',
    typeDefs: `
      type User @key(fields: "id") { id: ID! letters: Int }
      type Query { sent: Int }
    `,
    resolvers: { Query: { sent: () => 9 }, User: { letters: ({ id }) => (id === 'u1' ? 3 : 4) } },
  },
];

function fits(filter: { status?: string; numbers?: number[] } | null | undefined) {
  return ({ status, number }: (typeof orders)[number]) =>
    (filter?.status ?? status) === status && (filter?.numbers ?? [number]).includes(number);
}

export const operations: Chapter = {
  title: 'operations',
  stories: [
    {
      scripts: shop,
      promises: [
        {
          title: 'asks for root fields of several subgraphs at the same time',
          query: '{ revenue users { name } sent }',
          data: { revenue: 7, users: [{ name: 'Ada' }, { name: 'Ben' }], sent: 9 },
          requests: [['letters: sent', 'orders: revenue', 'users: users']],
        },
        {
          title: 'asks one subgraph for all of its root fields at once',
          query: '{ revenue orders { number } }',
          data: { revenue: 7, orders: [{ number: 1 }, { number: 2 }, { number: 3 }] },
          requests: [['orders: orders revenue']],
        },
        {
          title: 'joins entities of several subgraphs at the same time',
          query: '{ users { letters orders { number } } }',
          data: {
            users: [
              { letters: 3, orders: [{ number: 1 }, { number: 2 }] },
              { letters: 4, orders: [{ number: 3 }] },
            ],
          },
          requests: [['users: users'], ['letters: User*2', 'orders: User*2']],
        },
        {
          title: 'answers in the order of the query, whoever answers first',
          query: '{ user(id: "u1") { letters name orders { number } id } revenue }',
          data: { user: { letters: 3, name: 'Ada', orders: [{ number: 1 }, { number: 2 }], id: 'u1' }, revenue: 7 },
          requests: [
            ['orders: revenue', 'users: user'],
            ['letters: User*1', 'orders: User*1'],
          ],
        },
        {
          title: 'asks the same field with two sets of arguments under two names',
          query: `{
            user(id: "u1") {
              open: orders(filter: { status: OPEN }) { number }
              done: orders(filter: { status: DONE }) { number }
            }
          }`,
          data: { user: { open: [{ number: 1 }], done: [{ number: 2 }] } },
          requests: [['users: user'], ['orders: User*1']],
        },
        {
          title: 'asks the same root field twice and joins both',
          query: '{ a: user(id: "u1") { name letters } b: user(id: "u2") { name letters } }',
          data: { a: { name: 'Ada', letters: 3 }, b: { name: 'Ben', letters: 4 } },
          requests: [['users: user user'], ['letters: User*2']],
        },
        {
          title: 'lets a name of the query hide the name of a key',
          query: '{ users { id: name key: id letters } }',
          data: {
            users: [
              { id: 'Ada', key: 'u1', letters: 3 },
              { id: 'Ben', key: 'u2', letters: 4 },
            ],
          },
          requests: [['users: users'], ['letters: User*2']],
        },
        {
          title: 'lets two names hold the same joined field',
          query: '{ user(id: "u2") { first: letters second: letters shouted: name(style: SHOUTED) name } }',
          data: { user: { first: 4, second: 4, shouted: 'BEN', name: 'Ben' } },
          requests: [['users: user'], ['letters: User*1']],
        },
        {
          title: 'joins what named fragments select over subgraphs',
          query: `
            { user(id: "u1") { ...Person orders { buyer { ...Person } } } }
            fragment Person on User { ...Name letters }
            fragment Name on User { name }
          `,
          data: {
            user: {
              name: 'Ada',
              letters: 3,
              orders: [{ buyer: { name: 'Ada', letters: 3 } }, { buyer: { name: 'Ada', letters: 3 } }],
            },
          },
          requests: [['users: user'], ['letters: User*1', 'orders: User*1'], ['letters: User*1', 'users: User*1']],
        },
        {
          title: 'merges selections of one object that are written apart',
          query: '{ user(id: "u1") { friend { name } friend { letters } ... { friend { id } } } }',
          data: { user: { friend: { name: 'Ben', letters: 4, id: 'u2' } } },
          requests: [['users: user'], ['letters: User*1']],
        },
        {
          title: 'sends each subgraph only the variables that it is asked with',
          query: `query($id: ID!, $style: Style, $filter: OrderFilter, $first: Int!) {
            user(id: $id) { name(style: $style) orders(filter: $filter, first: $first) { number } letters }
          }`,
          variables: { id: 'u1', style: 'SHOUTED', filter: { numbers: [2, 3] }, first: 5 },
          data: { user: { name: 'ADA', orders: [{ number: 2 }], letters: 3 } },
          requests: [['users: user'], ['letters: User*1', 'orders: User*1']],
          check: ({ requests }) => {
            const sent = Object.fromEntries(
              requests.map(({ subgraph, variables }) => [subgraph, withoutRepresentations(variables)]),
            );
            expect(sent).toEqual({
              users: { id: 'u1', style: 'SHOUTED' },
              orders: { filter: { numbers: [2, 3] }, first: 5 },
              letters: {},
            });
          },
        },
        {
          title: 'leaves a variable out that the client left out',
          query:
            'query($style: Style, $filter: OrderFilter) { user(id: "u1") { name(style: $style) orders(filter: $filter) { number } } }',
          data: { user: { name: 'Ada', orders: [{ number: 1 }, { number: 2 }] } },
          requests: [['users: user'], ['orders: User*1']],
        },
        {
          title: 'takes the default of a variable in whichever subgraph it is used',
          query:
            'query($first: Int! = 1, $style: Style = SHOUTED) { user(id: "u1") { name(style: $style) orders(first: $first) { number } } }',
          data: { user: { name: 'ADA', orders: [{ number: 1 }] } },
          requests: [['users: user'], ['orders: User*1']],
        },
        {
          title: 'takes variables inside of input objects and lists',
          query:
            'query($status: Status, $number: Int!) { orders(filter: { status: $status, numbers: [$number, 1] }) { number } }',
          variables: { status: 'OPEN', number: 3 },
          data: { orders: [{ number: 1 }, { number: 3 }] },
          requests: [['orders: orders']],
        },
        {
          title: 'executes the operation that is named',
          query: 'query A { revenue } query B { sent }',
          operationName: 'B',
          data: { sent: 9 },
          requests: [['letters: sent']],
        },
        {
          title: 'knows the type of every object',
          query:
            '{ __typename user(id: "u1") { __typename orders { __typename buyer { type: __typename letters } } } }',
          data: {
            __typename: 'Query',
            user: {
              __typename: 'User',
              orders: [
                { __typename: 'Order', buyer: { type: 'User', letters: 3 } },
                { __typename: 'Order', buyer: { type: 'User', letters: 3 } },
              ],
            },
          },
          requests: [['users: user'], ['orders: User*1'], ['letters: User*1']],
        },
        {
          title: 'asks nobody for the type of the root',
          query: '{ __typename root: __typename }',
          data: { __typename: 'Query', root: 'Query' },
          requests: [],
        },
      ],
    },
  ],
};

function withoutRepresentations(variables: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !name.includes('rep')));
}
