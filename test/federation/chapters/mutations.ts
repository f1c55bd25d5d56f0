import type { SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import type { Chapter } from '../contract.js';

/** Two services that write to one diary, so that the order of their mutations shows. */
function workshop(): SubgraphScript[] {
  const diary: string[] = [];
  const write = (line: string) => diary.push(line);
  return [
    {
      name: 'stock',
      typeDefs: `
        type Item @key(fields: "id") { id: ID! name: String }
        type Query { item: Item }
        type Mutation { addItem(name: String!): Item failing: Item }
      `,
      resolvers: {
        Mutation: {
          addItem: (_, { name }) => ({ id: `i${write(name)}`, name }),
          failing: () => {
            throw new Error('The stock is locked.');
          },
        },
      },
    },
    {
      name: 'audit',
      typeDefs: `
        type Item @key(fields: "id") { id: ID! note: String }
        type Query { diary: [String!]! }
        type Mutation { note(text: String!): [String!]! }
      `,
      resolvers: {
        Query: { diary: () => diary },
        Mutation: {
          note: (_, { text }) => {
            write(text);
            return diary;
          },
        },
        Item: { note: ({ id }) => `note on ${id}` },
      },
    },
  ];
}

export const mutations: Chapter = {
  title: 'mutations',
  stories: [
    {
      scripts: workshop,
      promises: [
        {
          title: 'executes mutations of several subgraphs in the order of the document',
          query: 'mutation { note(text: "a") addItem(name: "b") { id name } after: note(text: "c") }',
          data: { note: ['a'], addItem: { id: 'i2', name: 'b' }, after: ['a', 'b', 'c'] },
          requests: [['audit: mutation note'], ['stock: mutation addItem'], ['audit: mutation note']],
        },
        {
          title: 'joins the object that a mutation answers with',
          query: 'mutation($name: String!) { addItem(name: $name) { name note } }',
          variables: { name: 'b' },
          data: { addItem: { name: 'b', note: 'note on i1' } },
          requests: [['stock: mutation addItem'], ['audit: Item*1']],
        },
        {
          title: 'joins what mutations answer with, and keeps their order',
          query: `mutation {
            first: addItem(name: "a") { name note }
            between: note(text: "b")
            last: addItem(name: "c") { name note }
          }`,
          data: {
            first: { name: 'a', note: 'note on i1' },
            between: ['a', 'b'],
            last: { name: 'c', note: 'note on i3' },
          },
          requests: [
            ['stock: mutation addItem'],
            ['audit: Item*1'],
            ['audit: mutation note'],
            ['stock: mutation addItem'],
            ['audit: Item*1'],
          ],
        },
        {
          title: 'goes on with the next mutation when one fails',
          query: 'mutation { failing { id } note(text: "a") }',
          data: { failing: null, note: ['a'] },
          errors: [{ path: ['failing'], code: 'SUBGRAPH_ERROR', subgraph: 'stock' }],
          requests: [['stock: mutation failing'], ['audit: mutation note']],
        },
        {
          title: 'sends mutations of one subgraph that follow each other in one request',
          query: 'mutation { a: addItem(name: "a") { id } b: addItem(name: "b") { id } }',
          data: { a: { id: 'i1' }, b: { id: 'i2' } },
          requests: [['stock: mutation addItem addItem']],
        },
        {
          title: 'knows the type of the root of mutations',
          query: 'mutation { __typename note(text: "a") }',
          data: { __typename: 'Mutation', note: ['a'] },
          requests: [['audit: mutation note']],
        },
      ],
    },
  ],
};
