import {
  type DocumentNode,
  type ExecutionResult,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { formatError } from '../../src/errors/formatError.js';
import type { ExecutableSchema, ExecutionRequest, PreparedOperation } from '../../src/execution/contract.js';
import { anyonesContext } from '../support/subgraphs/operationContext.js';
import type { ExpectedError } from './contract.js';

/** One operation as a client asks it. */
export interface Ask {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly operationName?: string | undefined;
}

export type Subscribed =
  | { readonly answers: AsyncGenerator<ExecutionResult>; readonly refused?: never }
  | { readonly refused: ExecutionResult; readonly answers?: never };

/** @throws what makes the document invalid; faults of the subgraphs are in the result. */
export async function askSchema(schema: ExecutableSchema, ask: Ask): Promise<ExecutionResult> {
  const operation = await prepare(schema, ask);
  return operation.execute(requestOf(ask));
}

/** As `askSchema`, for subscriptions. */
export async function subscribeToSchema(schema: ExecutableSchema, ask: Ask): Promise<Subscribed> {
  const operation = await prepare(schema, ask);
  const started = await operation.subscribe(requestOf(ask));
  return Symbol.asyncIterator in started
    ? { answers: answersTo(started, (event) => operation.executeEvent(event, requestOf(ask))) }
    : { refused: started };
}

/** The errors of an answer as clients see them, in the order of their paths. */
export function errorsOf({ errors = [] }: ExecutionResult): ExpectedError[] {
  const seen = errors.map((error) => {
    const { path = [], extensions = {} } = formatError(error);
    const { code, subgraph, subgraphCode } = extensions;
    // What is compared is the whole, so nothing is lost where a field has another type.
    return { path, code, subgraph, subgraphCode } as ExpectedError;
  });
  return byPath(seen);
}

export function byPath(errors: readonly ExpectedError[]): ExpectedError[] {
  const keyOf = (error: ExpectedError) => JSON.stringify(error.path);
  return [...errors].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

async function prepare(schema: ExecutableSchema, { query, operationName }: Ask): Promise<PreparedOperation> {
  const document = parse(query);
  const [invalid] = validate(schema.schema, document);
  if (invalid !== undefined) throw invalid;
  const operation = await schema.prepare(document, definitionOf(document, operationName));
  operation.authorize(anyonesContext().principal);
  return operation;
}

async function* answersTo(
  events: AsyncIterable<unknown>,
  execute: (event: unknown) => Promise<ExecutionResult>,
): AsyncGenerator<ExecutionResult> {
  for await (const event of events) yield await execute(event);
}

function definitionOf(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode {
  const definition = getOperationAST(document, operationName);
  if (!definition) throw new Error(`Wanted an operation ${operationName ?? ''}, got none.`);
  return definition;
}

function requestOf({ variables = {} }: Ask): ExecutionRequest {
  return { variables, context: anyonesContext() };
}
