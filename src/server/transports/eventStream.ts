import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHandler } from 'graphql-sse';
import type { GatewayMetrics } from '../../observability/metrics.js';
import type { Clock } from '../../time/clock.js';
import { sleepUntil } from '../../time/sleepUntil.js';
import { type AnswerStream, asLibraryStream, toAnswerStream } from '../answerStream.js';
import { sendError } from '../httpErrors.js';
import type { Caller } from '../operation.js';
import type { OperationRunner } from '../operationRunner.js';

export interface EventStreamDeps {
  readonly runner: OperationRunner;
  readonly clock: Clock;
  readonly metrics: GatewayMetrics;
  callerOf(request: FastifyRequest): Caller;
}

export interface EventStreamTransport {
  handle(request: FastifyRequest, reply: FastifyReply): Promise<unknown>;
  /** Ends every stream without `complete`, so that clients connect again. */
  closeAll(): void;
}

/**
 * GraphQL over server-sent events, one connection per operation. graphql-sse reads the request and words the events
 * (with a heartbeat every 12 s); this writes them, no faster than the client reads.
 * @see https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md#distinct-connections-mode
 */
export function createEventStreamTransport(deps: EventStreamDeps): EventStreamTransport {
  const open = new Set<ServerResponse>();

  const handler = createHandler<FastifyRequest, FastifyReply>({
    authenticate: () => null,
    onSubscribe: ({ raw, context }, params) =>
      asLibraryStream(
        atReadersPace(deps.runner.run(params, deps.callerOf(raw), raw.method === 'GET' ? 'GET' : 'POST'), context.raw),
      ),
  });

  return {
    async handle(request, reply) {
      const [body, { status, headers = {} }] = await handler(toHandlerRequest(request, reply));
      if (body === null || typeof body === 'string') return sendError(reply, status, 'BAD_REQUEST', messageOf(body));
      const { principal } = deps.callerOf(request);
      reply.hijack();
      open.add(reply.raw);
      deps.metrics.connectionOpened('sse');
      try {
        await writeEvents(reply, headers, body, principal.expiresAt, deps.clock);
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

function toHandlerRequest(request: FastifyRequest, reply: FastifyReply) {
  return {
    method: request.method,
    url: request.url,
    headers: {
      get: (name: string) => (name === 'accept' ? 'text/event-stream' : (request.headers[name]?.toString() ?? null)),
    },
    body: (request.body ?? null) as Record<string, unknown> | null,
    raw: request,
    context: reply,
  };
}

async function writeEvents(
  reply: FastifyReply,
  headers: Readonly<Record<string, string>>,
  events: AsyncGenerator<string, void, undefined>,
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
  for await (const event of events) {
    if (response.writableEnded || response.destroyed) break;
    response.write(event);
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
function atReadersPace(answers: AnswerStream, response: ServerResponse): AnswerStream {
  return toAnswerStream({
    async next() {
      if (response.writableNeedDrain) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      return (await answers.next()).value;
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
