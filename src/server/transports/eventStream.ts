import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHandler } from 'graphql-sse';
import type { GatewayMetrics } from '../../observability/metrics.js';
import type { Clock } from '../../time/clock.js';
import { sleepUntil } from '../../time/sleepUntil.js';
import { type AnswerStream, asLibraryStream, toAnswerStream } from '../answerStream.js';
import { cursorOf } from '../eventCursor.js';
import { sendError } from '../httpErrors.js';
import type { Caller } from '../operation.js';
import type { OperationRunner } from '../operationRunner.js';
import { EventIds } from './eventIds.js';
import { ReaderPace } from './readerPace.js';

export interface EventStreamDeps {
  readonly runner: OperationRunner;
  readonly clock: Clock;
  readonly metrics: GatewayMetrics;
  /** Milliseconds that a client may leave unread what was sent, before its stream is ended. */
  readonly stalledAfterMs: number;
  callerOf(request: FastifyRequest): Caller;
}

export interface EventStreamTransport {
  handle(request: FastifyRequest, reply: FastifyReply): Promise<unknown>;
  /** Ends every stream without `complete`, so that clients connect again. */
  closeAll(): void;
}

/** What graphql-sse hands through to where operations start. */
interface Exchange {
  readonly response: ServerResponse;
  readonly ids: EventIds;
}

/**
 * GraphQL over server-sent events, one connection per operation. graphql-sse reads the request and words the events
 * (with a heartbeat every 12 s); this adds the cursors as event ids and writes them, no faster than the client reads.
 * @see https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md#distinct-connections-mode
 */
export function createEventStreamTransport(deps: EventStreamDeps): EventStreamTransport {
  const open = new Set<ServerResponse>();

  const handler = createHandler<FastifyRequest, Exchange>({
    authenticate: () => null,
    onSubscribe: ({ raw, context: { response, ids } }, params) => {
      const method = raw.method === 'GET' ? 'GET' : 'POST';
      const place = { lastEvent: lastEventOf(raw), onStart: (cursor: string) => ids.start(cursor) };
      const answers = deps.runner.run(params, deps.callerOf(raw), method, place);
      return asLibraryStream(atReadersPace(answers, response, ids, deps));
    },
  });

  return {
    async handle(request, reply) {
      const ids = new EventIds();
      const exchange = { response: reply.raw, ids };
      const [body, { status, headers = {} }] = await handler(toHandlerRequest(request, exchange));
      if (body === null || typeof body === 'string') return sendError(reply, status, 'BAD_REQUEST', messageOf(body));
      const { principal } = deps.callerOf(request);
      reply.hijack();
      open.add(reply.raw);
      deps.metrics.connectionOpened('sse');
      try {
        await writeEvents(reply, headers, body, ids, principal.expiresAt, deps.clock);
      } finally {
        open.delete(reply.raw);
        deps.metrics.connectionClosed('sse');
      }
      return undefined;
    },
    closeAll() {
      for (const response of open) response.end();
    },
  };
}

function toHandlerRequest(request: FastifyRequest, context: Exchange) {
  return {
    method: request.method,
    url: request.url,
    headers: {
      get: (name: string) => (name === 'accept' ? 'text/event-stream' : (request.headers[name]?.toString() ?? null)),
    },
    body: (request.body ?? null) as Record<string, unknown> | null,
    raw: request,
    context,
  };
}

/**
 * What an EventSource had before its connection broke.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header
 */
function lastEventOf({ headers }: FastifyRequest): string | undefined {
  return headers['last-event-id']?.toString() || undefined;
}

async function writeEvents(
  reply: FastifyReply,
  headers: Readonly<Record<string, string>>,
  events: AsyncGenerator<string, void, undefined>,
  ids: EventIds,
  expiresAt: number | undefined,
  clock: Clock,
): Promise<void> {
  const response = reply.raw;
  const closed = new AbortController();
  response.once('close', () => {
    closed.abort();
    void events.return();
  });
  if (expiresAt !== undefined) void endAtExpiry(response, expiresAt, closed.signal, clock);
  response.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...headers, 'x-accel-buffering': 'no' });
  const write = (text: string) => !response.writableEnded && !response.destroyed && response.write(text);
  ids.whenStarted(write);
  for await (const event of events) {
    if (response.writableEnded || response.destroyed) break;
    write(ids.complete(event));
  }
  response.end();
}

async function endAtExpiry(
  response: ServerResponse,
  expiresAt: number,
  closed: AbortSignal,
  clock: Clock,
): Promise<void> {
  try {
    await sleepUntil(expiresAt, closed, clock);
    response.end();
  } catch {
    // The stream ended before its token expired.
  }
}

/** graphql-sse takes answers as fast as they come; the next one is made only when the client has read the last. */
function atReadersPace(
  answers: AnswerStream,
  response: ServerResponse,
  ids: EventIds,
  deps: EventStreamDeps,
): AnswerStream {
  const reader = {
    isBehind: () => !response.destroyed && response.writableNeedDrain,
    stream: response,
    giveUp: () => void response.destroy(),
  };
  const pace = new ReaderPace(reader, deps);
  return toAnswerStream({
    async next() {
      await pace.ready();
      const { value } = await answers.next();
      if (value !== undefined) ids.expect(cursorOf(value));
      return value;
    },
    stop: () => void answers.return(undefined),
  });
}

function messageOf(body: string | null): string {
  try {
    const { errors } = JSON.parse(body ?? '') as { errors?: readonly { message?: unknown }[] };
    return String(errors?.[0]?.message ?? 'The request is malformed.');
  } catch {
    return 'The request is malformed.';
  }
}
