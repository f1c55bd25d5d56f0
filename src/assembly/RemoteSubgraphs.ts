import type { Subgraph } from '../federation/contract.js';
import type { RemoteSubgraphConfig } from '../federation/remote/config.js';
import type { Clock } from '../time/clock.js';

/** A subgraph that holds connections. */
export interface StoppableSubgraph extends Subgraph {
  stop(): Promise<void>;
}

interface Kept<S> {
  readonly address: RemoteSubgraphConfig;
  readonly subgraph: S;
}

/** Operations that began with a replaced subgraph are over then; its subscriptions end, and begin again elsewhere. */
const retireAfterMs = 120_000;

/**
 * The subgraphs of others, one of each name, for as long as what is served names them at the same place. Those that
 * another supergraph replaces are stopped when nobody can be waiting for them any more.
 */
export class RemoteSubgraphs<S extends StoppableSubgraph> {
  readonly #stopping = new AbortController();
  readonly #retiring = new Set<S>();
  #kept: readonly Kept<S>[] = [];

  constructor(
    private readonly create: (address: RemoteSubgraphConfig) => S,
    private readonly clock: Clock,
  ) {}

  /** Those that are served now. */
  get all(): readonly S[] {
    return this.#kept.map(({ subgraph }) => subgraph);
  }

  /**
   * Makes something of the subgraphs at these addresses. They take the place of those before only when that succeeds.
   * @param addresses With distinct names.
   */
  async use<T>(
    addresses: readonly RemoteSubgraphConfig[],
    make: (subgraphs: readonly S[]) => T | Promise<T>,
  ): Promise<T> {
    const before = this.#kept;
    const next: Kept<S>[] = [];
    try {
      for (const address of addresses)
        next.push(before.find((kept) => isSame(kept.address, address)) ?? this.#open(address));
      const made = await make(next.map(({ subgraph }) => subgraph));
      this.#kept = next;
      for (const { subgraph } of before.filter((kept) => !next.includes(kept))) void this.#retire(subgraph);
      return made;
    } catch (error) {
      await Promise.all(next.filter((kept) => !before.includes(kept)).map(({ subgraph }) => subgraph.stop()));
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.all, ...this.#retiring].map((subgraph) => subgraph.stop()));
  }

  #open(address: RemoteSubgraphConfig): Kept<S> {
    return { address, subgraph: this.create(address) };
  }

  async #retire(subgraph: S): Promise<void> {
    this.#retiring.add(subgraph);
    try {
      await this.clock.sleep(retireAfterMs, this.#stopping.signal);
    } catch {
      // `stop` has taken it over.
      return;
    }
    this.#retiring.delete(subgraph);
    await subgraph.stop();
  }
}

function isSame(one: RemoteSubgraphConfig, other: RemoteSubgraphConfig): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
