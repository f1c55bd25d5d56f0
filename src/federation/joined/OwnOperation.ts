import type { ExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Principal } from '../../auth/principal.js';
import type { ExecutionRequest, PreparedOperation } from '../../execution/contract.js';
import { coerceVariables } from './coerceVariables.js';

/**
 * An operation that our own schema answers whole: it is executed there as the client wrote it, and costs what it costs
 * without others. The joined schema has the say about variables, because it may accept less than ours.
 */
export class OwnOperation implements PreparedOperation {
  readonly joins: boolean;
  readonly asksSubgraphs = false;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly definition: OperationDefinitionNode,
    private readonly own: PreparedOperation,
  ) {
    this.joins = own.joins;
  }

  authorize(principal: Principal): void {
    this.own.authorize(principal);
  }

  async execute(request: ExecutionRequest): Promise<ExecutionResult> {
    return this.#refusal(request) ?? this.own.execute(request);
  }

  async subscribe(request: ExecutionRequest): Promise<AsyncIterable<unknown> | ExecutionResult> {
    return this.#refusal(request) ?? this.own.subscribe(request);
  }

  async executeEvent(event: unknown, request: ExecutionRequest): Promise<ExecutionResult> {
    return this.own.executeEvent(event, request);
  }

  #refusal({ variables }: ExecutionRequest): ExecutionResult | undefined {
    const coercion = coerceVariables(this.schema, this.definition, variables);
    return 'refusal' in coercion ? coercion.refusal : undefined;
  }
}
