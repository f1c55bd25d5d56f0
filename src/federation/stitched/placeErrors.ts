import {
  defaultFieldResolver,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import { rootOf } from '../../errors/formatError.js';
import { toError } from '../../errors/toError.js';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/**
 * Lets errors of the schema stand at the field that has no value for them. The stitching library gives them paths of its
 * own, which leave out the places in lists; without a path of their own they get that of their field.
 * @param stitched Changed in place: it belongs to the caller alone.
 */
export function placeErrorsAtFields(stitched: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(stitched.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) field.resolve = placing(field.resolve ?? defaultFieldResolver);
  }
  return stitched;
}

function placing(resolve: Resolver): Resolver {
  return (...asked) => {
    try {
      return withoutPaths(resolve(...asked));
    } catch (error) {
      throw withoutPath(toError(error));
    }
  };
}

/** Errors may be the value, one of its items, or come later. */
function withoutPaths(value: unknown): unknown {
  if (value instanceof Error) return withoutPath(value);
  if (Array.isArray(value)) return value.some(mayHoldError) ? value.map(withoutPaths) : value;
  if (!isPromiseLike(value)) return value;
  return value.then(withoutPaths, (error: unknown) => {
    throw withoutPath(toError(error));
  });
}

/** The library answers with promises of its own as well. */
function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function mayHoldError(item: unknown): boolean {
  return item instanceof Error || isPromiseLike(item) || Array.isArray(item);
}

function withoutPath(error: Error): Error {
  const root = toError(rootOf(error));
  return root instanceof GraphQLError && root.path !== undefined
    ? new GraphQLError(root.message, { extensions: root.extensions, originalError: root })
    : root;
}
