import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Principal } from '../../auth/principal.js';
import type { ExecutionRequest, PreparedOperation } from '../../execution/contract.js';
import type { AdaptedDocument } from './adaptDocument.js';
import { withSeparateErrors } from './separateErrors.js';
import type { StitchContext } from './stitchContext.js';

/** One operation on the stitched schema, which asks subgraphs as its resolvers find out what they need. */
export class StitchedOperation implements PreparedOperation {
  /** Nobody knows in advance who will be asked, so it gets the time of one that asks several. */
  readonly joins = true;
  readonly asksSubgraphs = true;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly adapted: AdaptedDocument,
    private readonly definition: OperationDefinitionNode,
    readonly authorize: (principal: Principal) => void,
  ) {}

  async execute(request: ExecutionRequest): Promise<ExecutionResult> {
    return this.#toAnswer(await execute(this.#argsOf(request)));
  }

  async subscribe(request: ExecutionRequest): Promise<AsyncIterable<unknown> | ExecutionResult> {
    let events: AsyncIterable<unknown> | undefined;
    const begin = (begun: AsyncIterable<unknown>) => {
      events = begun;
    };
    const stream = await createSourceEventStream(this.#argsOf(request, { kind: 'begin', begin }));
    if (!(Symbol.asyncIterator in stream)) return this.#toAnswer(stream);
    return events ?? stream;
  }

  async executeEvent(event: unknown, request: ExecutionRequest): Promise<ExecutionResult> {
    const args = this.#argsOf(request, { kind: 'event', event });
    const stream = await createSourceEventStream(args);
    if (!(Symbol.asyncIterator in stream)) return this.#toAnswer(stream);
    for await (const rootValue of stream) return this.#toAnswer(await execute({ ...args, rootValue }));
    return { data: null };
  }

  #toAnswer(result: ExecutionResult): ExecutionResult {
    return this.adapted.restore(withSeparateErrors(result));
  }

  #argsOf({ variables, context }: ExecutionRequest, step?: StitchContext['step']): ExecutionArgs {
    const contextValue: StitchContext = { operation: context, ...(step === undefined ? {} : { step }) };
    return {
      schema: this.schema,
      document: this.adapted.document,
      operationName: this.definition.name?.value ?? null,
      variableValues: variables,
      contextValue,
    };
  }
}
