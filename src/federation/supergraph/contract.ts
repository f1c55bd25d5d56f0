import type { ExecutableSchema, SchemaSource } from '../../execution/contract.js';

/** The joined schema that is served, and what is known of the sources that it is made from. */
export interface Supergraph extends SchemaSource {
  /** Quick, from what is known; asks nobody. */
  status(): SupergraphStatus;
  /** Resolves when the look that runs has ended; afterwards no listener is called. */
  stop(): Promise<void>;
}

export interface SupergraphStatus {
  /**
   * `current`: what is served is what the sources say. `outdated`: it is the last that could be composed, or lacks a
   * subgraph that has never answered; `reasons` say why. `missing`: there has been none yet, and `current()` is a schema
   * in which nothing can be asked.
   */
  readonly state: 'current' | 'outdated' | 'missing';
  /**
   * One line each, at most 20 of at most 300 characters: the subgraph where one is to blame, a code, and what is wrong.
   * They are about schemas and settings, never about data, and hold no URL.
   */
  readonly reasons: readonly string[];
  /** When what is served took its place (RFC 3339); null while it is missing. */
  readonly composedAt: string | null;
  readonly subgraphs: readonly JoinedSubgraphState[];
}

export interface JoinedSubgraphState {
  readonly name: string;
  /**
   * `ok`: has told a schema that fits, or is named by a file, so that nobody asks it. `unreachable`: could not be asked
   * for its schema; what it said before keeps its place. `invalid`: its schema is no GraphQL, or does not fit to those of
   * the others.
   */
  readonly state: 'ok' | 'unreachable' | 'invalid';
  /** Since when it is in this state (RFC 3339). */
  readonly since: string;
}

/** Makes of a supergraph what can be executed. A throw keeps the one before. */
export type BuildExecutable = (supergraphSdl: string) => Promise<ExecutableSchema> | ExecutableSchema;

/** What a look at the source found. */
export interface Look {
  /** The newest supergraph that the source can vouch for; undefined: none. */
  readonly supergraphSdl: string | undefined;
  /** Why that is not all that there should be; empty: it is. */
  readonly reasons: readonly string[];
  readonly subgraphs: readonly JoinedSubgraphState[];
}

/** Where supergraphs come from. Used by one loop: look, rest, look again. */
export interface SupergraphSource {
  /** Never rejects for trouble of subgraphs or files: that is in the look. Rejects when the signal aborts. */
  look(signal: AbortSignal): Promise<Look>;
  /** Resolves when another look may find something else. Rejects when the signal aborts. */
  rest(signal: AbortSignal): Promise<void>;
  /** Gives back what it holds, such as watchers of files. */
  close(): void;
}
