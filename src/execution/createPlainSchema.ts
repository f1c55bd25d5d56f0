import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Principal } from '../auth/principal.js';
import { requirePermissions } from '../auth/requirePermissions.js';
import { selectsField } from '../auth/selectedRootFields.js';
import type { ExecutableSchema, ExecutionRequest, PreparedOperation } from './contract.js';

/**
 * A schema whose resolvers are all in this process, executed by graphql-js. Root fields state their permission, and
 * fields that ask an upstream with what another one answered are marked `@Extensions({ join: true })`.
 */
export function buildPlainSchema(schema: GraphQLSchema, sdl: string): ExecutableSchema {
  return { schema, sdl, prepare: async (document, definition) => new PlainOperation(schema, document, definition) };
}

class PlainOperation implements PreparedOperation {
  readonly joins: boolean;
  readonly asksSubgraphs = false;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly document: DocumentNode,
    private readonly definition: OperationDefinitionNode,
  ) {
    this.joins = selectsField(schema, document, definition, (field) => field.extensions.join === true);
  }

  authorize(principal: Principal): void {
    requirePermissions(this.schema, this.document, this.definition, principal);
  }

  async execute(request: ExecutionRequest): Promise<ExecutionResult> {
    return execute(this.#argsOf(request));
  }

  async subscribe(request: ExecutionRequest): Promise<AsyncIterable<unknown> | ExecutionResult> {
    return createSourceEventStream(this.#argsOf(request));
  }

  async executeEvent(event: unknown, request: ExecutionRequest): Promise<ExecutionResult> {
    return execute({ ...this.#argsOf(request), rootValue: event });
  }

  #argsOf({ variables, context }: ExecutionRequest): ExecutionArgs {
    return {
      schema: this.schema,
      document: this.document,
      operationName: this.definition.name?.value ?? null,
      variableValues: variables,
      contextValue: context,
    };
  }
}
