import { expect } from '@jest/globals';
import { findBy, type SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import { representationsOf } from '../../support/subgraphs/summarise.js';
import type { Chapter } from '../contract.js';

const owners = [
  { id: 'o1', name: 'Ada' },
  { id: 'o2', name: 'Ben' },
  { id: 'o3', name: 'Cleo' },
];
const cell = (id: string) => ({ id });
const rows = Array.from({ length: 100 }, (_, index) => ({ number: index, owner: cell(`o${(index % 3) + 1}`) }));

/** Lists of many shapes, with rows that repeat, miss and nest. */
const tables = (): SubgraphScript[] => [
  {
    name: 'tables',
    typeDefs: `
      type Row { number: Int! owner: Owner }
      type Owner @key(fields: "id") { id: ID! }
      type Query {
        rows: [Row!]!
        grid: [[Owner]]
        cube: [[[Owner!]]!]!
        strict: [[Owner!]!]
        none: [Owner!]!
        missing: [Owner]
        strangers: [Owner]!
        pairs: [Pair]
      }
      type Pair { left: Owner right: Owner rest: [Owner] }
    `,
    resolvers: {
      Query: {
        rows: () => rows,
        grid: () => [[cell('o1'), null, cell('o2')], null, [], [cell('o1')]],
        cube: () => [
          [[cell('o1')], null],
          [[], [cell('o3'), cell('o2')]],
        ],
        strict: () => [[cell('o3')], [cell('o1'), cell('o2')]],
        none: () => [],
        missing: () => null,
        strangers: () => [cell('o1'), cell('o9'), cell('o2')],
        pairs: () => [
          { left: cell('o1'), right: cell('o1'), rest: [cell('o1'), null] },
          null,
          { left: null, right: cell('o2'), rest: null },
        ],
      },
    },
  },
  {
    name: 'owners',
    typeDefs: 'type Owner @key(fields: "id") { id: ID! name: String }',
    resolvers: { Owner: { __resolveReference: findBy(owners, 'id') } },
  },
];

const nameOf = (index: number) => owners[index % 3]?.name;

export const lists: Chapter = {
  title: 'lists',
  stories: [
    {
      scripts: tables,
      promises: [
        {
          title: 'asks once for each of the entities that a hundred rows name',
          query: '{ rows { number owner { name } } }',
          data: { rows: rows.map(({ number }) => ({ number, owner: { name: nameOf(number) } })) },
          requests: [['tables: rows'], ['owners: Owner*3']],
        },
        {
          title: 'joins into lists of lists, around what is null or empty',
          query: '{ grid { name } }',
          data: { grid: [[{ name: 'Ada' }, null, { name: 'Ben' }], null, [], [{ name: 'Ada' }]] },
          requests: [['tables: grid'], ['owners: Owner*2']],
        },
        {
          title: 'joins into lists of lists of lists',
          query: '{ cube { name } }',
          data: {
            cube: [
              [[{ name: 'Ada' }], null],
              [[], [{ name: 'Cleo' }, { name: 'Ben' }]],
            ],
          },
          requests: [['tables: cube'], ['owners: Owner*3']],
        },
        {
          title: 'joins into lists that hold no null',
          query: '{ strict { name } }',
          data: { strict: [[{ name: 'Cleo' }], [{ name: 'Ada' }, { name: 'Ben' }]] },
          requests: [['tables: strict'], ['owners: Owner*3']],
        },
        {
          title: 'asks nobody about empty and missing lists',
          query: '{ none { name } missing { name } }',
          data: { none: [], missing: null },
          requests: [['tables: missing none']],
        },
        {
          title: 'answers null for the fields of an entity that its subgraph does not know',
          query: '{ strangers { id name } }',
          data: {
            strangers: [
              { id: 'o1', name: 'Ada' },
              { id: 'o9', name: null },
              { id: 'o2', name: 'Ben' },
            ],
          },
          requests: [['tables: strangers'], ['owners: Owner*3']],
        },
        {
          title: 'gives every place of an entity its fields, from one request',
          query: '{ pairs { left { id name } right { name } rest { name } } }',
          data: {
            pairs: [
              { left: { id: 'o1', name: 'Ada' }, right: { name: 'Ada' }, rest: [{ name: 'Ada' }, null] },
              null,
              { left: null, right: { name: 'Ben' }, rest: null },
            ],
          },
          requests: [['tables: pairs'], ['owners: Owner*2']],
          check: ({ requests }) => {
            const ids = new Set(requests.flatMap(representationsOf).map(({ id }) => id));
            expect([...ids].sort()).toEqual(['o1', 'o2']);
          },
        },
      ],
    },
  ],
};
