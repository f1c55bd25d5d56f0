import { type ExecutionResult, GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../../auth/principal.js';
import { toError } from '../../errors/toError.js';
import type { ExecutionRequest, PreparedOperation } from '../../execution/contract.js';
import { coerceVariables } from './coerceVariables.js';
import type { ConditionValues } from './settleConditions.js';
import { UnplannedOperation } from './UnplannedOperation.js';

export interface ConditionedParts {
  readonly schema: GraphQLSchema;
  readonly definition: OperationDefinitionNode;
  /** The variables of `@skip` and `@include`. */
  readonly conditions: readonly string[];
  /** Prepares the operation for some values of them; undefined: for whatever any values select. */
  prepare(values: ConditionValues): Promise<PreparedOperation>;
}

/** Of each operation; one with more combinations of its conditions in use is planned again now and then. */
const maxCombinations = 32;

/**
 * An operation with `@skip` or `@include` by variables. It is planned for each combination of their values that comes: the
 * planner makes wrong plans for some conditions, and nobody is asked for what is left out. Rights and time are those of all
 * that it could select.
 */
export class ConditionedOperation implements PreparedOperation {
  readonly joins: boolean;
  readonly asksSubgraphs: boolean;
  readonly #parts: ConditionedParts;
  readonly #whole: PreparedOperation;
  readonly #settled = new LRUCache<string, Promise<PreparedOperation>>({ max: maxCombinations });

  static async open(parts: ConditionedParts): Promise<PreparedOperation> {
    const whole = await parts.prepare(undefined);
    return whole instanceof UnplannedOperation ? whole : new ConditionedOperation(parts, whole);
  }

  private constructor(parts: ConditionedParts, whole: PreparedOperation) {
    this.#parts = parts;
    this.#whole = whole;
    this.joins = this.#whole.joins;
    this.asksSubgraphs = this.#whole.asksSubgraphs;
  }

  authorize(principal: Principal): void {
    this.#whole.authorize(principal);
  }

  async execute(request: ExecutionRequest): Promise<ExecutionResult> {
    return this.#run(request, (settled) => settled.execute(request));
  }

  async subscribe(request: ExecutionRequest): Promise<AsyncIterable<unknown> | ExecutionResult> {
    return this.#run(request, (settled) => settled.subscribe(request));
  }

  async executeEvent(event: unknown, request: ExecutionRequest): Promise<ExecutionResult> {
    return this.#run(request, (settled) => settled.executeEvent(event, request));
  }

  async #run<Answer>(
    request: ExecutionRequest,
    run: (settled: PreparedOperation) => Promise<Answer>,
  ): Promise<Answer | ExecutionResult> {
    const settled = await this.#settle(request);
    try {
      // What the whole needs may have been checked in another way, if it could not be planned.
      settled.authorize(request.context.principal);
    } catch (error) {
      const originalError = toError(error);
      return { errors: [new GraphQLError(originalError.message, { originalError })] };
    }
    return run(settled);
  }

  async #settle({ variables }: ExecutionRequest): Promise<PreparedOperation> {
    const { schema, definition, conditions } = this.#parts;
    const coercion = coerceVariables(schema, definition, variables);
    // Whatever it is prepared for, it refuses the variables with the same words.
    if ('refusal' in coercion) return this.#whole;
    const key = conditions.map((name) => String(coercion.values[name] === true)).join();
    return this.#settled.get(key) ?? this.#prepare(key, coercion.values);
  }

  #prepare(key: string, values: ConditionValues): Promise<PreparedOperation> {
    const preparing = this.#parts.prepare(values).catch((error: unknown) => {
      this.#settled.delete(key);
      return new UnplannedOperation(error);
    });
    this.#settled.set(key, preparing);
    return preparing;
  }
}
