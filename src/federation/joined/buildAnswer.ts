import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { AnswerValues } from './AnswerValues.js';
import type { JoinedObject } from './joinedData.js';
import type { Plan } from './steps.js';
import type { SupergraphFacts } from './supergraphFacts.js';

export interface AnswerParts {
  readonly schema: GraphQLSchema;
  readonly facts: SupergraphFacts;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly plan: Plan;
}

export interface Fetched {
  readonly data: JoinedObject;
  /** Errors that belong to no place of the data. */
  readonly loose: readonly Error[];
}

/**
 * The client's answer from what the subgraphs answered: graphql-js executes the operation on the public schema, so that
 * fragments, conditions, null in places that forbid it, introspection and the paths of errors are what they are anywhere.
 * @param variables As the client sent them; they have been checked.
 */
export async function buildAnswer(
  { schema, facts, document, definition, plan }: AnswerParts,
  variables: Readonly<Record<string, unknown>>,
  { data, loose }: Fetched,
): Promise<ExecutionResult> {
  const values = new AnswerValues(schema, facts, plan);
  const result = await execute({
    schema,
    document,
    rootValue: data,
    operationName: definition.name?.value ?? null,
    variableValues: variables,
    fieldResolver: (source: JoinedObject, _args, _context, info) => values.valueOf(source, info),
    typeResolver: (object: JoinedObject, _context, _info, type) => values.typeOf(object, type),
  });
  const placed = (result.errors ?? []).map((error) => values.explain(error));
  const errors = [...placed, ...loose.map(withoutPlace)];
  return errors.length === 0 ? result : { ...result, errors };
}

function withoutPlace(originalError: Error): GraphQLError {
  return new GraphQLError(originalError.message, { originalError });
}
