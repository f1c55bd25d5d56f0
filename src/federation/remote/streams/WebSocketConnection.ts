import { type Client, createClient, MessageType, stringifyMessage } from 'graphql-ws';
import { WebSocket } from 'undici';
import type { OperationContext } from '../../../execution/contract.js';
import type { Clock } from '../../../time/clock.js';
import type { SubgraphError } from '../../SubgraphError.js';
import * as failures from '../failures.js';
import type { Origin } from '../readResult.js';
import { commonHeaders, travellingHeaders } from '../requestHeaders.js';
import type { WireOperation } from '../wireOperation.js';
import type { StreamOptions, StreamSink } from './contract.js';
import { Heartbeat } from './Heartbeat.js';
import { StreamSockets } from './StreamSockets.js';

/** One socket and the subscriptions on it. Over as soon as there are none, or it breaks. */
export class WebSocketConnection {
  readonly #origin: Origin;
  readonly #sockets: StreamSockets;
  readonly #client: Client;
  readonly #sinks = new Map<StreamSink, () => void>();
  readonly #onOver: () => void;
  #heartbeat: Heartbeat | undefined;
  #isOpen = false;
  #isOver = false;

  /** @param onOver Called once, when no subscription may be added any more. */
  constructor(
    { origin, url, headers, timeoutMs, clock }: StreamOptions,
    context: OperationContext,
    onOver: () => void,
  ) {
    this.#origin = origin;
    this.#onOver = onOver;
    this.#sockets = new StreamSockets(clock, timeoutMs);
    const forwarded = travellingHeaders(context);
    this.#client = createClient({
      url,
      webSocketImpl: webSocketWith(commonHeaders(context, headers), this.#sockets),
      // There is no one rule for what servers look for here: names by themselves, or below `headers`.
      connectionParams: { ...forwarded, headers: forwarded },
      retryAttempts: 0,
      on: {
        // graphql-ws hands out the socket that it made of our class.
        connected: (socket) => this.#connected(socket as WebSocket, clock),
        closed: (event) => this.#broken(closeFailure(event, origin)),
        error: (reported) => this.#broken(this.#connectionFailure(reported)),
        pong: (isReceived) => {
          if (isReceived) this.#heartbeat?.pong();
        },
      },
    });
  }

  subscribe(operation: WireOperation, sink: StreamSink): () => void {
    if (this.#isOpen) sink.begun();
    const dispose = this.#client.subscribe(operation, {
      next: (payload) => sink.event(payload),
      error: (reported) => this.#refused(reported, sink),
      complete: () => sink.ended(),
    });
    this.#sinks.set(sink, dispose);
    return () => this.#leave(sink);
  }

  /** Resolves when the socket is closed. */
  async close(): Promise<void> {
    this.#heartbeat?.stop();
    // Behind the last subscription the client closes a socket that stands, but not one that is yet to open.
    if (!this.#isOpen) this.#client.terminate();
    await this.#sockets.close();
  }

  /** graphql-ws throws errors at messages that it cannot read; what befalls the socket is an event. */
  #connectionFailure(reported: unknown): SubgraphError {
    const { name } = this.#origin;
    if (reported instanceof Error) return failures.badResponse(name, 'it broke the protocol');
    return this.#isOpen ? failures.lost(name) : failures.unreachable(name);
  }

  #connected(socket: WebSocket, clock: Clock): void {
    this.#isOpen = true;
    this.#heartbeat = new Heartbeat({
      clock,
      ping: () => socket.send(stringifyMessage({ type: MessageType.Ping })),
      onDead: () => this.#client.terminate(),
    });
    for (const sink of this.#sinks.keys()) sink.begun();
  }

  #leave(sink: StreamSink): void {
    const dispose = this.#sinks.get(sink);
    this.#sinks.delete(sink);
    dispose?.();
    if (this.#sinks.size === 0) this.#finish();
  }

  /** Everyone leaves at once, so that the client has no reason to connect again, as it would after a close in order. */
  #broken(error: SubgraphError): void {
    const sinks = [...this.#sinks];
    this.#sinks.clear();
    for (const [, dispose] of sinks) dispose();
    for (const [sink] of sinks) sink.failed(error);
    this.#finish();
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onOver();
  }

  /** The subgraph's errors about the document are an answer; everything else the socket itself has told already. */
  #refused(reported: unknown, sink: StreamSink): void {
    if (!Array.isArray(reported)) return sink.failed(failures.badResponse(this.#origin.name, 'it broke the protocol'));
    sink.event({ errors: reported });
    return sink.ended();
  }
}

/** The class that graphql-ws makes its socket of: undici's, with headers that browsers could not set. */
function webSocketWith(headers: Readonly<Record<string, string>>, { dispatcher }: StreamSockets) {
  return class extends WebSocket {
    constructor(url: string | URL, protocols: string[]) {
      super(url, { protocols, headers: { ...headers }, dispatcher });
    }
  };
}

/** What the close code says. @see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md */
function closeFailure(event: unknown, { name }: Origin): SubgraphError {
  const closeCode = typeof event === 'object' && event !== null && 'code' in event ? event.code : undefined;
  if (closeCode === 4401 || closeCode === 4403) return failures.forbidden(name, { closeCode });
  const isProtocol = typeof closeCode === 'number' && protocolFaults.has(closeCode);
  return isProtocol
    ? failures.badResponse(name, 'it broke the protocol', { closeCode })
    : failures.lost(name, { closeCode });
}

const protocolFaults: ReadonlySet<number> = new Set([1002, 1003, 1007, 1009, 4004, 4400, 4406]);
