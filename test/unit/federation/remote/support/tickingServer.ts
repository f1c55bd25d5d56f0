import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

const typeDefs = `
  type Query { hello: String }
  type Subscription { tick(label: String): Tick! }
  type Tick { number: Int! label: String broken: String! }
`;

/** The source of one subscription: what the test emits, until either side ends it. */
class Ticks implements AsyncIterableIterator<unknown> {
  readonly #waiting: unknown[] = [];
  readonly #takers: ((step: IteratorResult<unknown>) => void)[] = [];
  readonly #onReturn: () => void;
  #isOver = false;

  constructor(
    readonly label: unknown,
    onReturn: () => void,
  ) {
    this.#onReturn = onReturn;
  }

  emit(tick: object): void {
    const value = { tick: { label: this.label, ...tick } };
    const taker = this.#takers.shift();
    if (taker === undefined) this.#waiting.push(value);
    else taker({ done: false, value });
  }

  end(): void {
    this.#isOver = true;
    for (const taker of this.#takers.splice(0)) taker({ done: true, value: undefined });
  }

  async next(): Promise<IteratorResult<unknown>> {
    if (this.#waiting.length > 0) return { done: false, value: this.#waiting.shift() };
    if (this.#isOver) return { done: true, value: undefined };
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  async return(): Promise<IteratorResult<unknown>> {
    this.#onReturn();
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** A subgraph that other people's servers make: subscriptions over server-sent events and WebSockets on one port. */
export class TickingServer {
  /** Subscriptions that began, in order. */
  readonly sources: Ticks[] = [];
  readonly upgrades: IncomingMessage['headers'][] = [];
  readonly requests: IncomingMessage['headers'][] = [];
  readonly connectionParams: unknown[] = [];
  readonly sockets = new Set<Socket>();
  /** Subscriptions that the far end has ended. */
  returned = 0;
  readonly #server: Server;
  readonly #webSockets = new WebSocketServer({ noServer: true });
  readonly #changes: (() => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<TickingServer> {
    const server = createServer();
    const ticking = new TickingServer(server);
    ticking.#listen();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return ticking;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/graphql`;
  }

  /** Resolves as soon as `condition` holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#changes.push(resolve));
  }

  /** Every WebSocket is closed with this code. */
  closeWebSockets(code: number): void {
    for (const socket of this.#webSockets.clients) socket.close(code, 'words of the server');
  }

  cutConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cutConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #listen(): void {
    const schema = this.#buildSchema();
    const handle = createHandler({ schema });
    this.#server.on('request', (request, response) => {
      this.requests.push(request.headers);
      void handle(request, response);
    });
    this.#server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => {
        this.sockets.delete(socket);
        this.#changed();
      });
      this.#changed();
    });
    this.#server.on('upgrade', (request, socket, head) => {
      this.upgrades.push(request.headers);
      this.#webSockets.handleUpgrade(request, socket, head, (opened) =>
        this.#webSockets.emit('connection', opened, request),
      );
    });
    useServer(
      {
        schema,
        onConnect: ({ connectionParams }) => {
          this.connectionParams.push(connectionParams);
          return (connectionParams as { refuse?: string } | undefined)?.refuse === undefined;
        },
      },
      this.#webSockets,
    );
  }

  #buildSchema(): GraphQLSchema {
    const schema = buildSchema(typeDefs);
    const field = schema.getSubscriptionType()?.getFields().tick;
    if (field === undefined) throw new Error('The schema has no tick.');
    field.subscribe = (_root, { label }: { label?: unknown }) => {
      const source = new Ticks(label, () => {
        this.returned += 1;
        this.#changed();
      });
      this.sources.push(source);
      this.#changed();
      return source;
    };
    return schema;
  }

  #changed(): void {
    for (const change of this.#changes.splice(0)) change();
  }
}
