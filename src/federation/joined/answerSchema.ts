import { GraphQLObjectType, GraphQLSchema, isInterfaceType } from 'graphql';

/**
 * The public schema as answers are executed on it. A supergraph may hold an interface that no type implements, because
 * all its subgraphs know it as an interface object only; graphql-js answers with objects alone, so one stands in for it.
 * Not for introspection, which would show it.
 */
export function buildAnswerSchema(schema: GraphQLSchema): GraphQLSchema {
  const bare = Object.values(schema.getTypeMap())
    .filter(isInterfaceType)
    .filter((type) => schema.getPossibleTypes(type).length === 0);
  if (bare.length === 0) return schema;
  const standIns = bare.map(
    (type) =>
      new GraphQLObjectType({ name: `${type.name}__Object`, interfaces: [type], fields: type.toConfig().fields }),
  );
  const config = schema.toConfig();
  return new GraphQLSchema({ ...config, types: [...config.types, ...standIns] });
}
