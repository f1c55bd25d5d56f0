import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  validate,
} from 'graphql';
import { formatError } from '../errors/formatError.js';
import type { Logger } from '../observability/logger.js';
import type { GatewayMetrics } from '../observability/metrics.js';
import type { GatewayContext } from '../resolvers/context.js';
import { type Answer, type AnswerStream, toAnswerStream } from './answerStream.js';
import { finishAnswer, logUnforeseen } from './finishAnswer.js';
import type { Caller, Operation } from './operation.js';
import { outcomeOf } from './outcome.js';
import { admit, timeFor } from './pipeline.js';

export interface SubscriptionDeps {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  /** Starts the operation of the whole stream (no deadline) or of one event. */
  startOperation(caller: Caller, timeoutMs: number | undefined): Operation;
  createContext(operation: Operation): GatewayContext;
}

export interface SubscriptionRequest {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
  readonly caller: Caller;
}

/**
 * Runs a subscription: the event source is made once; every event is executed with a context of its own, because the
 * loaders of an old one would answer with old data. A stream that cannot begin holds one answer with the errors; one
 * that breaks ends with such an answer.
 */
export function runSubscription(request: SubscriptionRequest, deps: SubscriptionDeps): AnswerStream {
  const whole = deps.startOperation(request.caller, undefined);
  let events: Promise<Events> | undefined;
  let ended = false;
  let running: Operation | undefined;

  const pull = async (): Promise<Answer | undefined> => {
    events ??= openEvents(request, whole, deps);
    const opened = await events;
    if ('answer' in opened) {
      ended = true;
      return opened.answer;
    }
    const event = await opened.source.next();
    if (event.done === true) return undefined;
    running = deps.startOperation(request.caller, opened.timeoutMs);
    return answerEvent(event.value, request, running, deps);
  };

  return toAnswerStream({
    async next() {
      if (ended) return undefined;
      try {
        return await pull();
      } catch (error) {
        ended = true;
        return failed([error], whole, deps);
      }
    },
    stop() {
      whole.cancel();
      running?.cancel();
      void events?.then((opened) => ('source' in opened ? opened.source.return?.() : undefined)).catch(() => undefined);
    },
  });
}

type Events =
  | { readonly answer: Answer }
  | {
      readonly source: AsyncIterator<unknown>;
      /** For the answer to one event. */
      readonly timeoutMs: number;
    };

async function openEvents(request: SubscriptionRequest, whole: Operation, deps: SubscriptionDeps): Promise<Events> {
  const { schema } = deps;
  const { document, operationName, variables } = request;
  const faults = validate(schema, document, undefined, { hideSuggestions: !deps.introspection });
  if (faults.length > 0) return { answer: refusal(faults, whole, 'GRAPHQL_VALIDATION_FAILED') };
  const definition = getOperationAST(document, operationName);
  if (definition === null || definition === undefined)
    throw new Error('The caller of runSubscription checks that the operation exists.');
  try {
    admit({ schema, document, definition, operation: whole, timeoutMs: deps.timeoutMs });
  } catch (error) {
    return { answer: failed([error], whole, deps) };
  }
  const source = await createSourceEventStream({
    schema,
    document,
    contextValue: deps.createContext(whole),
    variableValues: variables ?? {},
    operationName: operationName ?? null,
  });
  if (!(Symbol.asyncIterator in source)) return { answer: failed(source.errors ?? [], whole, deps) };
  return { source: source[Symbol.asyncIterator](), timeoutMs: timeFor(schema, document, definition, deps.timeoutMs) };
}

async function answerEvent(
  event: unknown,
  { document, operationName, variables }: SubscriptionRequest,
  operation: Operation,
  deps: SubscriptionDeps,
): Promise<Answer> {
  try {
    const result = await execute({
      schema: deps.schema,
      document,
      rootValue: event,
      contextValue: deps.createContext(operation),
      variableValues: variables ?? {},
      operationName: operationName ?? null,
    });
    return toAnswer(result, operation, deps);
  } finally {
    operation.finish();
  }
}

function toAnswer(
  { data, errors }: ExecutionResult,
  operation: Operation,
  { logger, metrics }: SubscriptionDeps,
): Answer {
  if (errors !== undefined) logUnforeseen(errors, operation, logger);
  const formatted = errors?.map(formatError);
  const answer = finishAnswer({ ...(data === undefined ? {} : { data }), errors: formatted }, operation);
  metrics.operation('subscription', outcomeOf(answer), operation.elapsedSeconds());
  return answer;
}

function failed(errors: readonly unknown[], operation: Operation, { logger }: SubscriptionDeps): Answer {
  logUnforeseen(errors, operation, logger);
  return finishAnswer({ errors: errors.map(formatError) }, operation);
}

function refusal(faults: readonly GraphQLError[], operation: Operation, code: 'GRAPHQL_VALIDATION_FAILED'): Answer {
  const errors = faults.map((fault) => ({ ...fault.toJSON(), extensions: { code } }));
  return finishAnswer({ errors }, operation);
}
