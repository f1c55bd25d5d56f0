import type { ApolloServer } from '@apollo/server';
import type { ExecutableSchema } from '../execution/contract.js';
import { buildFixedSource } from '../execution/fixedSource.js';
import { type ApolloOptions, buildApolloServer, type ServerContext } from './buildApolloServer.js';
import { ServedSchemas } from './servedSchemas.js';

/**
 * A second Apollo Server for requests that ask for a trace of their fields. Tracing hooks every field, for which it
 * changes the schema; so this server has a schema of its own, made for the first such request, and others stay as fast
 * as they are.
 */
export class TracedApollo {
  #started: Promise<ApolloServer<ServerContext>> | undefined;

  /** @param build Makes the schema, called at most once. */
  constructor(
    private readonly build: () => ExecutableSchema,
    private readonly options: Omit<ApolloOptions, 'schemas' | 'withTraces'>,
  ) {}

  started(): Promise<ApolloServer<ServerContext>> {
    this.#started ??= this.#start();
    return this.#started;
  }

  async stop(): Promise<void> {
    await (await this.#started)?.stop();
  }

  async #start(): Promise<ApolloServer<ServerContext>> {
    const schemas = new ServedSchemas(buildFixedSource(this.build()));
    const apollo = buildApolloServer({ ...this.options, schemas, withTraces: true });
    await apollo.start();
    return apollo;
  }
}
