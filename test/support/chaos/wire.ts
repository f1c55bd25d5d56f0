import { type IncomingMessage, request } from 'node:http';
import WebSocket from 'ws';
import type { GatewayProcess } from './GatewayProcess.js';

/** One subscription on a connection of its own. */
export interface Wire {
  /** Breaks the connection without a word. */
  cut(): void;
  /** Reads nothing any more, and keeps the connection. */
  pause(): void;
  resume(): void;
}

export interface WireListener {
  /** The subscription begins behind this cursor. */
  started(cursor: string): void;
  /** @param id Of the server-sent event, when there is one. */
  answered(answer: Answer, id: string | undefined): void;
  /** Once, however it came about. */
  ended(why: string): void;
}

export interface Answer {
  readonly data?: { readonly alertUpdated: unknown } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

export interface WireOptions {
  readonly gateway: GatewayProcess;
  readonly authorization: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Cursor of the last event that was handled; undefined at the very first time. */
  readonly after: string | undefined;
}

export type Transport = 'WebSocket' | 'SSE';

export function openWire(transport: Transport, options: WireOptions, listener: WireListener): Wire {
  return transport === 'WebSocket' ? openSocket(options, listener) : openStream(options, listener);
}

/** A subscription that names no place takes the cursor of the acknowledgement, so that it can come back to its start. */
function openSocket({ gateway, authorization, query, variables, after }: WireOptions, listener: WireListener): Wire {
  const socket = new WebSocket(gateway.wsUrl, 'graphql-transport-ws');
  const end = onlyOnce(listener.ended);
  const send = (message: object) => socket.send(JSON.stringify(message));
  const subscribe = (cursor: string) => {
    listener.started(cursor);
    send({ id: '1', type: 'subscribe', payload: { query, variables: { ...variables, after: cursor } } });
  };
  socket.on('open', () => send({ type: 'connection_init', payload: { authorization } }));
  socket.on('message', (data) => {
    const { type, payload } = JSON.parse(String(data)) as { readonly type: string; readonly payload?: any };
    if (type === 'connection_ack') subscribe(after ?? payload?.changeCursor);
    else if (type === 'next') listener.answered(payload, undefined);
    else if (type === 'error') listener.answered({ errors: payload }, undefined);
    else if (type === 'ping') send({ type: 'pong' });
    if (type === 'error' || type === 'complete') socket.close();
  });
  socket.on('error', (error) => end(error.message));
  socket.on('close', (code) => end(`closed with ${code}`));
  return {
    cut: () => {
      socket.removeAllListeners('message');
      socket.terminate();
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}

/** As an EventSource comes back: with the id of the last event. */
function openStream({ gateway, authorization, query, variables, after }: WireOptions, listener: WireListener): Wire {
  const end = onlyOnce(listener.ended);
  let response: IncomingMessage | undefined;
  let isCut = false;
  const headers = {
    authorization,
    accept: 'text/event-stream',
    'content-type': 'application/json',
    ...(after === undefined ? {} : { 'last-event-id': after }),
  };
  const sent = request(`${gateway.url}/stream`, { method: 'POST', headers, agent: false }, (incoming) => {
    response = incoming;
    incoming.on('error', (error) => end(error.message));
    incoming.on('close', () => end('the stream ended'));
    if (incoming.statusCode !== 200) return void incoming.on('data', () => undefined);
    const words = new EventWords((event) => {
      if (isCut) return;
      if (event.name === undefined && event.id !== undefined) listener.started(event.id);
      if (event.name === 'next') listener.answered(JSON.parse(event.data), event.id);
    });
    incoming.setEncoding('utf8').on('data', (text: string) => words.add(text));
  });
  sent.on('error', (error) => end(error.message));
  sent.end(JSON.stringify({ query, variables }));
  return {
    cut: () => {
      isCut = true;
      sent.destroy();
    },
    pause: () => response?.pause(),
    resume: () => response?.resume(),
  };
}

interface EventText {
  readonly name: string | undefined;
  readonly id: string | undefined;
  readonly data: string;
}

/** Puts an event stream together. */
class EventWords {
  #fields: Record<string, string> = {};
  #rest = '';

  constructor(private readonly give: (event: EventText) => void) {}

  add(text: string): void {
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#addLine(line);
  }

  #addLine(line: string): void {
    if (line === '') {
      const { event, id, data = '' } = this.#fields;
      this.#fields = {};
      if (event !== undefined || id !== undefined) this.give({ name: event, id, data });
      return;
    }
    const at = line.indexOf(':');
    if (at > 0) this.#fields[line.slice(0, at)] = line.slice(at + 1).trimStart();
  }
}

function onlyOnce(call: (why: string) => void): (why: string) => void {
  let isCalled = false;
  return (why) => {
    if (!isCalled) call(why);
    isCalled = true;
  };
}
