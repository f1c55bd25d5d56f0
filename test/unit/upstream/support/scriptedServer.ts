import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Reply =
  | {
      readonly status?: number;
      readonly headers?: Record<string, string>;
      readonly json?: unknown;
      readonly text?: string;
    }
  /** Takes the response into its own hands. */
  | ((request: SeenRequest, response: ServerResponse) => void);

/** An upstream that answers what a test told it to, in order, and remembers what it was asked. */
export class ScriptedServer {
  readonly seen: SeenRequest[] = [];
  readonly #server: Server;
  readonly #script: Reply[] = [];
  readonly #arrivals: (() => void)[] = [];
  #fallback: Reply | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<ScriptedServer> {
    const server = createServer();
    const scripted = new ScriptedServer(server);
    server.on('request', (request, response) => void scripted.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Replies to come, in order. */
  script(...replies: Reply[]): void {
    this.#script.push(...replies);
  }

  /** What is answered when the script is used up. */
  otherwise(reply: Reply): void {
    this.#fallback = reply;
  }

  get unused(): number {
    return this.#script.length;
  }

  /** Resolves when the server has seen `count` requests in all. */
  async until(count: number): Promise<void> {
    while (this.seen.length < count) await new Promise<void>((resolve) => this.#arrivals.push(resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const seen = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
    this.seen.push(seen);
    const reply = this.#script.shift() ?? this.#fallback ?? { status: 500, json: { error: { code: 'Unscripted' } } };
    if (typeof reply === 'function') reply(seen, response);
    else write(response, reply);
    for (const arrival of this.#arrivals.splice(0)) arrival();
  }
}

function write(response: ServerResponse, reply: Exclude<Reply, (...args: never[]) => void>): void {
  const { status = 200, headers = {}, json, text } = reply;
  const body = text ?? (json === undefined ? '' : JSON.stringify(json));
  const type: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(status, { ...type, ...headers });
  response.end(body);
}
