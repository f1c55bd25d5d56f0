import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse } from 'graphql';
import { readRecords } from './records.js';
import { buildResolvers } from './resolvers.js';

/** One request as it came in. */
export interface CmdbRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface CmdbOptions {
  /** Folder with `schema.graphql` and `records.json`. */
  readonly folder: string;
  /** Port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Called with each request before it is answered. */
  readonly onRequest?: (request: CmdbRequest) => void;
}

/** A running configuration management database. */
export interface Cmdb {
  /** The GraphQL endpoint. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts the database: what the organisation knows about its devices and people, as a Federation 2 subgraph.
 * @throws {Error} when a file cannot be read or the port is taken.
 */
export async function createCmdb({ folder, port, onRequest }: CmdbOptions): Promise<Cmdb> {
  const server = new ApolloServer({
    schema: buildCmdbSchema(folder),
    includeStacktraceInErrorResponses: false,
    plugins: [
      // Nobody asks this service for traces, and the plugin announces itself on standard output.
      ApolloServerPluginInlineTraceDisabled(),
      {
        async requestDidStart({ request }) {
          onRequest?.({ query: request.query ?? '', variables: request.variables ?? {} });
        },
      },
    ],
  });
  const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port } });
  return { url, stop: () => server.stop() };
}

function buildCmdbSchema(folder: string): GraphQLSchema {
  const typeDefs = parse(readFileSync(join(folder, 'schema.graphql'), 'utf8'));
  const resolvers = buildResolvers(readRecords(join(folder, 'records.json')));
  return buildSubgraphSchema([{ typeDefs, resolvers }]);
}
