import type { WebSocket } from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import { buildSchema, type FormattedExecutionResult, type GraphQLFormattedError, parse } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { makeHandler } from 'graphql-ws/use/@fastify/websocket';
import type { Authenticator } from '../../auth/createAuthenticator.js';
import type { Principal } from '../../auth/principal.js';
import type { HttpConfig } from '../../config/loadConfig.js';
import { AccessError } from '../../errors/GatewayError.js';
import type { Logger } from '../../observability/logger.js';
import type { GatewayMetrics } from '../../observability/metrics.js';
import type { Clock } from '../../time/clock.js';
import { sleepUntil } from '../../time/sleepUntil.js';
import { type Answer, type AnswerStream, asLibraryStream, toAnswerStream } from '../answerStream.js';
import { pickHeaders } from '../forwardedHeaders.js';
import type { Caller } from '../operation.js';
import type { OperationRequest, OperationRunner } from '../operationRunner.js';
import { type Reader, ReaderPace } from './readerPace.js';

export interface WebSocketDeps {
  readonly runner: OperationRunner;
  readonly authenticator: Authenticator;
  /** Cursor of the newest change, for whoever may subscribe; undefined when nobody may. */
  changeCursor(): string | undefined;
  readonly config: Pick<HttpConfig, 'costAlways' | 'forwardHeaders'>;
  readonly clock: Clock;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
  /** Milliseconds that a client may leave unread what was sent, before its socket is closed. */
  readonly stalledAfterMs: number;
  /** Milliseconds between two protocol pings of the server. */
  readonly keepAliveMs: number;
  /** Milliseconds that a client has to send `ConnectionInit`. */
  readonly initWaitMs: number;
}

export interface WebSocketTransport {
  handle(socket: WebSocket, request: FastifyRequest): void | Promise<void>;
  /** Closes every socket with 1001, which clients answer by connecting again, to another instance. */
  closeAll(): void;
}

type Extra = { caller?: Caller; pace?: ReaderPace };

/** RFC 6455: the server goes away. */
const goingAway = 1001;

/**
 * The client is to come back later; graphql-ws clients do, and resume.
 * @see https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number
 */
const tryAgainLater = 1013;

/** What may be on its way to a client before the next answer waits. */
const maxUnreadBytes = 1024 * 1024;

/**
 * `graphql-transport-ws`. graphql-ws keeps the protocol and its close codes; every operation goes to the runner, so that
 * sockets see the same rules, errors and extensions as HTTP.
 * @see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
export function createWebSocketTransport(deps: WebSocketDeps): WebSocketTransport {
  const open = new Set<WebSocket>();

  const handler = makeHandler<Record<string, unknown>, Extra>(
    {
      connectionInitWaitTimeout: deps.initWaitMs,
      async onConnect({ extra, connectionParams }) {
        const caller = await admitCaller(connectionParams ?? {}, extra.request, deps);
        if (caller === undefined) return false;
        extra.caller = caller;
        extra.pace = new ReaderPace(readerOf(extra.socket, extra.request), deps);
        void closeAtExpiry(caller.principal, extra.socket, deps.clock);
        return acknowledgement(caller, deps.changeCursor());
      },
      onSubscribe: ({ extra }, _id, payload) => ({
        ...unexecuted,
        contextValue: answersFor(payload, extra, deps.runner),
      }),
      execute: ({ contextValue }) => asLibraryStream(contextValue as AnswerStream),
      onNext: (_context, _id, _payload, _args, answer) => answer as FormattedExecutionResult,
      onError: (_context, _id, _payload, errors) => formattedOf(errors),
      isProd: true,
    },
    deps.keepAliveMs,
  );

  return {
    handle(socket, request) {
      open.add(socket);
      deps.metrics.connectionOpened('websocket');
      socket.once('close', () => {
        open.delete(socket);
        deps.metrics.connectionClosed('websocket');
      });
      const handled = handler.call(request.server, socket, request) as void | Promise<void>;
      logFaultsQuietly(socket, deps.logger);
      return handled;
    },
    closeAll() {
      for (const socket of open) socket.close(goingAway, 'The gateway is shutting down.');
    },
  };
}

/** graphql-ws wants something to execute before it leaves the execution to us. */
const unexecuted = { schema: buildSchema('type Query { nothing: Boolean }'), document: parse('{ __typename }') };

/**
 * Faults of a peer (broken frames, oversized messages) close the socket by themselves. graphql-ws prints each with its
 * stack on the console, which would let any caller fill the log.
 */
function logFaultsQuietly(socket: WebSocket, logger: Logger): void {
  socket.removeAllListeners('error');
  socket.on('error', (err) => logger.debug({ err }, 'socket failed'));
}

/** Browsers cannot set headers on a socket, so the token comes in the payload of `ConnectionInit`; a header works too. */
async function admitCaller(
  params: Record<string, unknown>,
  request: FastifyRequest,
  deps: WebSocketDeps,
): Promise<Caller | undefined> {
  const { costAlways, forwardHeaders } = deps.config;
  const authorization = params.authorization ?? params.Authorization ?? request.headers.authorization;
  try {
    const principal = await deps.authenticator.authenticate(
      typeof authorization === 'string' ? authorization : undefined,
    );
    return {
      principal,
      withCost: costAlways || String(params['x-gateway-cost'] ?? request.headers['x-gateway-cost']) === '1',
      // The token that was verified is the one that travels on, wherever it stood.
      forwardedHeaders: pickHeaders(forwardHeaders, { authorization }, params.headers, request.headers),
    };
  } catch (error) {
    if (error instanceof AccessError) return undefined;
    throw error;
  }
}

/** 4403 is not fatal for graphql-ws clients: they come back with a new token and resume. */
async function closeAtExpiry({ expiresAt }: Principal, socket: WebSocket, clock: Clock): Promise<void> {
  if (expiresAt === undefined || socket.readyState !== socket.OPEN) return;
  const ended = new AbortController();
  socket.once('close', () => ended.abort());
  try {
    await sleepUntil(expiresAt, ended.signal, clock);
    socket.close(CloseCode.Forbidden, 'The access token expired.');
  } catch {
    // The socket closed before its token expired.
  }
}

/** Errors found before execution are an `error` message in this protocol, not a result; so they are thrown. */
class RequestRefused extends Error {
  constructor(readonly formatted: readonly GraphQLFormattedError[]) {
    super('The request was refused.');
  }
}

/** A subscription that names no place begins no earlier than this cursor, so that a client can resume from the start. */
function acknowledgement({ principal }: Caller, changeCursor: string | undefined): true | Record<string, unknown> {
  return changeCursor !== undefined && principal.permissions.has('Security.Read') ? { changeCursor } : true;
}

function readerOf(socket: WebSocket, { raw }: FastifyRequest): Reader {
  return {
    isBehind: () => socket.readyState !== socket.CLOSED && socket.bufferedAmount > maxUnreadBytes,
    stream: raw.socket,
    giveUp: () => socket.close(tryAgainLater, 'Nothing was read for too long.'),
  };
}

function answersFor(payload: OperationRequest, { caller, pace }: Extra, runner: OperationRunner): AnswerStream {
  if (caller === undefined || pace === undefined)
    throw new Error('graphql-ws accepts no operation before the connection is acknowledged.');
  const answers = runner.run(payload, caller, 'POST');
  // graphql-ws asks for the next answer when the last one has left this process.
  let onItsWay: () => void = () => undefined;
  return toAnswerStream({
    async next() {
      onItsWay();
      await pace.ready();
      const { value } = await answers.next();
      if (value !== undefined && isRefusal(value)) throw new RequestRefused(value.errors ?? []);
      if (value !== undefined) onItsWay = pace.handed();
      return value;
    },
    stop: () => {
      onItsWay();
      void answers.return(undefined);
    },
  });
}

function isRefusal(answer: Answer): boolean {
  return answer.data === undefined && answer.errors !== undefined;
}

function formattedOf(errors: readonly { readonly originalError?: unknown }[]): readonly GraphQLFormattedError[] {
  const refused = errors[0]?.originalError;
  if (refused instanceof RequestRefused) return refused.formatted;
  return [{ message: 'The gateway failed to answer.', extensions: { code: 'INTERNAL' } }];
}
