import { GraphQLError } from 'graphql';
import { findBy, type SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import type { Chapter } from '../contract.js';

const devices = [{ id: 'd1' }, { id: 'd2' }, { id: 'd3' }];

function refuse(code?: string): never {
  throw new GraphQLError(
    'Something that is nobody else’s business.',
    code === undefined ? {} : { extensions: { code } },
  );
}

/** The assets have faults: an entity that breaks, a field that breaks, a value that must not be null and is. */
const fleet = (): SubgraphScript[] => [
  {
    name: 'devices',
    typeDefs: `
      type Device @key(fields: "id") { id: ID! model: String! status: Status }
      type Status { text: String broken: String }
      type Query { devices: [Device!]! device: Device needed: Device! broken: String fine: String }
    `,
    resolvers: {
      Query: {
        devices: () => devices,
        device: () => devices[0],
        needed: () => devices[1],
        broken: () => refuse('BROKEN'),
        fine: () => 'fine',
      },
      Device: {
        __resolveReference: findBy(devices, 'id'),
        model: ({ id }) => `model of ${id}`,
        status: () => ({ text: 'on', broken: () => refuse() }),
      },
    },
  },
  {
    name: 'assets',
    typeDefs: `
      type Device @key(fields: "id") { id: ID! owner: Owner tag: String! cost: Cost }
      type Owner @key(fields: "id") { id: ID! }
      type Cost { amount: Int currency: String! }
      type Query { lost: [Device] last: Device }
    `,
    resolvers: {
      Query: { lost: () => [{ id: 'd1' }, { id: 'd2' }], last: () => ({ id: 'd3' }) },
      Device: {
        __resolveReference: async (reference) => (reference.id === 'd2' ? refuse('LOCKED') : { ...reference }),
        owner: ({ id }) => ({ id: `owner of ${id}` }),
        tag: ({ id }) => (id === 'd3' ? refuse('NO_TAG') : `tag of ${id}`),
        cost: ({ id }) => ({ amount: id === 'd1' ? () => refuse('secret word') : 3, currency: 'EUR' }),
      },
    },
  },
  {
    name: 'people',
    typeDefs: `
      type Owner @key(fields: "id") { id: ID! name: String mail: String! }
      type Query { boss: Owner }
    `,
    resolvers: {
      Query: { boss: () => ({ id: 'b', name: 'Cleo', mail: 'cleo@example.org' }) },
      Owner: {
        __resolveReference: ({ id }) => ({ id, name: `name of ${id}`, mail: `mail of ${id}` }),
      },
    },
  },
];

const locked = { code: 'SUBGRAPH_ERROR', subgraph: 'assets', subgraphCode: 'LOCKED' };
const unavailable = { code: 'UPSTREAM_UNAVAILABLE', subgraph: 'assets' };

/** Services that break the contract of `_entities`: none at all, too few, and in a wrong form. */
const breach = (): SubgraphScript[] => [
  {
    name: 'devices',
    typeDefs: `
      type Device @key(fields: "id") { id: ID! }
      type Query { devices: [Device!]! }
    `,
    resolvers: { Query: { devices: () => devices } },
  },
  {
    name: 'refusing',
    typeDefs: 'type Device @key(fields: "id") { id: ID! owner: String }',
    resolvers: { Query: { _entities: () => refuse('NO_ENTITIES') } },
  },
  {
    name: 'short',
    typeDefs: 'type Device @key(fields: "id") { id: ID! cost: Int }',
    resolvers: { Query: { _entities: () => [{ __typename: 'Device', id: 'd1', cost: 3 }] } },
  },
];

const everyDevice = (field: string, rest: object) =>
  devices.map((_, index) => ({ path: ['devices', index, field], ...rest }));

export const errors: Chapter = {
  title: 'errors',
  stories: [
    {
      scripts: fleet,
      promises: [
        {
          title: 'reports the error of a root field at the field, and answers the rest',
          query: '{ broken other: broken fine }',
          data: { broken: null, other: null, fine: 'fine' },
          errors: ['broken', 'other'].map((name) => ({
            path: [name],
            code: 'SUBGRAPH_ERROR',
            subgraph: 'devices',
            subgraphCode: 'BROKEN',
          })),
          requests: [['devices: broken broken fine']],
        },
        {
          title: 'reports the error of one entity at its place in the list',
          query: '{ devices { id cost { currency } } }',
          data: {
            devices: [
              { id: 'd1', cost: { currency: 'EUR' } },
              { id: 'd2', cost: null },
              { id: 'd3', cost: { currency: 'EUR' } },
            ],
          },
          errors: [{ path: ['devices', 1, 'cost'], ...locked }],
          requests: [['devices: devices'], ['assets: Device*3']],
        },
        {
          title: 'reports the error of one entity at every place that asked for it',
          query: '{ needed { id cost { currency } } again: needed { cost { currency } } device { cost { currency } } }',
          data: {
            needed: { id: 'd2', cost: null },
            again: { cost: null },
            device: { cost: { currency: 'EUR' } },
          },
          errors: [
            { path: ['again', 'cost'], ...locked },
            { path: ['needed', 'cost'], ...locked },
          ],
          requests: [['devices: device needed needed'], ['assets: Device*2']],
        },
        {
          title: 'reports the error of a field inside of an entity at that field',
          query: '{ device { id price: cost { sum: amount currency } } }',
          data: { device: { id: 'd1', price: { sum: null, currency: 'EUR' } } },
          errors: [{ path: ['device', 'price', 'sum'], code: 'SUBGRAPH_ERROR', subgraph: 'assets' }],
          requests: [['devices: device'], ['assets: Device*1']],
        },
        {
          title: 'reports an error below a root field at its place',
          query: '{ devices { status { text broken } } }',
          data: { devices: devices.map(() => ({ status: { text: 'on', broken: null } })) },
          errors: devices.map((_, index) => ({
            path: ['devices', index, 'status', 'broken'],
            code: 'SUBGRAPH_ERROR',
            subgraph: 'devices',
          })),
          requests: [['devices: devices']],
        },
        {
          title: 'nulls the nearest object that may be null, across subgraphs',
          query: '{ last { id tag } fine }',
          data: { last: null, fine: 'fine' },
          errors: [{ path: ['last', 'tag'], code: 'SUBGRAPH_ERROR', subgraph: 'assets', subgraphCode: 'NO_TAG' }],
          requests: [['assets: last', 'devices: fine']],
        },
        {
          title: 'nulls the owner of a joined field that must not be null and failed',
          query: '{ device { id model } lost { id tag model } }',
          down: { devices: 'UPSTREAM_UNAVAILABLE' },
          data: { device: null, lost: [null, null] },
          errors: [
            { path: ['device'], code: 'UPSTREAM_UNAVAILABLE', subgraph: 'devices' },
            { path: ['lost', 0, 'model'], code: 'UPSTREAM_UNAVAILABLE', subgraph: 'devices' },
            { path: ['lost', 1, 'model'], code: 'UPSTREAM_UNAVAILABLE', subgraph: 'devices' },
          ],
          requests: [['assets: lost', 'devices: device'], ['devices: Device*2']],
        },
        {
          title: 'lets a null that must not be one null the whole answer, and names the cause',
          query: '{ needed { id tag } }',
          data: null,
          errors: [{ path: ['needed', 'tag'], ...locked }],
          requests: [['devices: needed'], ['assets: Device*1']],
        },
        {
          title: 'keeps the data of others when a subgraph is down, and reports each field that it owes',
          query: '{ devices { id model owner { name } } boss { name } }',
          down: { assets: 'UPSTREAM_UNAVAILABLE' },
          data: {
            devices: devices.map(({ id }) => ({ id, model: `model of ${id}`, owner: null })),
            boss: { name: 'Cleo' },
          },
          errors: devices.map((_, index) => ({ path: ['devices', index, 'owner'], ...unavailable })),
          requests: [['devices: devices', 'people: boss'], ['assets: Device*3']],
        },
        {
          title: 'reports a subgraph that is down at the end of a chain at the fields there',
          query: '{ device { id owner { id name } } }',
          down: { people: 'UPSTREAM_TIMEOUT' },
          data: { device: { id: 'd1', owner: { id: 'owner of d1', name: null } } },
          errors: [{ path: ['device', 'owner', 'name'], code: 'UPSTREAM_TIMEOUT', subgraph: 'people' }],
          requests: [['devices: device'], ['assets: Device*1'], ['people: Owner*1']],
        },
        {
          title: 'reports a subgraph that is down at its root fields, under the names of the query',
          query: '{ mine: lost { id } last { id } fine }',
          down: { assets: 'UPSTREAM_BAD_RESPONSE' },
          data: { mine: null, last: null, fine: 'fine' },
          errors: [
            { path: ['last'], code: 'UPSTREAM_BAD_RESPONSE', subgraph: 'assets' },
            { path: ['mine'], code: 'UPSTREAM_BAD_RESPONSE', subgraph: 'assets' },
          ],
          requests: [['assets: last lost', 'devices: fine']],
        },
        {
          title: 'asks nobody for what depends on a subgraph that is down',
          query: '{ last { model } fine }',
          down: { assets: 'UPSTREAM_UNAVAILABLE' },
          data: { last: null, fine: 'fine' },
          errors: [{ path: ['last'], ...unavailable }],
          requests: [['assets: last', 'devices: fine']],
        },
        {
          title: 'nulls only the objects whose joined field must not be null',
          query: '{ device { id owner { id mail } } fine }',
          down: { people: 'UPSTREAM_UNAVAILABLE' },
          data: { device: { id: 'd1', owner: null }, fine: 'fine' },
          errors: [{ path: ['device', 'owner', 'mail'], code: 'UPSTREAM_UNAVAILABLE', subgraph: 'people' }],
          requests: [['devices: device fine'], ['assets: Device*1'], ['people: Owner*1']],
        },
      ],
    },
    {
      scripts: breach,
      promises: [
        {
          title: 'reports the error of all entities at each place that asked',
          query: '{ devices { id owner } }',
          data: { devices: devices.map(({ id }) => ({ id, owner: null })) },
          errors: everyDevice('owner', {
            code: 'SUBGRAPH_ERROR',
            subgraph: 'refusing',
            subgraphCode: 'NO_ENTITIES',
          }),
          requests: [['devices: devices'], ['refusing: Device*3']],
        },
        {
          title: 'believes none of the entities when there are fewer than were asked for',
          query: '{ devices { id cost } }',
          data: { devices: devices.map(({ id }) => ({ id, cost: null })) },
          errors: everyDevice('cost', { code: 'UPSTREAM_BAD_RESPONSE', subgraph: 'short' }),
          requests: [['devices: devices'], ['short: Device*3']],
        },
        {
          title: 'keeps the answers of different subgraphs that fail apart',
          query: '{ devices { cost owner } }',
          data: { devices: devices.map(() => ({ cost: null, owner: null })) },
          errors: [
            ...everyDevice('cost', { code: 'UPSTREAM_BAD_RESPONSE', subgraph: 'short' }),
            ...everyDevice('owner', { code: 'SUBGRAPH_ERROR', subgraph: 'refusing' }),
          ],
          requests: [['devices: devices'], ['refusing: Device*3', 'short: Device*3']],
        },
      ],
    },
  ],
};
