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
import { eventKeyOf, noteCursor } from './eventCursor.js';
import { finishAnswer, logUnforeseen } from './finishAnswer.js';
import type { Caller, Operation } from './operation.js';
import { outcomeOf } from './outcome.js';
import { admit, timeFor } from './pipeline.js';
import type { Execution, Member, SharedEvents } from './sharedEvents.js';
import { AnnouncedStart } from './streamStart.js';
import { buildSubscriptionKey } from './subscriptionKey.js';

export interface SubscriptionDeps {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  readonly sharedEvents: SharedEvents;
  /** Starts the operation of the whole stream, which has no deadline. */
  startStream(caller: Caller): Operation;
  /** Starts the operation of one event, which is answered from what the gateway holds. */
  startEvent(caller: Caller, timeoutMs: number): Operation;
  createContext(operation: Operation): GatewayContext;
}

/** What a transport knows of the place at which a subscription begins. */
export interface StreamPlace {
  /** Cursor of the last event that the client had; goes before the argument `after`. */
  readonly lastEvent?: string | undefined;
  /** Told once, before the first event: the cursor with which the client could come back now. */
  onStart?(cursor: string): void;
}

export interface SubscriptionRequest {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
  readonly caller: Caller;
  readonly place?: StreamPlace | undefined;
}

/**
 * Runs a subscription: the event source is made once, and belongs to the subscriber, with a place in the journal, an
 * access and an end of its own. Each event is executed once for all subscribers who ask the same with the same rights,
 * with a context of its own, because the loaders of an old one would answer with old data. A stream that cannot begin
 * holds one answer with the errors; one that breaks ends with such an answer.
 */
export function runSubscription(request: SubscriptionRequest, deps: SubscriptionDeps): AnswerStream {
  const whole = deps.startStream(request.caller);
  let opening: Promise<Opened> | undefined;
  let opened: Opened | undefined;
  let ended = false;
  let stopped = false;

  const open = async (): Promise<Opened> => {
    opened = await openEvents(request, whole, deps);
    if (stopped) release(opened);
    return opened;
  };

  const pull = async (): Promise<Answer | undefined> => {
    opening ??= open();
    const events = await opening;
    if ('answer' in events) {
      ended = true;
      return events.answer;
    }
    const { source, member, timeoutMs } = events;
    const event = await source.next();
    if (event.done === true) return undefined;
    return member.answer(eventKeyOf(event.value), () => executeEvent(event.value, request, timeoutMs, deps));
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
      stopped = true;
      whole.cancel();
      if (opened !== undefined) release(opened);
    },
  });
}

type Opened =
  | { readonly answer: Answer }
  | {
      readonly source: AsyncIterator<unknown>;
      readonly member: Member;
      /** For the answer to one event. */
      readonly timeoutMs: number;
    };

function release(opened: Opened): void {
  if ('answer' in opened) return;
  opened.member.leave();
  opened.source.return?.().catch(() => undefined);
}

async function openEvents(request: SubscriptionRequest, whole: Operation, deps: SubscriptionDeps): Promise<Opened> {
  const { schema, timeoutMs } = deps;
  const { document, operationName, variables, caller, place } = request;
  const faults = validate(schema, document, undefined, { hideSuggestions: !deps.introspection });
  if (faults.length > 0) return { answer: refusal(faults, whole, 'GRAPHQL_VALIDATION_FAILED') };
  const definition = getOperationAST(document, operationName);
  if (definition === null || definition === undefined)
    throw new Error('The caller of runSubscription checks that the operation exists.');
  try {
    admit({ schema, document, definition, operation: whole, timeoutMs });
  } catch (error) {
    return { answer: failed([error], whole, deps) };
  }
  const context = deps.createContext(whole);
  const start = new AnnouncedStart(place?.lastEvent, () => context.changes.cursor());
  const source = await createSourceEventStream({
    schema,
    document,
    contextValue: { ...context, start },
    variableValues: variables ?? {},
    operationName: operationName ?? null,
  });
  if (!(Symbol.asyncIterator in source)) return { answer: failed(source.errors ?? [], whole, deps) };
  if (start.cursor !== undefined) place?.onStart?.(start.cursor);
  const { accessScope } = whole.scope;
  const key = { document, definition, variables: variables ?? {}, accessScope, withCost: caller.withCost };
  return {
    source: source[Symbol.asyncIterator](),
    member: deps.sharedEvents.join(buildSubscriptionKey(key)),
    timeoutMs: timeFor(schema, document, definition, timeoutMs),
  };
}

function executeEvent(
  event: unknown,
  request: SubscriptionRequest,
  timeoutMs: number,
  deps: SubscriptionDeps,
): Execution {
  const operation = deps.startEvent(request.caller, timeoutMs);
  return { answer: answerEvent(event, request, operation, deps), cancel: () => operation.cancel() };
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
    return noteCursor(toAnswer(result, operation, deps), event);
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
