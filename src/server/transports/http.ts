import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerContext } from '../buildApolloServer.js';
import type { Caller, Operation } from '../operation.js';

export interface HttpTransportDeps {
  readonly apollo: ApolloServer<ServerContext>;
  readonly timeoutMs: number;
  callerOf(request: FastifyRequest): Caller;
  startOperation(caller: Caller, timeoutMs: number, requestId: string): Operation;
  createServerContext(operation: Operation): ServerContext;
}

export type HttpHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** GraphQL over HTTP through Apollo Server; the operation is given up when the connection closes before the answer. */
export function createHttpHandler(deps: HttpTransportDeps): HttpHandler {
  const handler = fastifyApolloHandler(deps.apollo, {
    context: async (request, reply) => {
      const operation = deps.startOperation(deps.callerOf(request), deps.timeoutMs, request.id);
      endWithReply(operation, reply);
      return deps.createServerContext(operation);
    },
  });
  return (request, reply) => handler.call(request.server, request, reply) as Promise<unknown>;
}

function endWithReply(operation: Operation, { raw }: FastifyReply): void {
  raw.once('close', () => (raw.writableFinished ? operation.finish() : operation.cancel()));
}
