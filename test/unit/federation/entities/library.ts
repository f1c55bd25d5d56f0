import { buildSchema, GraphQLEnumType, type GraphQLSchema, graphql } from 'graphql';
import {
  buildFederatedSchema,
  type FederatedSchema,
  type FederationOptions,
  type References,
} from '../../../../src/federation/entities/buildFederatedSchema.js';

const sdl = /* GraphQL */ `
  directive @shelved(row: Int) on OBJECT
  type Query { book(id: ID!): Book shelf(genre: Genre! = CRIME): [Book] }
  type Subscription { lent: Book }
  enum Genre { CRIME POETRY }
  "Something with pages."
  interface Printed @key(fields: "id") { id: ID! pages: Int @tag(name: "paper") }
  type Book implements Printed @key(fields: "id") @key(fields: "isbn printing { year }") @shelved(row: 3) {
    id: ID! isbn: String pages: Int printing: Printing genre: Genre
    lenders: [String!] @requires(fields: "branch") branch: String @external
  }
  type Map implements Printed @key(fields: "id") { id: ID! pages: Int scale: Int }
  type Printing @shareable { year: Int edition: String }
  type Reader @key(fields: "cards { __typename number }") @key(fields: "genres") { cards: [Card] genres: [Genre!] }
  type Card { number: Int! }
  type Branch @key(fields: "code", resolvable: false) { code: ID! }
`;

/** A schema with keys of every form, whose fields carry what has to survive. */
export function buildLibrary(text: string = sdl): GraphQLSchema {
  const schema = buildSchema(text, { assumeValidSDL: true });
  const query = schema.getQueryType()?.getFields();
  if (query?.book) query.book.extensions = { permission: 'Security.Read' };
  if (query?.shelf) query.shelf.resolve = (_source, { genre }) => [{ id: String(genre) }];
  const lent = schema.getSubscriptionType()?.getFields().lent;
  if (lent) lent.subscribe = subscribeLent;
  const genre = schema.getType('Genre');
  if (genre instanceof GraphQLEnumType) for (const value of genre.getValues()) value.extensions = { kept: value.name };
  return schema;
}

export async function* subscribeLent(): AsyncGenerator<object> {
  yield await Promise.resolve({ lent: { id: '1' } });
}

export const text = sdl;

/** Nobody is found. */
export const nobody: References = {
  Printed: () => null,
  Book: () => null,
  Map: () => null,
  Reader: () => null,
};

export function federate(references: Partial<References> = {}, options?: FederationOptions): FederatedSchema {
  return buildFederatedSchema(buildLibrary(), { ...nobody, ...(references as References) }, options);
}

/** Asks for entities as a router does; what they answer is asked for by `__typename` and the given fields. */
export async function findEntities(schema: GraphQLSchema, representations: readonly unknown[], fields = '') {
  const source = `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ${fields} } }`;
  const { data, errors } = await graphql({ schema, source, variableValues: { representations } });
  const found = (data?._entities ?? null) as readonly (Record<string, unknown> | null)[] | null;
  return { found: found?.map((entity) => entity && { ...entity }) ?? null, errors: errors ?? [] };
}
