import type { GraphQLFormattedError } from 'graphql';
import { suppressRepeats } from './suppressRepeats.js';

/**
 * The errors of one answer as they leave: those whose cause has to be looked up (`INTERNAL`, `UPSTREAM_…` and
 * `SUBGRAPH_ERROR`) carry the request id, and repeats are counted instead of repeated.
 */
export function completeErrors(
  errors: readonly GraphQLFormattedError[],
  requestId: string,
): readonly GraphQLFormattedError[] {
  return suppressRepeats(errors.map((error) => (needsRequestId(error) ? withRequestId(error, requestId) : error)));
}

function needsRequestId({ extensions }: GraphQLFormattedError): boolean {
  const code = extensions?.code;
  return (
    extensions?.requestId === undefined &&
    typeof code === 'string' &&
    (code === 'INTERNAL' || code === 'SUBGRAPH_ERROR' || code.startsWith('UPSTREAM_'))
  );
}

function withRequestId(error: GraphQLFormattedError, requestId: string): GraphQLFormattedError {
  return { ...error, extensions: { ...error.extensions, requestId } };
}
