import { once } from 'node:events';
import { type RunningProcess, startProcess } from '../processes.js';
import { freePort } from '../redisServer.js';

/** A gateway that may be killed and started again on the same port. */
export class GatewayProcess {
  #running: RunningProcess | undefined;
  readonly #outputs: string[] = [];

  private constructor(
    readonly name: string,
    readonly port: number,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async start(name: string, env: Readonly<Record<string, string>>): Promise<GatewayProcess> {
    const gateway = new GatewayProcess(name, await freePort(), env);
    await gateway.start();
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/graphql`;
  }

  get wsUrl(): string {
    return `ws://127.0.0.1:${this.port}/graphql`;
  }

  get isUp(): boolean {
    return this.#running !== undefined;
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const running = startProcess('src/main.js', { ...this.env, PORT: String(this.port) });
    await running.jsonLine('listening');
    this.#running = running;
  }

  /** As a machine that loses its power: nothing is said goodbye to. */
  async kill(): Promise<void> {
    const running = this.#take();
    if (running === undefined) return;
    const exited = once(running.child, 'exit');
    running.child.kill('SIGKILL');
    await exited;
  }

  /** @returns the exit code; 0 when it was not running. */
  async stop(): Promise<number | null> {
    return (await this.#take()?.stop()) ?? 0;
  }

  /** Messages of its log at warn or above, of all its lives. */
  complaints(): string[] {
    const lines = [...this.#outputs, this.#running?.output() ?? ''].join('\n').split('\n');
    const loud = lines.filter((line) => /"level":"(warn|error|fatal)"/.test(line));
    return loud.map((line) => {
      const { level, msg, code, reason, err } = JSON.parse(line) as Record<string, unknown>;
      const why = code ?? reason ?? (err as { message?: string } | undefined)?.message;
      return [level, msg, why].filter((part) => part !== undefined).join(': ');
    });
  }

  /** Fencing token of the lease that the life that runs now holds; undefined while it holds none. */
  leads(): number | undefined {
    const lines = this.#running?.output().split('\n') ?? [];
    const last = lines.findLast((line) => line.includes('leadership of the change feed changed'));
    return last === undefined ? undefined : ((JSON.parse(last) as { fence: number | null }).fence ?? undefined);
  }

  #take(): RunningProcess | undefined {
    const running = this.#running;
    this.#running = undefined;
    if (running !== undefined) this.#outputs.push(running.output());
    return running;
  }
}
