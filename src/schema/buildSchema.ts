import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { type BuildSchemaOptions, buildSchemaSync, getMetadataStorage, type NonEmptyArray } from 'type-graphql';

/** type-graphql wants one, although every subscription here brings its own event source. */
const unusedPubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('Subscriptions read the change feed; nothing is published here.');
  },
} satisfies BuildSchemaOptions['pubSub'];

/**
 * Builds the one executable schema from the decorators.
 * @param resolvers Every resolver class.
 * @param orphanedTypes Object types that are reached through an interface only.
 */
export function buildGatewaySchema(resolvers: NonEmptyArray<Function>, orphanedTypes: Function[] = []): GraphQLSchema {
  preferPlainFields();
  return buildSchemaSync({ resolvers, orphanedTypes, pubSub: unusedPubSub, validate: false });
}

/** A field without a resolver of its own reads the property: no middleware wrapper on each value of a long list. */
function preferPlainFields(): void {
  for (const objectType of getMetadataStorage().objectTypes) objectType.simpleResolvers = true;
}
