import { buildApolloServer, type ServerContext } from './buildApolloServer.js';
import type { ServerOptions } from './createServer.js';
import { type Caller, Operation, type OperationOptions } from './operation.js';
import { createOperationRunner } from './operationRunner.js';
import { callerOf } from './registerCallers.js';
import { requestIdOf } from './requestId.js';
import { ServedSchemas } from './servedSchemas.js';
import { SharedEvents } from './sharedEvents.js';
import { TracedApollo } from './tracedApollo.js';
import { createEventStreamTransport } from './transports/eventStream.js';
import { createHttpHandler } from './transports/http.js';
import { createWebSocketTransport } from './transports/webSocket.js';

/** Everything that answers operations, without any route. */
export async function createCore(options: ServerOptions) {
  const { config, logger, metrics, clock, buildTraced } = options;
  const schemas = new ServedSchemas(options.schemas);
  const timeoutMs = config.requestTimeoutMs;
  const starting = startersOf(options);
  const apolloOptions = { introspection: config.introspection, timeoutMs, logger, metrics };
  const apollo = buildApolloServer({ ...apolloOptions, schemas });
  await apollo.start();
  const traced = buildTraced === undefined ? undefined : new TracedApollo(buildTraced, apolloOptions);
  const runner = createOperationRunner({
    ...starting,
    ...apolloOptions,
    apollo,
    schemas,
    sharedEvents: new SharedEvents({ onAnswer: (outcome) => metrics.subscriptionEvent(outcome) }),
  });
  const transport = {
    runner,
    clock,
    metrics,
    stalledAfterMs: options.stalledAfterMs ?? 60_000,
    callerOf: callerOf(config),
  };
  const http = createHttpHandler({ ...starting, ...transport, apollo, traced, timeoutMs });
  const eventStreams = createEventStreamTransport(transport);
  const webSockets = createWebSocketTransport({
    ...transport,
    config,
    authenticator: options.authenticator,
    changeCursor: () => options.changeCursor(),
    logger,
    keepAliveMs: options.keepAliveMs ?? 12_000,
    initWaitMs: options.initWaitMs ?? 5_000,
  });
  const endStreams = () => {
    eventStreams.closeAll();
    webSockets.closeAll();
  };
  const stop = async () => {
    await apollo.stop();
    await traced?.stop();
  };
  return { schemas, http, eventStreams, webSockets, endStreams, stop };
}

/** How operations begin, for whichever transport. */
function startersOf(options: ServerOptions) {
  const start = (caller: Caller, rest: Partial<OperationOptions>) =>
    new Operation({
      caller,
      accessScope: options.accessScopeOf(caller.principal),
      requestId: requestIdOf({}),
      clock: options.clock,
      ...rest,
    });
  const createContext = ({ caller: { principal, forwardedHeaders }, scope }: Operation) =>
    options.createContext({ principal, scope, forwardedHeaders });
  return {
    startOperation: (caller: Caller, timeoutMs: number, requestId: string = requestIdOf({})) =>
      start(caller, { timeoutMs, requestId }),
    startStream: (caller: Caller) => start(caller, {}),
    startEvent: (caller: Caller, timeoutMs: number, isOurs: boolean) =>
      start(caller, { timeoutMs, ...(isOurs ? { reading: 'memory' } : { purpose: 'background' }) }),
    createContext,
    createServerContext: (operation: Operation): ServerContext => ({ ...createContext(operation), operation }),
  };
}
