import { Kind, parse, type SelectionSetNode } from 'graphql';

/**
 * Reads a field set as directives write it: `id`, or `sku variation { id }`.
 * @throws {GraphQLError} when the text is none.
 * @see https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/directives
 */
export function parseFieldSet(text: string): SelectionSetNode {
  const [definition] = parse(`{ ${text} }`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`"${text}" is no set of fields.`);
  return definition.selectionSet;
}
