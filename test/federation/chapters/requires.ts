import { expect } from '@jest/globals';
import { findBy, type SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import { representationsOf } from '../../support/subgraphs/summarise.js';
import type { Chapter } from '../contract.js';

const parcels = [
  { id: 'p1', weight: 2, euros: 10, size: { width: 3, height: 4 }, picture: { __typename: 'Image', width: 640 } },
  { id: 'p2', weight: 5, euros: 30, size: { width: 1, height: 1 }, picture: { __typename: 'Video', seconds: 90 } },
  { id: 'p3', weight: 1, euros: 20, size: null, picture: null },
];
const rates: Record<string, number> = { EUR: 1, USD: 2 };

const piecesOf = (weight: number) => [
  { weight, owner: { name: 'Ada' } },
  null,
  { weight: 1, owner: { name: 'Ben' } },
  { weight: 99, owner: null },
];
const wrappingOf = (id: string) =>
  id === 'p3' ? { __typename: 'Paper', colour: 'red' } : { __typename: 'Box', colour: 'tan' };

/** The post computes from what the catalog knows, and the labels from what the post computes. */
const parcelService = (): SubgraphScript[] => [
  {
    name: 'catalog',
    typeDefs: `
      type Parcel @key(fields: "id") {
        id: ID!
        weight: Int
        size: Size
        price(currency: Currency!): Int
        picture: Picture
        wrapping: Wrapping
        pieces: [Piece]
      }
      type Piece { weight: Int @shareable owner: Person @shareable }
      type Person { name: String @shareable }
      type Size { width: Int @shareable height: Int @shareable }
      enum Currency { EUR USD }
      union Picture = Image | Video
      type Image { width: Int @shareable }
      type Video { seconds: Int @shareable }
      interface Wrapping { colour: String }
      type Paper implements Wrapping { colour: String @shareable }
      type Box implements Wrapping { colour: String @shareable }
      type Query { parcels: [Parcel!]! }
    `,
    resolvers: {
      Query: { parcels: () => parcels },
      Parcel: {
        __resolveReference: findBy(parcels, 'id'),
        price: ({ euros }, { currency }) => euros * (rates[currency] ?? Number.NaN),
        pieces: ({ weight }) => piecesOf(weight),
        wrapping: ({ id }) => wrappingOf(id),
      },
    },
  },
  {
    name: 'post',
    typeDefs: `
      type Parcel @key(fields: "id") {
        id: ID!
        weight: Int @external
        size: Size @external
        price(currency: Currency!): Int @external
        picture: Picture @external
        wrapping: Wrapping @external
        postage: Int @requires(fields: "weight")
        area: Int @requires(fields: "size { width height }")
        duty: Int @requires(fields: "price(currency: EUR)")
        caption: String @requires(fields: "picture { ... on Image { width } ... on Video { seconds } }")
        ribbon: String @requires(fields: "wrapping { colour }")
        insurance(share: Int!): Int @requires(fields: "price(currency: USD)")
        load: Int @requires(fields: "pieces { weight owner { name } }")
        pieces: [Piece] @external
      }
      type Piece { weight: Int @shareable owner: Person @shareable }
      type Person { name: String @shareable }
      type Size { width: Int @shareable height: Int @shareable }
      enum Currency { EUR USD }
      union Picture = Image | Video
      type Image { width: Int @shareable }
      type Video { seconds: Int @shareable }
      interface Wrapping { colour: String }
      type Paper implements Wrapping { colour: String @shareable }
      type Box implements Wrapping { colour: String @shareable }
      type Query { sent: [Parcel!]! }
    `,
    resolvers: {
      Query: { sent: () => [{ id: 'p2' }] },
      Parcel: {
        postage: ({ weight }) => weight * 100,
        area: ({ size }) => (size === null ? null : size.width * size.height),
        duty: ({ price }) => price / 10,
        caption: ({ picture }) => {
          if (picture === null) return null;
          return 'width' in picture ? `${picture.width} px` : `${picture.seconds} s`;
        },
        ribbon: ({ wrapping }) => `${wrapping.colour} ribbon`,
        insurance: ({ price }, { share }) => price / share,
        load: ({ pieces }) => loadOf(pieces),
      },
    },
  },
  {
    name: 'labels',
    typeDefs: `
      type Parcel @key(fields: "id") {
        id: ID!
        postage: Int @external
        weight: Int @external
        label: String @requires(fields: "postage")
        summary: String @requires(fields: "postage weight")
      }
    `,
    resolvers: {
      Parcel: {
        label: ({ id, postage }) => `${id}: ${postage}`,
        summary: ({ postage, weight }) => `${weight} kg for ${postage}`,
      },
    },
  },
];

/** What the pieces weigh that belong to somebody. */
function loadOf(pieces: readonly ({ weight: number; owner: { name: string } | null } | null)[]): number {
  return pieces.reduce((sum, piece) => sum + (piece?.owner?.name === undefined ? 0 : piece.weight), 0);
}

const knownParcels = parcels.map((parcel) => ({
  ...parcel,
  price: ({ currency }: { currency: string }) => parcel.euros * (rates[currency] ?? Number.NaN),
  wrapping: wrappingOf(parcel.id),
  pieces: piecesOf(parcel.weight),
  postage: parcel.weight * 100,
  area: parcel.size === null ? null : parcel.size.width * parcel.size.height,
  duty: parcel.euros / 10,
  caption: { p1: '640 px', p2: '90 s' }[parcel.id] ?? null,
  ribbon: `${wrappingOf(parcel.id).colour} ribbon`,
  insurance: ({ share }: { share: number }) => (parcel.euros * 2) / share,
  load: parcel.weight + 1,
  label: `${parcel.id}: ${parcel.weight * 100}`,
  summary: `${parcel.weight} kg for ${parcel.weight * 100}`,
}));

const names = [
  { id: 'p1', name: 'Lamp' },
  { id: 'p2', name: 'Chair' },
];
const places = [
  { sku: 's1', cost: 3 },
  { sku: 's2', cost: 12 },
];
const priced = [
  { id: 'p1', sku: 's1', price: 10 },
  { id: 'p2', sku: 's2', price: 20 },
];

/** Prices go by both keys; what they are computed from is found by one key here, and by another there. */
const offers = (): SubgraphScript[] => [
  {
    name: 'catalog',
    typeDefs: `
      type Product @key(fields: "id") { id: ID! name: String }
      type Query { products: [Product!]! }
    `,
    resolvers: { Query: { products: () => names }, Product: { __resolveReference: findBy(names, 'id') } },
  },
  {
    name: 'depot',
    typeDefs: `
      type Product @key(fields: "sku") { sku: ID! cost: Int }
      type Query { stored: [Product!]! }
    `,
    resolvers: { Query: { stored: () => places.slice(1) }, Product: { __resolveReference: findBy(places, 'sku') } },
  },
  {
    name: 'prices',
    typeDefs: `
      type Product @key(fields: "id") @key(fields: "sku") {
        id: ID!
        sku: ID!
        price: Int
        name: String @external
        cost: Int @external
        discount: Int @requires(fields: "name")
        margin: Int @requires(fields: "cost")
      }
    `,
    resolvers: {
      Product: {
        __resolveReference: findBy(priced, 'id', 'sku'),
        discount: ({ name }) => name.length,
        margin: ({ price, cost }) => price - cost,
      },
    },
  },
];

export const requires: Chapter = {
  title: '@requires',
  stories: [
    {
      scripts: parcelService,
      whole: { parcels: knownParcels, sent: [knownParcels[1]] },
      // Beside requirements that no plan can join it is left to the stitched schema, which cannot read its own.
      notAtRandom: ['Parcel.caption'],
      promises: [
        {
          title: 'brings a subgraph the field that it computes from',
          query: '{ parcels { postage } }',
          data: { parcels: [{ postage: 200 }, { postage: 500 }, { postage: 100 }] },
          requests: [['catalog: parcels'], ['post: Parcel*3']],
          check: (log) =>
            expect(log.requests.flatMap(representationsOf)[0]).toEqual({ __typename: 'Parcel', id: 'p1', weight: 2 }),
        },
        {
          title: 'leaves the subgraph, fetches what it needs and comes back',
          query: '{ sent { postage } }',
          data: { sent: [{ postage: 500 }] },
          requests: [['post: sent'], ['catalog: Parcel*1'], ['post: Parcel*1']],
        },
        {
          title: 'brings objects whole, and null for an object that is null',
          query: '{ parcels { area } }',
          data: { parcels: [{ area: 12 }, { area: 1 }, { area: null }] },
          requests: [['catalog: parcels'], ['post: Parcel*3']],
        },
        {
          title: 'asks the required field with the arguments of the requirement',
          query: '{ parcels { duty } }',
          data: { parcels: [{ duty: 1 }, { duty: 3 }, { duty: 2 }] },
          requests: [['catalog: parcels'], ['post: Parcel*3']],
        },
        {
          title: 'tells the required field from the same field with other arguments in the query',
          query: '{ parcels { price(currency: USD) duty } }',
          data: {
            parcels: [
              { price: 20, duty: 1 },
              { price: 60, duty: 3 },
              { price: 40, duty: 2 },
            ],
          },
          requests: [['catalog: parcels'], ['post: Parcel*3']],
        },
        {
          title: 'tells the required field from another field that the query gives its name',
          query: '{ parcels { weight: id postage } }',
          data: {
            parcels: [
              { weight: 'p1', postage: 200 },
              { weight: 'p2', postage: 500 },
              { weight: 'p3', postage: 100 },
            ],
          },
          requests: [['catalog: parcels'], ['post: Parcel*3']],
        },
        {
          title: 'brings each member of a union the fields of its own',
          query: '{ parcels { caption } }',
          data: { parcels: [{ caption: '640 px' }, { caption: '90 s' }, { caption: null }] },
          requests: [['catalog: parcels'], ['post: Parcel*3']],
        },
        {
          title: 'brings the fields of an interface',
          query: '{ parcels { ribbon } }',
          data: { parcels: [{ ribbon: 'tan ribbon' }, { ribbon: 'tan ribbon' }, { ribbon: 'red ribbon' }] },
          requests: [['catalog: parcels'], ['post: Parcel*3']],
        },
        {
          title: 'takes arguments of a computed field beside those of its requirement',
          query: 'query($share: Int!) { parcels { half: insurance(share: 2) insurance(share: $share) } }',
          variables: { share: 5 },
          data: {
            parcels: [
              { half: 10, insurance: 4 },
              { half: 30, insurance: 12 },
              { half: 20, insurance: 8 },
            ],
          },
          requests: [['catalog: parcels'], ['post: Parcel*3']],
          check: (log) => expect(log.requests[0]?.variables).toEqual({}),
        },
        {
          title: 'brings lists of objects, with the nulls in them',
          query: '{ parcels { load } }',
          data: { parcels: [{ load: 3 }, { load: 6 }, { load: 2 }] },
          requests: [['catalog: parcels'], ['post: Parcel*3']],
        },
        {
          title: 'computes from different arguments side by side',
          query: '{ parcels { price(currency: EUR) duty insurance(share: 1) } }',
          data: {
            parcels: [
              { price: 10, duty: 1, insurance: 20 },
              { price: 30, duty: 3, insurance: 60 },
              { price: 20, duty: 2, insurance: 40 },
            ],
          },
          // The requirements want one field with two sets of arguments, so each parcel is represented twice.
          requests: [['catalog: parcels'], ['post: Parcel*6']],
        },
        {
          title: 'computes from different arguments beside something else',
          query: '{ parcels { duty ribbon insurance(share: 2) } }',
          data: {
            parcels: [
              { duty: 1, ribbon: 'tan ribbon', insurance: 10 },
              { duty: 3, ribbon: 'tan ribbon', insurance: 30 },
              { duty: 2, ribbon: 'red ribbon', insurance: 20 },
            ],
          },
        },
        {
          title: 'computes from different arguments, one of them under a condition',
          query: 'query($all: Boolean!) { sent { duty insurance(share: 2) @include(if: $all) } }',
          variables: { all: true },
          data: { sent: [{ duty: 3, insurance: 30 }] },
        },
        {
          title: 'computes what is computed from what is computed',
          query: '{ parcels { label } }',
          data: { parcels: [{ label: 'p1: 200' }, { label: 'p2: 500' }, { label: 'p3: 100' }] },
          requests: [['catalog: parcels'], ['post: Parcel*3'], ['labels: Parcel*3']],
        },
        {
          title: 'joins requirements of several subgraphs in one representation',
          query: '{ parcels { summary } }',
          data: { parcels: [{ summary: '2 kg for 200' }, { summary: '5 kg for 500' }, { summary: '1 kg for 100' }] },
          requests: [['catalog: parcels'], ['post: Parcel*3'], ['labels: Parcel*3']],
        },
        {
          title: 'asks all computed fields of one subgraph at once',
          query: '{ parcels { postage area duty } }',
          data: {
            parcels: [
              { postage: 200, area: 12, duty: 1 },
              { postage: 500, area: 1, duty: 3 },
              { postage: 100, area: null, duty: 2 },
            ],
          },
          requests: [['catalog: parcels'], ['post: Parcel*3']],
        },
      ],
    },
    {
      scripts: offers,
      promises: [
        {
          title: 'brings a requirement by the key that its owner has, of those that its subgraph takes',
          query: '{ products { price discount } }',
          data: {
            products: [
              { price: 10, discount: 4 },
              { price: 20, discount: 5 },
            ],
          },
          requests: [['catalog: products'], ['prices: Product*2']],
        },
        {
          title: 'brings several requirements whose owners have no key in common',
          query: '{ products { discount margin } stored { discount margin } }',
          data: {
            products: [
              { discount: 4, margin: 7 },
              { discount: 5, margin: 8 },
            ],
            stored: [{ discount: 5, margin: 8 }],
          },
        },
      ],
    },
  ],
};
