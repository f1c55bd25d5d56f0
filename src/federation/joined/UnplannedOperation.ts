import { type ExecutionResult, GraphQLError } from 'graphql';
import { toError } from '../../errors/toError.js';
import type { PreparedOperation } from '../../execution/contract.js';

/** An operation that is valid and for which the planner found no plan all the same: a fault of ours, told as such. */
export class UnplannedOperation implements PreparedOperation {
  readonly joins = false;
  readonly asksSubgraphs = false;
  readonly #cause: Error;

  constructor(cause: unknown) {
    this.#cause = toError(cause);
  }

  /** There is nothing that it could read. */
  authorize(): void {}

  async execute(): Promise<ExecutionResult> {
    return this.#answer();
  }

  async subscribe(): Promise<ExecutionResult> {
    return this.#answer();
  }

  async executeEvent(): Promise<ExecutionResult> {
    return this.#answer();
  }

  #answer(): ExecutionResult {
    const error = new GraphQLError('The gateway found no way to answer this operation.', {
      originalError: this.#cause,
      extensions: { code: 'INTERNAL' },
    });
    return { errors: [error] };
  }
}
