import { createClient } from 'graphql-sse';
import { fetch, type RequestInit, type Response } from 'undici';
import type { HttpOutcome } from '../../../upstream/http/transport.js';
import { SubgraphError } from '../../SubgraphError.js';
import { remoteDefaults } from '../config.js';
import * as failures from '../failures.js';
import { judge } from '../judge.js';
import type { Origin } from '../readResult.js';
import { commonHeaders } from '../requestHeaders.js';
import { boundEvents, readBounded } from './boundEvents.js';
import type { StreamOptions, StreamSink, StreamTransport } from './contract.js';
import { StreamSockets } from './StreamSockets.js';

/**
 * Subscriptions over server-sent events, one connection each.
 * @see https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md#distinct-connections-mode
 */
export function createEventStreams(options: StreamOptions): StreamTransport {
  const { origin, url, headers, timeoutMs, clock } = options;
  const closing = new Set<Promise<void>>();
  return {
    open(operation, context, sink) {
      const sockets = new StreamSockets(clock, timeoutMs);
      const client = createClient({
        url,
        // A stream that is packed comes in lumps.
        headers: { ...commonHeaders(context, headers), 'accept-encoding': 'identity' },
        retryAttempts: 0,
        fetchFn: (input: string, init: RequestInit) => fetchEvents(input, init, { sockets, sink, ...options }),
        on: { connected: () => sink.begun() },
      });
      const dispose = client.subscribe(operation, {
        next: (payload) => sink.event(payload),
        error: (thrown) => sink.failed(toFailure(thrown, origin)),
        complete: () => sink.ended(),
      });
      return once(() => {
        dispose();
        const closed = sockets.close().finally(() => closing.delete(closed));
        closing.add(closed);
      });
    },
    stop: async () => void (await Promise.all(closing)),
  };
}

interface Stream extends StreamOptions {
  readonly sockets: StreamSockets;
  readonly sink: StreamSink;
}

/** What graphql-sse needs of a response. */
type EventResponse = Pick<Response, 'ok' | 'status' | 'statusText'> & { readonly body: AsyncIterable<Uint8Array> };

/** Hands event streams on; any other answer is judged like one to a query, and ends the subscription. */
async function fetchEvents(input: string, init: RequestInit, stream: Stream): Promise<EventResponse> {
  const { sockets, sink, origin } = stream;
  const response = await fetch(input, { ...init, redirect: 'manual', dispatcher: sockets.dispatcher }).catch(
    (cause) => {
      sink.failed(failures.unreachable(origin.name));
      throw cause;
    },
  );
  const { ok, status, statusText, body, headers } = response;
  if (ok && body !== null && /^text\/event-stream\b/i.test(headers.get('content-type') ?? '')) {
    const onTooLong = () => sink.failed(failures.badResponse(origin.name, 'an event is too large'));
    return { ok, status, statusText, body: boundEvents(body, remoteDefaults.maxBodyBytes, onTooLong) };
  }
  answerAtOnce(await wholeAnswer(response), stream);
  throw new Error('The answer is no stream of events.');
}

async function wholeAnswer({ status, headers, body }: Response): Promise<HttpOutcome> {
  const text = body === null ? '' : await readBounded(body, remoteDefaults.maxBodyBytes);
  if (text === undefined) return { kind: 'failure', reason: 'too-large' };
  return { kind: 'answer', status, headers: Object.fromEntries(headers), text };
}

/** Servers refuse a subscription, or answer it whole, in the way of a query. */
function answerAtOnce(outcome: HttpOutcome, { origin, sink, clock }: Stream): void {
  const verdict = judge(outcome, origin, clock.now());
  if (!verdict.ok) return sink.failed(verdict.error);
  sink.begun();
  sink.event(JSON.parse(verdict.text));
  return sink.ended();
}

/** graphql-sse wraps what goes wrong with the connection, and throws plain errors at what it cannot read. */
function toFailure(thrown: unknown, { name }: Origin): SubgraphError {
  const isConnection = thrown instanceof Error && thrown.name === 'NetworkError';
  return isConnection ? failures.lost(name) : failures.badResponse(name, 'an event cannot be read');
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}
