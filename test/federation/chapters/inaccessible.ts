import { findBy, type SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import type { Chapter } from '../contract.js';

const agents = [
  { code: 'x1', name: 'Ada', clearance: 'OPEN', station: { city: 'Ulm' } },
  { code: 'x2', name: 'Ben', clearance: 'SECRET', station: { city: 'Rom' } },
];
const missions = [
  { code: 'x1', missions: 3 },
  { code: 'x2', missions: 4 },
];

/** Much that the subgraphs know is not for clients: the only key, a type, an enum value, inputs. */
const service = (): SubgraphScript[] => [
  {
    name: 'agents',
    typeDefs: `
      type Agent @key(fields: "code") {
        code: ID! @inaccessible
        name: String
        clearance: Clearance
        station: Station @inaccessible
      }
      type Station @inaccessible { city: String }
      enum Clearance { OPEN SECRET @inaccessible }
      input Filter { name: String, code: ID @inaccessible }
      type Query {
        agents(filter: Filter, audit: Boolean = false @inaccessible): [Agent!]!
        cleared(clearance: Clearance!): [Agent!]!
        internals: String @inaccessible
      }
    `,
    resolvers: {
      Query: {
        agents: (_, { filter }) => agents.filter(({ name }) => name === (filter?.name ?? name)),
        cleared: (_, { clearance }) => agents.filter((agent) => agent.clearance === clearance),
      },
      Agent: { __resolveReference: findBy(agents, 'code') },
    },
  },
  {
    name: 'missions',
    typeDefs: `
      type Agent @key(fields: "code") {
        code: ID!
        missions: Int
        station: Station @external
        cover: String @requires(fields: "station { city }")
      }
      type Station { city: String @external }
    `,
    resolvers: {
      Agent: {
        __resolveReference: findBy(missions, 'code'),
        cover: ({ station }) => `a clerk in ${station.city}`,
      },
    },
  },
];

export const inaccessible: Chapter = {
  title: '@inaccessible',
  stories: [
    {
      scripts: service,
      promises: [
        {
          title: 'joins by a key that clients may not see',
          query: '{ agents { name missions } }',
          data: {
            agents: [
              { name: 'Ada', missions: 3 },
              { name: 'Ben', missions: 4 },
            ],
          },
          requests: [['agents: agents'], ['missions: Agent*2']],
        },
        {
          title: 'brings a subgraph what it requires though clients may not see it',
          query: '{ agents(filter: { name: "Ada" }) { cover } }',
          data: { agents: [{ cover: 'a clerk in Ulm' }] },
          requests: [['agents: agents'], ['missions: Agent*1']],
        },
        {
          title: 'nulls a value that clients may not see, with an error',
          query: '{ agents { name clearance } }',
          data: {
            agents: [
              { name: 'Ada', clearance: 'OPEN' },
              { name: 'Ben', clearance: null },
            ],
          },
          errors: [{ path: ['agents', 1, 'clearance'] }],
          requests: [['agents: agents']],
        },
        {
          title: 'shows nothing of it by introspection',
          query: `{
            agent: __type(name: "Agent") { fields { name } }
            station: __type(name: "Station") { name }
            clearance: __type(name: "Clearance") { enumValues { name } }
            filter: __type(name: "Filter") { inputFields { name } }
            query: __type(name: "Query") { fields { name args { name } } }
          }`,
          data: {
            agent: { fields: [{ name: 'name' }, { name: 'clearance' }, { name: 'missions' }, { name: 'cover' }] },
            station: null,
            clearance: { enumValues: [{ name: 'OPEN' }] },
            filter: { inputFields: [{ name: 'name' }] },
            query: {
              fields: [
                { name: 'agents', args: [{ name: 'filter' }] },
                { name: 'cleared', args: [{ name: 'clearance' }] },
              ],
            },
          },
          unordered: true,
          requests: [],
        },
      ],
      refusals: [
        {
          title: 'refuses a field that clients may not see',
          query: '{ agents { code } }',
          message: /Cannot query field "code" on type "Agent"/,
        },
        {
          title: 'refuses a root field that clients may not see',
          query: '{ internals }',
          message: /Cannot query field "internals"/,
        },
        {
          title: 'refuses a type that clients may not see',
          query: '{ agents { name ... on Station { city } } }',
          message: /Unknown type "Station"/,
        },
        {
          title: 'refuses an enum value that clients may not see',
          query: '{ cleared(clearance: SECRET) { name } }',
          message: /Value "SECRET" does not exist in "Clearance" enum/,
        },
        {
          title: 'refuses an argument that clients may not see',
          query: '{ agents(audit: true) { name } }',
          message: /Unknown argument "audit"/,
        },
        {
          title: 'refuses an input field that clients may not see',
          query: '{ agents(filter: { code: "x1" }) { name } }',
          message: /Field "code" is not defined by type "Filter"/,
        },
      ],
    },
  ],
};
