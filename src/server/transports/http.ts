import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerContext } from '../buildApolloServer.js';
import type { Caller, Operation } from '../operation.js';
import type { TracedApollo } from '../tracedApollo.js';

export interface HttpTransportDeps {
  readonly apollo: ApolloServer<ServerContext>;
  /** For requests that ask for a trace; absent: they are answered without one. */
  readonly traced: TracedApollo | undefined;
  readonly timeoutMs: number;
  callerOf(request: FastifyRequest): Caller;
  startOperation(caller: Caller, timeoutMs: number, requestId: string): Operation;
  createServerContext(operation: Operation): ServerContext;
}

export type HttpHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** GraphQL over HTTP through Apollo Server; the operation is given up when the connection closes before the answer. */
export function createHttpHandler(deps: HttpTransportDeps): HttpHandler {
  const { traced } = deps;
  const answer = handlerOf(deps.apollo, deps);
  if (traced === undefined) return answer;
  let starting: Promise<HttpHandler> | undefined;
  return async (request, reply) => {
    if (!asksForTrace(request)) return answer(request, reply);
    starting ??= traced.started().then((apollo) => handlerOf(apollo, deps));
    return (await starting)(request, reply);
  };
}

/** @see https://www.apollographql.com/docs/federation/metrics/ */
function asksForTrace({ headers }: FastifyRequest): boolean {
  return headers['apollo-federation-include-trace'] === 'ftv1';
}

function handlerOf(apollo: ApolloServer<ServerContext>, deps: HttpTransportDeps): HttpHandler {
  const handler = fastifyApolloHandler(apollo, {
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
