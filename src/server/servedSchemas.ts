import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import { type DocumentNode, execute, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { ExecutableSchema, PreparedOperation, SchemaSource } from '../execution/contract.js';
import { buildPlainSchema } from '../execution/createPlainSchema.js';
import type { ServerContext } from './buildApolloServer.js';

type ApolloGateway = ApolloServerOptionsWithGateway<BaseContext>['gateway'];
type ApolloExecutor = NonNullable<Awaited<ReturnType<ApolloGateway['load']>>['executor']>;

/**
 * The schemas that are served: the one of now, and those before it while operations still run on them. Operations are
 * prepared once for each of their documents, which belong to one schema each.
 */
export class ServedSchemas {
  readonly #source: SchemaSource;
  readonly #bySchema = new WeakMap<GraphQLSchema, ExecutableSchema>();
  readonly #prepared = new WeakMap<OperationDefinitionNode, Promise<PreparedOperation>>();
  readonly #versions = new WeakMap<ExecutableSchema, number>();
  #newestVersion = 0;

  constructor(source: SchemaSource) {
    this.#source = source;
  }

  current(): ExecutableSchema {
    return this.#noted(this.#source.current());
  }

  /** @param schema That of a served schema, as Apollo Server holds it. */
  prepare(
    schema: GraphQLSchema,
    document: DocumentNode,
    definition: OperationDefinitionNode,
  ): Promise<PreparedOperation> {
    const known = this.#prepared.get(definition);
    if (known !== undefined) return known;
    const preparing = this.#prepareAnew(schema, document, definition);
    this.#prepared.set(definition, preparing);
    preparing.catch(() => this.#prepared.delete(definition));
    return preparing;
  }

  /** Tells served schemas apart: a number that no other has. */
  versionOf(executable: ExecutableSchema): number {
    const known = this.#versions.get(executable);
    if (known !== undefined) return known;
    this.#newestVersion += 1;
    this.#versions.set(executable, this.#newestVersion);
    return this.#newestVersion;
  }

  /**
   * What Apollo Server takes schema and execution from. A request is parsed, validated and executed with the schema that
   * was served when it came, also when another takes its place meanwhile.
   */
  toApolloGateway(): ApolloGateway {
    const tell = (callback: Parameters<ApolloGateway['onSchemaLoadOrUpdate']>[0], next: ExecutableSchema) =>
      callback({ apiSchema: this.#noted(next).schema, coreSupergraphSdl: '' });
    return {
      onSchemaLoadOrUpdate: (callback) => {
        const leave = this.#source.onChange((next) => tell(callback, next));
        tell(callback, this.#source.current());
        return leave;
      },
      load: async () => ({ executor: executePrepared }),
      stop: async () => undefined,
    };
  }

  #noted(executable: ExecutableSchema): ExecutableSchema {
    this.#bySchema.set(executable.schema, executable);
    return executable;
  }

  /** A kind of operation that the schema does not have passes validation; graphql-js has the words to refuse it. */
  async #prepareAnew(schema: GraphQLSchema, document: DocumentNode, definition: OperationDefinitionNode) {
    const executable = this.#executable(schema);
    const isKnownKind = Boolean(schema.getRootType(definition.operation));
    const able = isKnownKind ? executable : buildPlainSchema(schema, executable.sdl);
    return able.prepare(document, definition);
  }

  #executable(schema: GraphQLSchema): ExecutableSchema {
    const executable = this.#bySchema.get(schema);
    if (executable === undefined) throw new Error('Apollo Server was never given this schema.');
    return executable;
  }
}

/** Admission has prepared the operation; where the request names none that exists, graphql-js says so. */
const executePrepared: ApolloExecutor = async ({ request, schema, document, context }) => {
  // Apollo types the context as a bag of anything; it is the one that the transport made.
  const serverContext = context as ServerContext;
  const { prepared } = serverContext.operation;
  if (prepared === undefined) return execute({ schema, document, operationName: request.operationName ?? null });
  return prepared.execute({ variables: request.variables ?? {}, context: serverContext });
};
