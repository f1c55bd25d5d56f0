import { GraphQLBoolean, GraphQLObjectType, GraphQLSchema, printSchema } from 'graphql';
import { GatewayError } from '../../errors/GatewayError.js';
import type { ExecutableSchema } from '../../execution/contract.js';
import { buildPlainSchema } from '../../execution/createPlainSchema.js';

class SupergraphMissingError extends GatewayError {
  readonly code = 'UPSTREAM_UNAVAILABLE';
}

/**
 * What is served while no supergraph could be made: GraphQL wants one field at least, and this one says why there is
 * no other. Readiness keeps traffic away meanwhile.
 */
export function buildEmptySchema(): ExecutableSchema {
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: {
      _supergraph: {
        type: GraphQLBoolean,
        description: 'Always an error: none of the joined services has told its schema yet, so nothing can be asked.',
        resolve: () => {
          throw new SupergraphMissingError('The joined schema is not available yet.');
        },
      },
    },
  });
  const schema = new GraphQLSchema({ query });
  return buildPlainSchema(schema, printSchema(schema));
}
