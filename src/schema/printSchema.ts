import { type GraphQLSchema, printSchema } from 'graphql';

/** The schema as SDL text, ending with a line break; what `schema.graphql` has to equal. */
export function printGatewaySchema(schema: GraphQLSchema): string {
  return `${printSchema(schema).trim()}\n`;
}
