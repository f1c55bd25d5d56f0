import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from '../../../observability/logger.js';
import type { Clock } from '../../../time/clock.js';
import { PlannerBusy } from './errors.js';
import type { PlanReply, PlanRequest } from './messages.js';

export interface PlannerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds for one plan, which takes less than one as a rule; 2,000 by default. Then the process is ended. */
  readonly timeoutMs?: number;
}

/** For a process that has to start or to read a supergraph first. */
const slowMs = 30_000;

interface Waiting {
  readonly request: PlanRequest;
  /** Aborted when the request is answered or has failed. */
  readonly finished: AbortController;
  readonly resolve: (reply: PlanReply) => void;
  readonly reject: (error: Error) => void;
}

/** More must be a mishap: each operation is planned once. */
const maxWaiting = 1_000;

/**
 * The way to the process of the planner: one request at a time, the others wait in line. A process that ends fails the
 * request that it was at; the next one starts another.
 */
export class PlannerLine {
  readonly #deps: Required<PlannerDeps>;
  readonly #line: Waiting[] = [];
  #current: Waiting | undefined;
  #process: ChildProcess | undefined;
  #isStopped = false;

  constructor(deps: PlannerDeps) {
    this.#deps = { timeoutMs: 2_000, ...deps };
  }

  /**
   * @throws {PlannerBusy} when too many wait, or it is stopped.
   * @throws {Error} when the process ended over the request, or took too long.
   */
  ask(request: PlanRequest): Promise<PlanReply> {
    if (this.#isStopped || this.#line.length >= maxWaiting)
      return Promise.reject(new PlannerBusy('The planner takes no more operations.'));
    return new Promise((resolve, reject) => {
      this.#line.push({ request, finished: new AbortController(), resolve, reject });
      this.#next();
    });
  }

  /** Ends the process and fails what waits. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const waiting of this.#line.splice(0)) waiting.reject(new PlannerBusy('The planner was stopped.'));
    const stopping = this.#process;
    if (stopping?.pid === undefined || stopping.exitCode !== null || stopping.signalCode !== null) return;
    await new Promise((resolve) => {
      stopping.once('exit', resolve);
      stopping.kill('SIGKILL');
    });
  }

  #next(): void {
    if (this.#current !== undefined) return;
    this.#current = this.#line.shift();
    if (this.#current === undefined) return;
    const { operation, supergraphSdl } = this.#current.request;
    const isPrompt = this.#process !== undefined && operation !== undefined && supergraphSdl === undefined;
    this.#process ??= this.#start();
    this.#process.send(this.#current.request, () => undefined);
    void this.#watch(this.#current, this.#process, isPrompt ? this.#deps.timeoutMs : slowMs);
  }

  /** Ends a process that takes too long; its end then fails the request. */
  async #watch({ finished }: Waiting, process: ChildProcess, limitMs: number): Promise<void> {
    await this.#deps.clock.sleep(limitMs, finished.signal).then(
      () => process.kill('SIGKILL'),
      () => undefined,
    );
  }

  #start(): ChildProcess {
    const file = new URL(`./plannerProcess${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
    // It needs no settings, so it is told no secrets.
    const child = fork(file, { env: {}, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child.on('message', (reply: PlanReply) => {
      // What a process still says that has been given up is no answer to the request of the next one.
      if (this.#process === child) this.#finish((waiting) => waiting.resolve(reply));
    });
    // One that cannot be started says so without ever ending.
    child.on('error', () => child.pid === undefined && this.#lose(child, {}));
    child.on('exit', (code, signal) => this.#lose(child, { code, signal }));
    return child;
  }

  #lose(child: ChildProcess, how: object): void {
    if (this.#process !== child) return;
    this.#process = undefined;
    if (!this.#isStopped) this.#deps.logger.warn(how, 'the process of the query planner ended');
    this.#finish((waiting) => waiting.reject(new Error('The planner broke over an operation.')));
  }

  #finish(settle: (waiting: Waiting) => void): void {
    const waiting = this.#current;
    this.#current = undefined;
    if (waiting !== undefined) {
      waiting.finished.abort();
      settle(waiting);
    }
    this.#next();
  }
}
