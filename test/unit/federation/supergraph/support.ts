import { buildSchema, type GraphQLSchema } from 'graphql';
import type { ExecutableSchema } from '../../../../src/execution/contract.js';
import { buildPlainSchema } from '../../../../src/execution/createPlainSchema.js';
import type { Subgraph, SubgraphRequest, SubgraphResult } from '../../../../src/federation/contract.js';
import { SubgraphError } from '../../../../src/federation/SubgraphError.js';
import type { Part } from '../../../../src/federation/supergraph/compose.js';
import {
  createSupergraph,
  type SupergraphDeps,
  type SupergraphOptions,
} from '../../../../src/federation/supergraph/createSupergraph.js';
import type { Logger } from '../../../../src/observability/logger.js';
import { createManualClock, type ManualClock } from '../../cache/manualClock.js';

export const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@external", "@provides"])\n`;

export const own: Part = {
  name: 'security',
  sdl: `${link} type Query { user: User } type User @key(fields: "id") { id: ID! name: String }`,
};

/** Types that add fields to our `User`. */
export function extending(...fields: string[]): string {
  return `${link} type User @key(fields: "id") { id: ID! ${fields.join(' ')} }`;
}

/** SDL, an error to fail with, a whole result, or `silence`: never an answer. */
export type Telling = string | Error | SubgraphResult;

/** A service whose `_service` says what a test wants, as often as it is asked. */
export class TellingSubgraph implements Subgraph {
  readonly requests: SubgraphRequest[] = [];
  inFlight = 0;
  mostInFlight = 0;

  constructor(
    readonly name: string,
    public tells: Telling,
  ) {}

  async execute(request: SubgraphRequest): Promise<SubgraphResult> {
    this.requests.push(request);
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    try {
      return await this.#answer(request);
    } finally {
      this.inFlight -= 1;
    }
  }

  subscribe(): Promise<AsyncIterable<unknown>> {
    throw new Error('Nobody subscribes here.');
  }

  executeEvent(): Promise<SubgraphResult> {
    throw new Error('There are no events here.');
  }

  async #answer({ context }: SubgraphRequest): Promise<SubgraphResult> {
    const { tells } = this;
    if (tells === 'silence') return rejectionOf(context.scope.signal);
    if (tells instanceof Error) throw tells;
    return typeof tells === 'string' ? { data: { _service: { sdl: tells } }, faults: [] } : tells;
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

export function unreachable(name: string): SubgraphError {
  return new SubgraphError('UPSTREAM_UNAVAILABLE', `${name} is away.`, { subgraph: name });
}

/** Builds nothing that could be executed, but remembers what it was asked to build. */
export class BuildLog {
  readonly built: string[] = [];
  fails: (supergraphSdl: string) => boolean = () => false;

  readonly build = (supergraphSdl: string): ExecutableSchema => {
    this.built.push(supergraphSdl);
    if (this.fails(supergraphSdl)) throw new Error('No plan is possible.');
    return { ...buildPlainSchema(nothing, supergraphSdl), sdl: supergraphSdl };
  };
}

const nothing: GraphQLSchema = buildSchema('type Query { nothing: Boolean }');

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

/** Keeps its lines, and lets a test await the next. */
export class LineLog implements Logger {
  readonly lines: LogLine[] = [];
  #waiting: ((line: LogLine) => void)[] = [];

  next(level: LogLine['level']): Promise<LogLine> {
    return new Promise((resolve) => {
      const take = (line: LogLine) => (line.level === level ? resolve(line) : void this.#waiting.push(take));
      this.#waiting.push(take);
    });
  }

  debug(): void {
    // Nobody promises anything of these lines.
  }

  info(fields: object, message: string): void {
    this.#add({ level: 'info', fields, message });
  }

  warn(fields: object, message: string): void {
    this.#add({ level: 'warn', fields, message });
  }

  error(fields: object, message: string): void {
    this.#add({ level: 'error', fields, message });
  }

  child(): Logger {
    return this;
  }

  #add(line: LogLine): void {
    this.lines.push(line);
    for (const take of this.#waiting.splice(0)) take(line);
  }
}

export interface World {
  readonly clock: ManualClock;
  readonly builds: BuildLog;
  readonly log: LineLog;
  readonly deps: SupergraphDeps;
}

/** Everything that a supergraph needs, at rest; looks come exactly at the interval. */
export function openWorld(deps: Partial<SupergraphDeps> = {}): World {
  const clock = createManualClock();
  const builds = new BuildLog();
  const log = new LineLog();
  return { clock, builds, log, deps: { build: builds.build, clock, random: () => 0.5, logger: log, ...deps } };
}

export const pollIntervalMs = 60_000;

/** A supergraph of our own schema and these, already started. */
export function joining(
  world: World,
  subgraphs: readonly Subgraph[],
  options: Partial<SupergraphOptions> = { own },
): ReturnType<typeof createSupergraph> {
  return createSupergraph({ from: { kind: 'subgraphs', subgraphs, pollIntervalMs }, ...options }, world.deps);
}
