import { toError } from '../../errors/toError.js';
import type { ExecutableSchema } from '../../execution/contract.js';
import type { Logger } from '../../observability/logger.js';
import type { Clock } from '../../time/clock.js';
import { compose, type Part } from './compose.js';
import type { BuildExecutable, Look, Supergraph, SupergraphSource, SupergraphStatus } from './contract.js';
import { buildEmptySchema } from './emptySchema.js';
import { limitReasons, toReason } from './reasons.js';

export interface FollowedSupergraphDeps {
  readonly build: BuildExecutable;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A look may fail only by a fault of ours, and then the next one waits. */
const pauseAfterFaultMs = 1_000;

const cannotBeServed = toReason('SUPERGRAPH_UNUSABLE', 'The supergraph cannot be executed; the log says why.');

interface Served {
  readonly supergraphSdl: string;
  readonly executable: ExecutableSchema;
  readonly since: string;
}

/** Takes over what its source finds, one look after the other, and keeps the last that could be executed. */
export class FollowedSupergraph implements Supergraph {
  readonly #stopping = new AbortController();
  readonly #listeners = new Set<(next: ExecutableSchema) => void>();
  readonly #empty = buildEmptySchema();
  #served: Served | undefined;
  /** The supergraph that was composed but cannot be executed, so that it is not tried at every look. */
  #unbuildable: string | undefined;
  #reasons: readonly string[] = [];
  #subgraphs: SupergraphStatus['subgraphs'] = [];
  #loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly own: Part | undefined,
    private readonly source: SupergraphSource,
    private readonly deps: FollowedSupergraphDeps,
  ) {}

  current(): ExecutableSchema {
    return this.#served?.executable ?? this.#empty;
  }

  onChange(listener: (next: ExecutableSchema) => void): () => void {
    // Wrapped, so that one function may listen twice and stop once.
    const entry = (next: ExecutableSchema) => listener(next);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  status(): SupergraphStatus {
    return {
      state: this.#state(),
      reasons: this.#reasons,
      composedAt: this.#served?.since ?? null,
      subgraphs: this.#subgraphs,
    };
  }

  /** Resolves when there is something to serve, or when the patience is over. */
  async start(patienceMs: number): Promise<void> {
    const { signal } = this.#stopping;
    await this.#look(signal);
    if (this.#served === undefined) await this.#serveOwnAlone();
    this.#loop = this.#follow(signal);
    if (this.#served === undefined) await this.#firstOr(patienceMs);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#listeners.clear();
    await this.#loop;
    this.source.close();
  }

  #state(): SupergraphStatus['state'] {
    if (this.#served === undefined) return 'missing';
    return this.#reasons.length === 0 ? 'current' : 'outdated';
  }

  /** One look after the other, so that none overtakes another. */
  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.source.rest(signal);
        await this.#look(signal);
      } catch (error) {
        if (signal.aborted) return;
        // Sources report their troubles, so this is a fault of ours; the pause keeps it from becoming a busy loop.
        this.deps.logger.error({ err: error }, 'the look at the supergraph failed');
        await this.deps.clock.sleep(pauseAfterFaultMs, signal).catch(() => undefined);
      }
    }
  }

  async #look(signal: AbortSignal): Promise<void> {
    const look = await this.source.look(signal);
    const wasServed = this.#served;
    const buildReasons = look.supergraphSdl === undefined ? [] : await this.#take(look.supergraphSdl);
    if (signal.aborted) return;
    this.#tell(look, buildReasons, wasServed);
  }

  /** @returns why the supergraph cannot be served; empty when it is. */
  async #take(supergraphSdl: string): Promise<readonly string[]> {
    if (supergraphSdl === this.#served?.supergraphSdl) return [];
    if (supergraphSdl === this.#unbuildable) return [cannotBeServed];
    try {
      const executable = await this.deps.build(supergraphSdl);
      if (this.#stopping.signal.aborted) return [];
      this.#served = { supergraphSdl, executable, since: new Date(this.deps.clock.now()).toISOString() };
      return [];
    } catch (error) {
      this.#unbuildable = supergraphSdl;
      this.deps.logger.error({ err: toError(error) }, 'a supergraph cannot be executed');
      return [cannotBeServed];
    }
  }

  #tell(look: Look, buildReasons: readonly string[], wasServed: Served | undefined): void {
    const told = this.#reasons.join('\n');
    this.#reasons = limitReasons([...look.reasons, ...buildReasons]);
    this.#subgraphs = look.subgraphs;
    const served = this.#served;
    if (served !== undefined && served !== wasServed) {
      this.deps.logger.info({ subgraphs: look.subgraphs.map(({ name }) => name) }, 'another supergraph is served');
      this.#notify(served.executable);
    }
    if (this.#reasons.join('\n') === told) return;
    const { state, reasons } = this.status();
    if (reasons.length === 0) this.deps.logger.info({ state }, 'the supergraph is what its sources say');
    else this.deps.logger.warn({ state, reasons }, 'the supergraph is not what its sources say');
  }

  /** Whoever listens badly keeps nobody else from hearing. */
  #notify(next: ExecutableSchema): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(next);
      } catch (error) {
        this.deps.logger.error({ err: toError(error) }, 'a listener failed to take over the supergraph');
      }
    }
  }

  /** Our own data needs nobody else. The look has already said why there is no more. */
  async #serveOwnAlone(): Promise<void> {
    if (this.own === undefined) return;
    const composition = compose([this.own]);
    const reasons = composition.ok ? await this.#take(composition.supergraphSdl) : composition.reasons;
    this.#reasons = limitReasons([...this.#reasons, ...reasons]);
  }

  async #firstOr(patienceMs: number): Promise<void> {
    const first = new AbortController();
    const forget = this.onChange(() => first.abort());
    const { signal } = this.#stopping;
    await this.deps.clock.sleep(patienceMs, AbortSignal.any([signal, first.signal])).catch(() => undefined);
    forget();
  }
}
