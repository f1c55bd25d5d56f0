import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { execute, type GraphQLSchema, parse, validate } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { type SubgraphScript, schemaOf } from './subgraphScript.js';
import { summarise } from './summarise.js';

/** How the wire or the service misbehaves for a request. What is absent stays as it would have been. */
export interface WireFault {
  /** The answer waits for this; hold it open to be slow for as long as a test needs. */
  readonly after?: Promise<unknown>;
  /** The answer waits this many milliseconds. */
  readonly delayMs?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent instead of the answer. */
  readonly body?: string;
  /** Ends the connection before a byte of the answer, or after half of its body. */
  readonly hangUp?: 'before' | 'midway';
}

/** A request as it came over the wire. */
export interface WireRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** As {@link summarise} puts it. */
  readonly summary: string;
}

/** A script served over HTTP on a port of its own, subscriptions over event streams and WebSocket on the same URL. */
export interface ServedSubgraph {
  readonly name: string;
  readonly url: string;
  /** GraphQL over HTTP only: neither event streams nor sockets. */
  readonly requests: readonly WireRequest[];
  /** Misbehaves for the next request, after those scripted before. */
  failNext(...faults: readonly WireFault[]): void;
  /** Misbehaves for each request without a fault of its own, until told otherwise. */
  failAlways(fault: WireFault | undefined): void;
  /** The service is deployed anew with other types; its URL stays. */
  redeploy(script: SubgraphScript): void;
  /** Cuts every connection, event streams and sockets included, and goes on listening. */
  cutConnections(): void;
  /** Refuses connections from now on. */
  stop(): Promise<void>;
}

export async function serveSubgraph(script: SubgraphScript): Promise<ServedSubgraph> {
  const service = new Service(script);
  await service.listen();
  return service;
}

class Service implements ServedSubgraph {
  readonly name: string;
  readonly requests: WireRequest[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #nextFaults: WireFault[] = [];
  readonly #webSockets = new WebSocketServer({ noServer: true });
  #alwaysFault: WireFault | undefined;
  #schema: GraphQLSchema;

  constructor(script: SubgraphScript) {
    this.name = script.name;
    this.#schema = schemaOf(script);
    this.#server = createServer((request, response) => {
      // Whoever hangs up before the end has no answer to get.
      this.#handle(request, response).catch(() => response.destroy());
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    useServer({ schema: () => this.#schema }, this.#webSockets);
    this.#server.on('upgrade', (request, socket, head) =>
      this.#webSockets.handleUpgrade(request, socket, head, (ws) => this.#webSockets.emit('connection', ws, request)),
    );
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/graphql`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  failNext(...faults: readonly WireFault[]): void {
    this.#nextFaults.push(...faults);
  }

  failAlways(fault: WireFault | undefined): void {
    this.#alwaysFault = fault;
  }

  redeploy(script: SubgraphScript): void {
    this.#schema = schemaOf(script);
  }

  cutConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#webSockets.close();
    this.cutConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.accept?.includes('text/event-stream') === true) return this.#stream(request, response);
    const { query, variables = {} } = JSON.parse(await text(request)) as WireBody;
    const asked = { operation: query, variables };
    this.requests.push({ headers: request.headers, query, variables, summary: summarise(this.name, asked) });
    const fault = this.#nextFaults.shift() ?? this.#alwaysFault ?? {};
    await this.#wait(fault);
    if (fault.hangUp === 'before') return void request.socket.destroy();
    const body = fault.body ?? JSON.stringify(await this.#answer(query, variables));
    if (!response.destroyed) send(response, body, fault);
  }

  async #stream(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await createHandler({ schema: this.#schema })(request, response);
  }

  async #answer(query: string, variables: Readonly<Record<string, unknown>>): Promise<object> {
    const document = parse(query);
    const errors = validate(this.#schema, document);
    if (errors.length > 0) return { errors };
    return execute({ schema: this.#schema, document, variableValues: variables });
  }

  async #wait({ after, delayMs }: WireFault): Promise<void> {
    await after;
    if (delayMs === undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#timers.add(timer);
    });
  }
}

/** What the gateway posts; nobody else calls. */
type WireBody = Pick<WireRequest, 'query'> & Partial<Pick<WireRequest, 'variables'>>;

function send(response: ServerResponse, body: string, { status = 200, headers, hangUp }: WireFault): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.byteLength,
    ...headers,
  });
  if (hangUp === 'midway') response.write(bytes.subarray(0, bytes.byteLength / 2), () => response.socket?.destroy());
  else response.end(bytes);
}
