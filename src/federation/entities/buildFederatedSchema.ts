import { extendSchema, type GraphQLSchema, isObjectType, isUnionType, parse, print } from 'graphql';
import { buildEntityFinder, maxRepresentations } from './buildEntityFinder.js';
import type { FederatedSchema, FederationOptions, References } from './contract.js';
import { type Entities, readEntities } from './entities.js';
import { buildSubgraphDocument } from './subgraphDocument.js';

export type { FederatedSchema, FederationOptions, References, Representation } from './contract.js';

/**
 * Makes a schema a Federation 2 subgraph. It stays one live schema and is never rebuilt from its text, so resolvers,
 * subscriptions, field extensions and enum values are those of `base`, which is left as it was.
 * @param base Carries the federation directives on the definition nodes of its types and fields.
 * @throws when an entity has no reference resolver, or a reference resolver no entity.
 * @see https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec
 */
export function buildFederatedSchema<Context = unknown>(
  base: GraphQLSchema,
  references: References<Context>,
  options: FederationOptions = {},
): FederatedSchema {
  const document = buildSubgraphDocument(base, options.composed);
  const entities = readEntities(base, document);
  checkReferences(entities, references);
  const subgraphSdl = `${print(document)}\n`;
  const schema = extendSchema(base, parse(machinery(base, entities), { noLocation: true }));
  answerService(schema, subgraphSdl);
  if (entities.size > 0) {
    answerEntities(schema, readEntities(schema, document), references, options.entitiesExtensions);
  }
  return { schema, subgraphSdl };
}

function checkReferences(entities: Entities, references: References<never>): void {
  const forgotten = [...entities.keys()].filter((name) => references[name] === undefined);
  const needless = Object.keys(references).filter((name) => !entities.has(name));
  if (forgotten.length > 0) throw new Error(`Entities without a reference resolver: ${forgotten.join(', ')}.`);
  if (needless.length > 0) throw new Error(`Reference resolvers without an entity: ${needless.join(', ')}.`);
}

/** What the subgraph specification adds to a schema. */
function machinery(base: GraphQLSchema, entities: Entities): string {
  const service = `
    "What a supergraph is composed of."
    type _Service { "The schema of this subgraph with its federation directives." sdl: String! }
    extend type ${queryTypeOf(base).name} {
      "The schema of this subgraph, for composition."
      _service: _Service!
    }
  `;
  if (entities.size === 0) return service;
  return `
    ${service}
    "A representation of an entity: its type as \`__typename\`, and the fields of one of its keys."
    scalar _Any
    "What can be found by a key."
    union _Entity = ${memberNames(base, entities).join(' | ')}
    extend type ${queryTypeOf(base).name} {
      "Entities by their representations, in this order, for routers; null where there is none."
      _entities("At most ${maxRepresentations}." representations: [_Any!]!): [_Entity]!
    }
  `;
}

/** Object types, those behind interfaces too. */
function memberNames(base: GraphQLSchema, entities: Entities): string[] {
  const types = [...entities.values()].flatMap(({ type }) =>
    isObjectType(type) ? [type] : base.getPossibleTypes(type),
  );
  return [...new Set(types.map(({ name }) => name))].sort();
}

function answerService(schema: GraphQLSchema, sdl: string): void {
  fieldOf(schema, '_service').resolve = () => ({ sdl });
}

function answerEntities<Context>(
  schema: GraphQLSchema,
  entities: Entities,
  references: References<Context>,
  extensions: FederationOptions['entitiesExtensions'] = {},
): void {
  const finder = buildEntityFinder(entities, references);
  const field = fieldOf(schema, '_entities');
  field.extensions = extensions;
  field.resolve = (_source, { representations }, context, info) => finder.find(representations, context, info);
  const union = schema.getType('_Entity');
  if (isUnionType(union)) union.resolveType = (found) => finder.typeNameOf(found);
}

/** Of the extended schema, whose parts nobody else has yet. */
function fieldOf(schema: GraphQLSchema, name: string) {
  const field = queryTypeOf(schema).getFields()[name];
  if (field === undefined) throw new Error(`The field ${name} was not added.`);
  return field;
}

function queryTypeOf(schema: GraphQLSchema) {
  const type = schema.getQueryType();
  if (!type) throw new Error('A subgraph wants a query type.');
  return type;
}
