import { findBy, type SubgraphScript } from '../../support/subgraphs/subgraphScript.js';
import type { Chapter } from '../contract.js';

const users = [
  { id: 'u1', name: 'Ada', email: 'ada@example.org', home: { city: 'Ulm', country: 'DE' } },
  { id: 'u2', name: 'Ben', email: 'ben@example.org', home: { city: 'Rom', country: 'IT' } },
];
const reviews = [
  { body: 'Good', author: { id: 'u1', name: 'Ada', home: { city: 'Ulm' } } },
  { body: 'Bad', author: { id: 'u2', name: 'Ben', home: { city: 'Rom' } } },
];

/** Reviews know the names of their authors, on some ways. */
const people = (): SubgraphScript[] => [
  {
    name: 'reviews',
    typeDefs: `
      type Review { body: String author: User @provides(fields: "name") reader: User }
      type User @key(fields: "id") { id: ID! name: String @external home: Home @external }
      type Home { city: String @external }
      type Query {
        latest: [Review!]!
        best: Review @provides(fields: "author { home { city } }")
      }
    `,
    resolvers: {
      Query: { latest: () => reviews, best: () => reviews[0] },
      Review: { reader: () => ({ id: 'u2' }) },
    },
  },
  {
    name: 'users',
    typeDefs: `
      type User @key(fields: "id") { id: ID! name: String @shareable email: String home: Home @shareable }
      type Home { city: String @shareable country: String }
    `,
    resolvers: { User: { __resolveReference: findBy(users, 'id') } },
  },
];

const books = [{ id: 'b1', title: 'Emma', pages: 400 }];
const films = [{ id: 'f1', title: 'Metropolis', minutes: 150 }];

/** A search that knows the titles of books, and not of films. */
const media = (): SubgraphScript[] => [
  {
    name: 'search',
    typeDefs: `
      union Hit = Book | Film
      interface Medium { id: ID! }
      type Book implements Medium @key(fields: "id") { id: ID! title: String @external }
      type Film implements Medium @key(fields: "id") { id: ID! }
      type Query {
        hits: [Hit!]! @provides(fields: "... on Book { title }")
        media: [Medium!]! @provides(fields: "... on Book { title }")
      }
    `,
    resolvers: {
      Query: {
        hits: () => [
          { __typename: 'Book', id: 'b1', title: 'Emma' },
          { __typename: 'Film', id: 'f1' },
        ],
        media: () => [
          { __typename: 'Book', id: 'b1', title: 'Emma' },
          { __typename: 'Film', id: 'f1' },
        ],
      },
    },
  },
  {
    name: 'books',
    typeDefs: 'type Book @key(fields: "id") { id: ID! title: String @shareable pages: Int }',
    resolvers: { Book: { __resolveReference: findBy(books, 'id') } },
  },
  {
    name: 'films',
    typeDefs: 'type Film @key(fields: "id") { id: ID! title: String @shareable minutes: Int }',
    resolvers: { Film: { __resolveReference: findBy(films, 'id') } },
  },
];

const knownReviews = [
  { body: 'Good', author: users[0], reader: users[1] },
  { body: 'Bad', author: users[1], reader: users[1] },
];
const knownMedia = [
  { ...books[0], __typename: 'Book' },
  { ...films[0], __typename: 'Film' },
];

export const provides: Chapter = {
  title: '@provides',
  stories: [
    {
      scripts: people,
      whole: { latest: knownReviews, best: knownReviews[0] },
      promises: [
        {
          title: 'reads a provided field where it is provided',
          query: '{ latest { body author { id name } } }',
          data: {
            latest: [
              { body: 'Good', author: { id: 'u1', name: 'Ada' } },
              { body: 'Bad', author: { id: 'u2', name: 'Ben' } },
            ],
          },
          requests: [['reviews: latest']],
        },
        {
          title: 'asks the owner for what is not provided',
          query: '{ latest { author { name email } } }',
          data: {
            latest: [
              { author: { name: 'Ada', email: 'ada@example.org' } },
              { author: { name: 'Ben', email: 'ben@example.org' } },
            ],
          },
          requests: [['reviews: latest'], ['users: User*2']],
        },
        {
          title: 'asks the owner on a way that provides nothing',
          query: '{ latest { author { name } reader { name } } }',
          data: {
            latest: [
              { author: { name: 'Ada' }, reader: { name: 'Ben' } },
              { author: { name: 'Ben' }, reader: { name: 'Ben' } },
            ],
          },
          requests: [['reviews: latest'], ['users: User*1']],
        },
        {
          title: 'reads a field that is provided deep below',
          query: '{ best { author { home { city } } } }',
          data: { best: { author: { home: { city: 'Ulm' } } } },
          requests: [['reviews: best']],
        },
        {
          title: 'asks the owner for the neighbour of a field that is provided deep below',
          query: '{ best { author { home { city country } } } }',
          data: { best: { author: { home: { city: 'Ulm', country: 'DE' } } } },
          requests: [['reviews: best'], ['users: User*1']],
        },
      ],
    },
    {
      scripts: media,
      whole: { hits: knownMedia, media: knownMedia },
      promises: [
        {
          title: 'reads what is provided for one member of a union, and asks for the other',
          query: '{ hits { ... on Book { title } ... on Film { title } } }',
          data: { hits: [{ title: 'Emma' }, { title: 'Metropolis' }] },
          requests: [['search: hits'], ['films: Film*1']],
        },
        {
          title: 'asks nobody else when a union is provided as far as it is wanted',
          query: '{ hits { __typename ... on Book { title } } }',
          data: { hits: [{ __typename: 'Book', title: 'Emma' }, { __typename: 'Film' }] },
          requests: [['search: hits']],
        },
        {
          title: 'reads what is provided for one type of an interface, and asks for the other',
          query: '{ media { id ... on Book { title pages } ... on Film { title } } }',
          data: {
            media: [
              { id: 'b1', title: 'Emma', pages: 400 },
              { id: 'f1', title: 'Metropolis' },
            ],
          },
          requests: [['search: media'], ['books: Book*1', 'films: Film*1']],
        },
      ],
    },
  ],
};
