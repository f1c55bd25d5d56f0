import { expect } from '@jest/globals';
import type { SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import type { Chapter } from '../contract.js';

const echo = (_: unknown, args: object) => JSON.stringify(args);

/** The same inputs and enums, as each subgraph happens to know them. */
const dialects = (): SubgraphScript[] => [
  {
    name: 'left',
    typeDefs: `
      input Filter { name: String limit: Int = 5 left: Boolean }
      enum Order { ASC DESC LEFT }
      enum State { OPEN CLOSED }
      type Query {
        lefts(filter: Filter, order: Order): String
        state: State
        shared(name: String, left: Int): String @shareable
      }
    `,
    resolvers: { Query: { lefts: echo, shared: echo, state: () => 'CLOSED' } },
  },
  {
    name: 'right',
    typeDefs: `
      input Filter { name: String limit: Int = 5 right: Boolean }
      enum Order { ASC DESC RIGHT }
      enum State { OPEN STALE }
      type Query {
        rights(filter: Filter, order: Order): String
        otherState: State
        shared(name: String, right: Int): String @shareable
      }
    `,
    resolvers: { Query: { rights: echo, shared: echo, otherState: () => 'STALE' } },
  },
];

export const inputs: Chapter = {
  title: 'enums and input objects that differ',
  stories: [
    {
      scripts: dialects,
      promises: [
        {
          title: 'takes what all subgraphs know of an input',
          query: '{ lefts(filter: { name: "a" }, order: ASC) rights(filter: { name: "b", limit: 1 }, order: DESC) }',
          data: {
            lefts: '{"filter":{"name":"a","limit":5},"order":"ASC"}',
            rights: '{"filter":{"name":"b","limit":1},"order":"DESC"}',
          },
          requests: [['left: lefts', 'right: rights']],
        },
        {
          title: 'takes the same as variables, and leaves defaults to the subgraph',
          query: 'query($filter: Filter, $order: Order) { lefts(filter: $filter, order: $order) }',
          variables: { filter: { name: 'a' }, order: 'DESC' },
          data: { lefts: '{"filter":{"name":"a","limit":5},"order":"DESC"}' },
          requests: [['left: lefts']],
        },
        {
          title: 'tells null from absent in an input',
          query: 'query($name: String) { lefts(filter: { name: $name, limit: null }) }',
          data: { lefts: '{"filter":{"limit":null}}' },
          requests: [['left: lefts']],
        },
        {
          title: 'answers with what any subgraph knows of an output',
          query: '{ state otherState }',
          data: { state: 'CLOSED', otherState: 'STALE' },
          requests: [['left: state', 'right: otherState']],
        },
        {
          title: 'shows the intersection of inputs and the union of outputs',
          query: `{
            filter: __type(name: "Filter") { inputFields { name } }
            order: __type(name: "Order") { enumValues { name } }
            state: __type(name: "State") { enumValues { name } }
          }`,
          data: {
            filter: { inputFields: [{ name: 'name' }, { name: 'limit' }] },
            order: { enumValues: [{ name: 'ASC' }, { name: 'DESC' }] },
            state: { enumValues: [{ name: 'OPEN' }, { name: 'CLOSED' }, { name: 'STALE' }] },
          },
          unordered: true,
          requests: [],
        },
        {
          title: 'asks a shared field with the arguments that all subgraphs know',
          query: '{ shared(name: "a") }',
          data: { shared: '{"name":"a"}' },
          requests: [['left|right: shared']],
          check: (log) => expect(log.requests).toHaveLength(1),
        },
      ],
      refusals: [
        {
          title: 'refuses an input field that only one subgraph knows',
          query: '{ lefts(filter: { left: true }) }',
          message: /Field "left" is not defined by type "Filter"/,
        },
        {
          title: 'refuses an enum value that only one subgraph takes',
          query: '{ lefts(order: LEFT) }',
          message: /Value "LEFT" does not exist in "Order" enum/,
        },
        {
          title: 'refuses an argument that only one subgraph knows',
          query: '{ shared(left: 1) }',
          message: /Unknown argument "left"/,
        },
      ],
    },
  ],
};
