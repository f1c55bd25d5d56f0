import { type ExecutionResult, GraphQLError } from 'graphql';
import { rootOf } from '../../errors/formatError.js';
import { toError } from '../../errors/toError.js';

/**
 * The stitched schema reports several errors of one field as one that holds them; clients get each with its own code, at
 * the path of the field.
 */
export function withSeparateErrors(result: ExecutionResult): ExecutionResult {
  return result.errors === undefined ? result : { ...result, errors: result.errors.flatMap(separate) };
}

function separate(error: GraphQLError): readonly GraphQLError[] {
  const root = rootOf(error);
  if (!(root instanceof AggregateError)) return [error];
  return root.errors.flatMap((part: unknown) => separate(inPlaceOf(error, toError(rootOf(part)))));
}

function inPlaceOf({ nodes, source, positions, path }: GraphQLError, part: Error): GraphQLError {
  return new GraphQLError(part.message, { nodes: nodes ?? null, source, positions, path, originalError: part });
}
