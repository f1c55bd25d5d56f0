import { type DocumentNode, type ExecutionResult, type GraphQLError, getOperationAST, validate } from 'graphql';
import { formatError } from '../errors/formatError.js';
import type { ExecutionRequest, OperationContext, PreparedOperation } from '../execution/contract.js';
import type { Logger } from '../observability/logger.js';
import type { GatewayMetrics } from '../observability/metrics.js';
import type { StreamStart } from '../resolvers/context.js';
import { type Answer, type AnswerStream, toAnswerStream } from './answerStream.js';
import { eventKeyOf, isEntry, noteCursor } from './eventCursor.js';
import { finishAnswer, logUnforeseen } from './finishAnswer.js';
import type { Caller, Operation } from './operation.js';
import { outcomeOf } from './outcome.js';
import { admit, timeFor } from './pipeline.js';
import type { ServedSchemas } from './servedSchemas.js';
import type { Execution, Member, SharedEvents } from './sharedEvents.js';
import { AnnouncedStart } from './streamStart.js';
import { buildSubscriptionKey, type Subscribed } from './subscriptionKey.js';

export interface SubscriptionDeps {
  readonly schemas: ServedSchemas;
  readonly introspection: boolean;
  readonly timeoutMs: number;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  readonly sharedEvents: SharedEvents;
  /** Starts the operation of the whole stream, which has no deadline. */
  startStream(caller: Caller): Operation;
  /**
   * Starts the operation of one event.
   * @param isOurs One change of ours goes to everybody, so it is answered from what the gateway holds. What our schema
   * adds to an event of a subgraph is asked for where the budgets are idle.
   */
  startEvent(caller: Caller, timeoutMs: number, isOurs: boolean): Operation;
  createContext(operation: Operation): OperationContext;
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
 * holds one answer with the errors; one that breaks ends with such an answer. It keeps the schema with which it began.
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
    const event = await events.source.next();
    if (event.done === true) return undefined;
    return events.member.answer(eventKeyOf(event.value), () =>
      executeEvent(event.value, events.prepared, request, deps),
    );
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
      readonly prepared: PreparedOperation;
    };

/** Of our own resolvers; others do not look at `start`. */
interface StartContext extends OperationContext {
  readonly start: StreamStart;
}

function release(opened: Opened): void {
  if ('answer' in opened) return;
  opened.member.leave();
  opened.source.return?.().catch(() => undefined);
}

async function openEvents(request: SubscriptionRequest, whole: Operation, deps: SubscriptionDeps): Promise<Opened> {
  const { document, operationName, place } = request;
  const served = deps.schemas.current();
  const faults = validate(served.schema, document, undefined, { hideSuggestions: !deps.introspection });
  if (faults.length > 0) return { answer: refusal(faults, whole, 'GRAPHQL_VALIDATION_FAILED') };
  const definition = getOperationAST(document, operationName);
  if (definition === null || definition === undefined)
    throw new Error('The caller of runSubscription checks that the operation exists.');
  const prepared = await deps.schemas.prepare(served.schema, document, definition);
  try {
    admit({ prepared, kind: definition.operation, operation: whole, timeoutMs: deps.timeoutMs });
  } catch (error) {
    return { answer: failed([error], whole, deps) };
  }
  const start = new AnnouncedStart(place?.lastEvent);
  const context: StartContext = { ...deps.createContext(whole), start };
  const source = await prepared.subscribe(toExecution(request, context));
  if (!(Symbol.asyncIterator in source)) return { answer: failed(source.errors ?? [], whole, deps) };
  if (start.cursor !== undefined) place?.onStart?.(start.cursor);
  const schemaVersion = deps.schemas.versionOf(served);
  const key = keyOf({ document, definition, schemaVersion, prepared, request, operation: whole });
  return { source: source[Symbol.asyncIterator](), member: deps.sharedEvents.join(key), prepared };
}

interface Subscriber extends Pick<Subscribed, 'document' | 'definition' | 'schemaVersion'> {
  readonly prepared: PreparedOperation;
  readonly request: SubscriptionRequest;
  readonly operation: Operation;
}

/** Subgraphs may answer everybody differently, so with them only subscriptions of one caller are the same. */
function keyOf({ prepared, request, operation, ...subscribed }: Subscriber): string {
  const { variables, caller } = request;
  const { accessScope, callerKey } = operation.scope;
  return buildSubscriptionKey({
    ...subscribed,
    variables: variables ?? {},
    accessScope,
    withCost: caller.withCost,
    ...(prepared.asksSubgraphs ? { audience: [callerKey, caller.forwardedHeaders] } : {}),
  });
}

function toExecution({ variables }: SubscriptionRequest, context: OperationContext): ExecutionRequest {
  return { variables: variables ?? {}, context };
}

function executeEvent(
  event: unknown,
  prepared: PreparedOperation,
  request: SubscriptionRequest,
  deps: SubscriptionDeps,
): Execution {
  const operation = deps.startEvent(request.caller, timeFor(prepared, deps.timeoutMs), isEntry(event));
  const answer = async () => {
    try {
      const result = await prepared.executeEvent(event, toExecution(request, deps.createContext(operation)));
      return noteCursor(toAnswer(result, operation, deps), event);
    } finally {
      operation.finish();
    }
  };
  return { answer: answer(), cancel: () => operation.cancel() };
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
