import { type ExecutionResult, type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql';

/** As many faults as graphql-js itself reports. */
const maxErrors = 50;

/** The variables as the operation declares them, or the answer that says what is wrong with them. */
export function coerceVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): { readonly values: Readonly<Record<string, unknown>> } | { readonly refusal: ExecutionResult } {
  if (variableDefinitions.length === 0) return { values: {} };
  const { coerced, errors } = getVariableValues(schema, variableDefinitions, variables, { maxErrors });
  return coerced === undefined ? { refusal: { errors: errors ?? [] } } : { values: coerced };
}
