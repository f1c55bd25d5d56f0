import type { DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Principal } from '../auth/principal.js';
import type { CallScope } from '../upstream/contract.js';

/** What every execution is given, whichever services take part in it. */
export interface OperationContext {
  readonly principal: Principal;
  readonly scope: CallScope;
  /** Headers of the request that may travel on to joined subgraphs; names in lower case. */
  readonly forwardedHeaders: Readonly<Record<string, string>>;
}

export interface ExecutionRequest {
  /** As the client sent them; the execution coerces them. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whatever the resolvers of our own schema need besides, where it takes part. */
  readonly context: OperationContext;
}

/** One operation, analysed once and executed any number of times. */
export interface PreparedOperation {
  /** Whether it asks several services, or several upstreams one after the other, and so gets more time. */
  readonly joins: boolean;
  /** Whether joined subgraphs take part, so that answers depend on the headers that travel on to them. */
  readonly asksSubgraphs: boolean;
  /** @throws {AccessError} `FORBIDDEN`, naming the first permission that the principal lacks for our own data. */
  authorize(principal: Principal): void;
  /** Queries and mutations. Never rejects for faults of request or upstreams: they are in the result. */
  execute(request: ExecutionRequest): Promise<ExecutionResult>;
  /** Makes the events of a subscription, or a result with the errors that keep it from beginning. */
  subscribe(request: ExecutionRequest): Promise<AsyncIterable<unknown> | ExecutionResult>;
  /** The answer to one event of `subscribe`. */
  executeEvent(event: unknown, request: ExecutionRequest): Promise<ExecutionResult>;
}

/** A schema as clients see it, and how its operations are executed. Immutable: another schema is another object. */
export interface ExecutableSchema {
  readonly schema: GraphQLSchema;
  /** The schema as text, for `/schema.graphql`. */
  readonly sdl: string;
  /**
   * @param document Has passed validation against `schema`, and holds `definition`.
   * @returns never a rejection: an operation that cannot be prepared answers with the error.
   */
  prepare(document: DocumentNode, definition: OperationDefinitionNode): Promise<PreparedOperation>;
}

/** What is served now; it may be another schema later. */
export interface SchemaSource {
  current(): ExecutableSchema;
  /** Called with each schema that takes the place of the one before. @returns how to stop listening. */
  onChange(listener: (next: ExecutableSchema) => void): () => void;
}
