import type { GraphQLSchema } from 'graphql';

/**
 * Gives each root field the federation tag of the permission that it takes (`security-triage` for `Security.Triage`), so
 * that contracts can make variants of a supergraph without, say, mutations that respond.
 */
export function tagRootFields(schema: GraphQLSchema): void {
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      const { permission } = field.extensions;
      if (typeof permission !== 'string') continue;
      const tag = { name: permission.toLowerCase().replaceAll('.', '-') };
      field.extensions = { ...field.extensions, directives: { tag } };
    }
  }
}
