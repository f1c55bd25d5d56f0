import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type GraphQLSchema, graphql } from 'graphql';

/** A subgraph that listens on a free port of this machine. */
export interface ServedSubgraph {
  readonly url: string;
  /** Texts of the operations that it was sent since the last `forget`, oldest first. */
  readonly operations: readonly string[];
  forget(): void;
  stop(): Promise<void>;
}

/** Serves a schema with as little as the `products` subgraph's neighbours need: POST, JSON, no context. */
export async function serveSubgraph(schema: GraphQLSchema): Promise<ServedSubgraph> {
  const operations: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, schema, operations).then((body) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a TCP port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    operations,
    forget: () => void operations.splice(0),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

async function answer(request: IncomingMessage, schema: GraphQLSchema, operations: string[]): Promise<string> {
  // Only the router under test and the test itself send here.
  const { query, variables = {} } = JSON.parse(await text(request)) as Operation;
  operations.push(query);
  return JSON.stringify(await graphql({ schema, source: query, variableValues: variables }));
}
