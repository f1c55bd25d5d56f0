import { expect } from '@jest/globals';
import { findBy, type SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import { representationsOf } from '../../support/subgraphs/summarise.js';
import type { Chapter } from '../contract.js';

const hosts = [
  { zone: '', number: 0, internal: false, name: 'gate', labels: { __typename: 'no type', nested: [{ a: 1 }, null] } },
  { zone: 'a', number: 0, internal: true, name: 'web', labels: null },
  { zone: 'a', number: 1, internal: false, name: 'db', labels: 'text' },
];
const costs = hosts.map(({ zone, number, internal }, index) => ({ zone, number, internal, cost: index + 1 }));
const types = [
  { __typename: 'Server', id: 's1', size: 7, note: 'tall' },
  { __typename: 'Phone', id: 'p1', size: 3, note: 'small' },
];

const estate = (): SubgraphScript[] => [
  {
    name: 'hosts',
    typeDefs: `
      scalar JSON
      type Host @key(fields: "zone number internal") {
        zone: String!
        number: Int!
        internal: Boolean!
        name: String
        labels: JSON
      }
      union Thing = Server | Phone
      type Server @key(fields: "id") { id: ID! size: Int! @shareable }
      type Phone @key(fields: "id") { id: ID! size: Int @shareable }
      type Query { hosts: [Host!]! things: [Thing!]! host(name: String!, options: Options): Host }
      input Options { strict: Boolean, tags: [String] }
    `,
    resolvers: {
      Query: {
        hosts: () => hosts,
        things: () => types,
        host: (_, { name, options }) => {
          const found = hosts.find((host) => host.name === name);
          return options === undefined ? found : { ...found, labels: options };
        },
      },
    },
  },
  {
    name: 'costs',
    typeDefs: `
      scalar JSON
      type Host @key(fields: "zone number internal") {
        zone: String!
        number: Int!
        internal: Boolean!
        cost: Int
        shares(representations: Int!, among: Int): Int
        invoice: JSON
      }
      type Server @key(fields: "id") { id: ID! size: Int @shareable note: String }
      type Phone @key(fields: "id") { id: ID! size: Int @shareable note: String }
    `,
    resolvers: {
      Host: {
        __resolveReference: findBy(costs, 'zone', 'number', 'internal'),
        shares: ({ cost }, { representations, among = 1 }) => (cost * representations) / among,
        invoice: ({ cost }) => ({ lines: [{ cost }], __typename: 'Invoice' }),
      },
      Server: { __resolveReference: findBy(types, 'id') },
      Phone: { __resolveReference: findBy(types, 'id') },
    },
  },
];

export const care: Chapter = {
  title: 'names and values that need care',
  stories: [
    {
      scripts: estate,
      promises: [
        {
          title: 'joins by keys that are empty, zero or false',
          query: '{ hosts { name cost } }',
          data: {
            hosts: [
              { name: 'gate', cost: 1 },
              { name: 'web', cost: 2 },
              { name: 'db', cost: 3 },
            ],
          },
          requests: [['hosts: hosts'], ['costs: Host*3']],
          check: ({ requests }) =>
            expect(requests.flatMap(representationsOf)[0]).toEqual({
              __typename: 'Host',
              zone: '',
              number: 0,
              internal: false,
            }),
        },
        {
          title: 'leaves the values of scalars as they are',
          query: '{ hosts { labels invoice } }',
          data: {
            hosts: hosts.map(({ labels }, index) => ({
              labels,
              invoice: { lines: [{ cost: index + 1 }], __typename: 'Invoice' },
            })),
          },
          requests: [['hosts: hosts'], ['costs: Host*3']],
        },
        {
          title: 'takes a variable of the client that has the name of our own',
          query: 'query($representations: Int!) { hosts { shares(representations: $representations) } }',
          variables: { representations: 10 },
          data: { hosts: [{ shares: 10 }, { shares: 20 }, { shares: 30 }] },
          requests: [['hosts: hosts'], ['costs: Host*3']],
        },
        {
          title: 'takes names of the client that programs take for their own',
          query: '{ hosts { constructor: zone toString: name __proto__: number cost } }',
          data: JSON.parse(`{ "hosts": [
            { "constructor": "", "toString": "gate", "__proto__": 0, "cost": 1 },
            { "constructor": "a", "toString": "web", "__proto__": 0, "cost": 2 },
            { "constructor": "a", "toString": "db", "__proto__": 1, "cost": 3 }
          ] }`),
          requests: [['hosts: hosts'], ['costs: Host*3']],
        },
        {
          title: 'takes a field for no type though the client names it so',
          query: '{ things { ... on Server { __typename: note } ... on Phone { __typename: note } } }',
          data: { things: [{ __typename: 'tall' }, { __typename: 'small' }] },
          requests: [['hosts: things'], ['costs: Phone*1 Server*1']],
        },
        {
          title: 'reads fields of one name whose types differ between the members of a union',
          query: '{ things { ... on Server { size } ... on Phone { size } } }',
          data: { things: [{ size: 7 }, { size: 3 }] },
          requests: [['hosts: things']],
        },
        {
          title: 'tells null from absent in variables, at every depth',
          query: 'query($options: Options) { host(name: "db", options: $options) { labels } }',
          variables: { options: { strict: null, tags: ['a', null] } },
          data: { host: { labels: { strict: null, tags: ['a', null] } } },
          requests: [['hosts: host']],
        },
        {
          title: 'asks nobody when a variable does not fit',
          query: 'query($options: Options) { host(name: "db", options: $options) { labels } }',
          variables: { options: { strict: 'yes' } },
          data: undefined,
          errors: [{ path: [], code: 'BAD_USER_INPUT' }],
          requests: [],
        },
        {
          title: 'asks nobody when a variable is missing',
          query: 'query($name: String!) { host(name: $name) { name } hosts { name } }',
          data: undefined,
          errors: [{ path: [], code: 'BAD_USER_INPUT' }],
          requests: [],
        },
      ],
    },
  ],
};
