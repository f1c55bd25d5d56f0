import { findBy, type SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import type { Chapter } from '../contract.js';

const users = [
  { id: 'u1', name: 'Ada', email: 'ada@example.org' },
  { id: 'u2', name: 'Ben', email: 'ben@example.org' },
];

const owner: SubgraphScript = {
  name: 'users',
  typeDefs: `
    type User @key(fields: "id") { id: ID! name: String email: String }
    type Query { users: [User!]! }
  `,
  resolvers: { Query: { users: () => users }, User: { __resolveReference: findBy(users, 'id') } },
};

/** An extension as Federation 1 wrote it, where the key belongs to the owner. */
function extension(federation: 1 | 2, declaration: string): () => SubgraphScript[] {
  return () => [
    { ...owner, federation },
    {
      name: 'greetings',
      federation,
      typeDefs: `
        ${declaration} @key(fields: "id") {
          id: ID! @external
          name: String @external
          greeting: String @requires(fields: "name")
          friends: [User!]!
        }
        ${federation === 1 ? 'extend type' : 'type'} Query { greeted: User }
      `,
      resolvers: {
        Query: { greeted: () => ({ id: 'u2' }) },
        User: {
          greeting: ({ name }) => `Hello ${name}`,
          friends: ({ id }) => users.filter((user) => user.id !== id).map((user) => ({ id: user.id })),
        },
      },
    },
  ];
}

const forms = [
  { form: 'an extension of Federation 1', scripts: extension(1, 'extend type User') },
  { form: '@extends of Federation 1', scripts: extension(1, 'type User @extends') },
  { form: 'an extension of Federation 2', scripts: extension(2, 'extend type User') },
  { form: '@extends of Federation 2', scripts: extension(2, 'type User @extends') },
];

const devices = [
  { id: 'd1', serial: 'S1', model: 'Mk1' },
  { id: 'd2', serial: 'S2', model: 'Mk2' },
];

/** Every field of a type is external, and so is a field of a key that is not used. */
const inventory = (): SubgraphScript[] => [
  {
    name: 'devices',
    typeDefs: `
      type Device @key(fields: "id") @key(fields: "serial") { id: ID! serial: String! model: Model }
      type Model { name: String @shareable }
      type Query { devices: [Device!]! }
    `,
    resolvers: {
      Query: { devices: () => devices },
      Device: { __resolveReference: findBy(devices, 'id', 'serial'), model: ({ model }) => ({ name: model }) },
    },
  },
  {
    name: 'manuals',
    typeDefs: `
      type Device @key(fields: "serial") {
        serial: String!
        model: Model @external
        manual: String @requires(fields: "model { name }")
      }
      type Model @external { name: String }
      type Query { current: Device }
    `,
    resolvers: {
      Query: { current: () => ({ serial: 'S2' }) },
      Device: { manual: ({ model }) => `${model.name}.pdf` },
    },
  },
];

export const external: Chapter = {
  title: '@external',
  stories: [
    ...forms.map(({ form, scripts }) => ({
      scripts,
      promises: [
        {
          title: `joins fields of ${form}`,
          query: '{ users { name friends { id } } }',
          data: {
            users: [
              { name: 'Ada', friends: [{ id: 'u2' }] },
              { name: 'Ben', friends: [{ id: 'u1' }] },
            ],
          },
          requests: [['users: users'], ['greetings: User*2']],
        },
        {
          title: `reads the key of ${form} where it is`,
          query: '{ greeted { id } }',
          data: { greeted: { id: 'u2' } },
          requests: [['greetings: greeted']],
        },
        {
          title: `asks the owner for an external field of ${form}`,
          query: '{ greeted { name email } }',
          data: { greeted: { name: 'Ben', email: 'ben@example.org' } },
          requests: [['greetings: greeted'], ['users: User*1']],
        },
        {
          title: `brings an external field to where ${form} requires it`,
          query: '{ greeted { greeting } }',
          data: { greeted: { greeting: 'Hello Ben' } },
          requests: [['greetings: greeted'], ['users: User*1'], ['greetings: User*1']],
        },
        {
          title: `brings an external field to where ${form} requires it, below itself`,
          query: '{ users { friends { greeting } } }',
          data: { users: [{ friends: [{ greeting: 'Hello Ben' }] }, { friends: [{ greeting: 'Hello Ada' }] }] },
        },
      ],
    })),
    {
      scripts: inventory,
      promises: [
        {
          title: 'asks the owner for a type of which everything is external',
          query: '{ current { model { name } } }',
          data: { current: { model: { name: 'Mk2' } } },
          requests: [['manuals: current'], ['devices: Device*1']],
        },
        {
          title: 'brings an object of which everything is external',
          query: '{ devices { manual } }',
          data: { devices: [{ manual: 'Mk1.pdf' }, { manual: 'Mk2.pdf' }] },
          requests: [['devices: devices'], ['manuals: Device*2']],
        },
      ],
    },
  ],
};
