import { findBy, type SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import type { Chapter } from '../contract.js';

const media = [
  { __typename: 'Book', id: 'm1', title: 'Emma', pages: 400 },
  { __typename: 'Film', id: 'm2', title: 'Metropolis', minutes: 150 },
  { __typename: 'Book', id: 'm3', title: 'Faust', pages: 300 },
];
const ratings = [
  { id: 'm1', rating: 4 },
  { id: 'm2', rating: 5 },
  { id: 'm3', rating: 3 },
];

/** The charts rate media, and know nothing of books and films. */
const charts = (): SubgraphScript[] => [
  {
    name: 'library',
    typeDefs: `
      interface Medium @key(fields: "id") { id: ID! title: String }
      type Book implements Medium @key(fields: "id") { id: ID! title: String pages: Int }
      type Film implements Medium @key(fields: "id") { id: ID! title: String minutes: Int }
      type Query { media: [Medium!]! book: Book }
    `,
    resolvers: {
      Query: { media: () => media, book: () => media[0] },
      Medium: { __resolveReference: findBy(media, 'id') },
      Book: { __resolveReference: findBy(media, 'id') },
      Film: { __resolveReference: findBy(media, 'id') },
    },
  },
  {
    name: 'charts',
    typeDefs: `
      type Medium @key(fields: "id") @interfaceObject {
        id: ID!
        rating: Int
        similar: [Medium!]!
      }
      type Chart { name: String entries: [Medium!]! }
      type Query { best: Medium charts: [Chart!]! }
    `,
    resolvers: {
      Query: {
        best: () => ({ id: 'm2', rating: 5 }),
        charts: () => [
          { name: 'July', entries: [ratings[0], ratings[1]] },
          { name: 'June', entries: [ratings[2], ratings[0]] },
        ],
      },
      Medium: {
        __resolveReference: findBy(ratings, 'id'),
        similar: ({ id }) => ratings.filter((other) => other.id !== id),
      },
    },
  },
];

/** The papers make headlines of titles, which they do not know. */
const papers = (): SubgraphScript[] => [
  ...charts(),
  {
    name: 'papers',
    typeDefs: `
      type Medium @key(fields: "id") @interfaceObject {
        id: ID!
        title: String @external
        headline: String @requires(fields: "title")
      }
      type Query { top: Medium }
    `,
    resolvers: {
      Query: { top: () => ({ id: 'm2' }) },
      Medium: { headline: ({ title }) => `${title}!` },
    },
  },
];

const papersWithoutCharts = () => papers().filter(({ name }) => name !== 'charts');

type Medium = (typeof media)[number] & { rating: number; headline: string; similar: () => Medium[] };
const knownMedia: Medium[] = media.map((medium, index) => ({
  ...medium,
  rating: ratings[index]?.rating ?? Number.NaN,
  headline: `${medium.title}!`,
  similar: () => knownMedia.filter((other) => other.id !== medium.id),
}));
const [emma, metropolis, faust] = knownMedia;

const whole = {
  media: knownMedia,
  book: emma,
  best: metropolis,
  top: metropolis,
  charts: [
    { name: 'July', entries: [emma, metropolis] },
    { name: 'June', entries: [faust, emma] },
  ],
};

export const interfaceObject: Chapter = {
  title: '@interfaceObject',
  stories: [
    {
      scripts: charts,
      whole,
      promises: [
        {
          title: 'adds a field to every type of an interface',
          query: '{ media { title rating } }',
          data: {
            media: [
              { title: 'Emma', rating: 4 },
              { title: 'Metropolis', rating: 5 },
              { title: 'Faust', rating: 3 },
            ],
          },
          requests: [['library: media'], ['charts: Medium*3']],
        },
        {
          title: 'adds the field to an object whose type is known',
          query: '{ book { pages rating } }',
          data: { book: { pages: 400, rating: 4 } },
          requests: [['library: book'], ['charts: Medium*1']],
        },
        {
          title: 'asks for the added field only of the types that want it',
          query: '{ media { title ... on Film { rating } } }',
          data: { media: [{ title: 'Emma' }, { title: 'Metropolis', rating: 5 }, { title: 'Faust' }] },
          requests: [['library: media'], ['charts: Medium*1']],
        },
        {
          title: 'asks nobody else for what the interface object has itself',
          query: '{ best { id rating } }',
          data: { best: { id: 'm2', rating: 5 } },
          requests: [['charts: best']],
        },
        {
          title: 'finds the type of an interface object where the types are known',
          query: '{ best { __typename rating } }',
          data: { best: { __typename: 'Film', rating: 5 } },
          requests: [['charts: best'], ['library: Medium*1']],
        },
        {
          title: 'reads fields of the interface and of its types behind an interface object',
          query: '{ best { title ... on Book { pages } ... on Film { minutes } } }',
          data: { best: { title: 'Metropolis', minutes: 150 } },
          requests: [['charts: best'], ['library: Medium*1']],
        },
        {
          title: 'finds the types of interface objects in lists, each once',
          query: '{ charts { name entries { __typename id title ... on Book { pages } } } }',
          data: {
            charts: [
              {
                name: 'July',
                entries: [
                  { __typename: 'Book', id: 'm1', title: 'Emma', pages: 400 },
                  { __typename: 'Film', id: 'm2', title: 'Metropolis' },
                ],
              },
              {
                name: 'June',
                entries: [
                  { __typename: 'Book', id: 'm3', title: 'Faust', pages: 300 },
                  { __typename: 'Book', id: 'm1', title: 'Emma', pages: 400 },
                ],
              },
            ],
          },
          requests: [['charts: charts'], ['library: Medium*3']],
        },
        {
          title: 'asks for each type of an interface what is wanted of it',
          query: '{ charts { entries { ... on Book { rating pages } ... on Film { number: id rating } } } }',
          data: {
            charts: [
              {
                entries: [
                  { rating: 4, pages: 400 },
                  { number: 'm2', rating: 5 },
                ],
              },
              {
                entries: [
                  { rating: 3, pages: 300 },
                  { rating: 4, pages: 400 },
                ],
              },
            ],
          },
          requests: [['charts: charts'], ['library: Medium*3'], ['charts: Medium*3']],
        },
        {
          title: 'asks for the type of interface objects behind one type of an interface',
          query: '{ best { ... on Film { similar { rating ... on Film { id } } } } }',
          data: { best: { similar: [{ rating: 4 }, { rating: 3 }] } },
        },
        {
          title: 'reads interface objects behind an interface object',
          query: '{ book { title similar { id title rating } } }',
          data: {
            book: {
              title: 'Emma',
              similar: [
                { id: 'm2', title: 'Metropolis', rating: 5 },
                { id: 'm3', title: 'Faust', rating: 3 },
              ],
            },
          },
          requests: [['library: book'], ['charts: Medium*1'], ['library: Medium*2']],
        },
      ],
    },
    {
      scripts: papers,
      whole,
      promises: [
        {
          title: 'brings an interface object what it requires',
          query: '{ media { headline } }',
          data: { media: [{ headline: 'Emma!' }, { headline: 'Metropolis!' }, { headline: 'Faust!' }] },
          requests: [['library: media'], ['papers: Medium*3']],
        },
        {
          title: 'fetches what an interface object requires and comes back',
          query: '{ top { headline } }',
          data: { top: { headline: 'Metropolis!' } },
          requests: [['papers: top'], ['library: Medium*1'], ['papers: Medium*1']],
        },
        {
          title: 'brings an interface object what it requires for one type, beside a field of another',
          query: '{ top { ... on Book { rating } ... on Film { headline } } }',
          data: { top: { headline: 'Metropolis!' } },
        },
        {
          title: 'joins several interface objects of one interface',
          query: '{ media { headline rating } }',
          data: {
            media: [
              { headline: 'Emma!', rating: 4 },
              { headline: 'Metropolis!', rating: 5 },
              { headline: 'Faust!', rating: 3 },
            ],
          },
          requests: [['library: media'], ['charts: Medium*3', 'papers: Medium*3']],
        },
        {
          title: 'goes from one interface object to another',
          query: '{ best { id headline } top { id rating } }',
          data: { best: { id: 'm2', headline: 'Metropolis!' }, top: { id: 'm2', rating: 5 } },
          requests: [['charts: best', 'papers: top'], ['charts: Medium*1', 'library: Medium*1'], ['papers: Medium*1']],
        },
      ],
    },
    {
      scripts: papersWithoutCharts,
      whole,
      promises: [
        {
          title: 'takes what an interface object requires from its owner, though all who know the interface have it',
          query: '{ top { headline } }',
          data: { top: { headline: 'Metropolis!' } },
          requests: [['papers: top'], ['library: Medium*1'], ['papers: Medium*1']],
        },
      ],
    },
  ],
};
