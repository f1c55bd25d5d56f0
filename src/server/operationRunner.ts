import type { ApolloServer } from '@apollo/server';
import { HeaderMap } from '@apollo/server';
import { type DocumentNode, getOperationAST, OperationTypeNode, parse } from 'graphql';
import { type Answer, type AnswerStream, toAnswerStream } from './answerStream.js';
import type { ServerContext } from './buildApolloServer.js';
import type { Caller, Operation } from './operation.js';
import { parseOptions } from './parseOptions.js';
import { runSubscription, type StreamPlace, type SubscriptionDeps } from './subscriptions.js';

export interface OperationRequest {
  readonly query?: string | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
  readonly extensions?: Record<string, unknown> | null | undefined;
}

export interface RunnerDeps extends SubscriptionDeps {
  readonly apollo: ApolloServer<ServerContext>;
  /** Starts a query or mutation. */
  startOperation(caller: Caller, timeoutMs: number): Operation;
  createServerContext(operation: Operation): ServerContext;
}

/** Runs any operation for the transports that stream: WebSocket and server-sent events. */
export interface OperationRunner {
  /**
   * @param method HTTP method that carried the request; mutations are refused over GET.
   * @param place Where a subscription begins, as far as the transport has a say in it.
   * @returns one answer for a query or mutation, one per event for a subscription; never rejects for the caller's faults.
   */
  run(request: OperationRequest, caller: Caller, method: 'GET' | 'POST', place?: StreamPlace): AnswerStream;
}

export function createOperationRunner(deps: RunnerDeps): OperationRunner {
  return {
    run(request, caller, method, place) {
      const document = subscriptionDocument(request);
      if (document !== undefined) return runSubscription({ ...request, document, caller, place }, deps);
      return runOnce(request, caller, method, deps);
    },
  };
}

/** The parsed document if the request asks for a subscription. Whatever is wrong with others, Apollo Server says it. */
function subscriptionDocument({ query, operationName }: OperationRequest): DocumentNode | undefined {
  try {
    const document = parse(query ?? '', parseOptions);
    return getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION
      ? document
      : undefined;
  } catch {
    return undefined;
  }
}

function runOnce(request: OperationRequest, caller: Caller, method: 'GET' | 'POST', deps: RunnerDeps): AnswerStream {
  const operation = deps.startOperation(caller, deps.timeoutMs);
  let answered = false;
  return toAnswerStream({
    async next() {
      if (answered) return undefined;
      answered = true;
      return executeOnce(request, method, operation, deps);
    },
    stop: () => operation.cancel(),
  });
}

async function executeOnce(
  request: OperationRequest,
  method: 'GET' | 'POST',
  operation: Operation,
  deps: RunnerDeps,
): Promise<Answer> {
  const { query, operationName, variables, extensions } = request;
  const { body } = await deps.apollo.executeOperation(
    {
      ...(query === undefined ? {} : { query }),
      ...(operationName == null ? {} : { operationName }),
      ...(variables == null ? {} : { variables }),
      ...(extensions == null ? {} : { extensions }),
      http: { method, headers: new HeaderMap(), search: '', body: {} },
    },
    { contextValue: deps.createServerContext(operation) },
  );
  if (body.kind !== 'single')
    throw new Error('Apollo Server answered incrementally, which this gateway does not offer.');
  return body.singleResult;
}
