import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql';

/**
 * What another subgraph knows of an entity: its type, the fields of at least one of its keys, and what it was asked to
 * bring along. Fields of a whole key are coerced as their types in the schema want; everything else is as it was sent.
 */
export type Representation = Readonly<Record<string, unknown>> & { readonly __typename: string };

/**
 * Finds the entity of a representation. Called for all representations of a request in one tick, so that loaders share
 * calls.
 * @returns the entity, never written to, or null when there is none; that of an interface carries its `__typename`.
 * @throws for this representation only: the others are answered.
 */
export type ReferenceResolver<Context = unknown> = (
  representation: Representation,
  context: Context,
  info: GraphQLResolveInfo,
) => unknown;

/** By the name of the type: one for each object type and interface with a resolvable `@key`. */
export type References<Context = unknown> = Readonly<Record<string, ReferenceResolver<Context>>>;

/** Directives of one's own that the supergraph keeps. They have to be defined in the schema. */
export interface ComposedDirectives {
  /** Of their specification, ending with its version: `https://specs.example.com/audit/v1.0`. */
  readonly url: string;
  /** With the `@` in front. */
  readonly directives: readonly string[];
}

export interface FederationOptions {
  /** Extensions of the root field `_entities`, such as the permission that it takes. Default: none. */
  readonly entitiesExtensions?: Readonly<Record<string, unknown>>;
  readonly composed?: readonly ComposedDirectives[];
}

export interface FederatedSchema {
  /** What is executed: the given schema, with `_service` and `_entities` among its queries. */
  readonly schema: GraphQLSchema;
  /** What is composed, and what `_service` answers: the given schema with its federation directives. */
  readonly subgraphSdl: string;
}
