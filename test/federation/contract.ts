import type { ExecutableSchema } from '../../src/execution/contract.js';
import type { Subgraphs } from '../../src/federation/contract.js';
import type { RequestLog } from '../support/subgraphs/requestLog.js';
import type { Outage } from '../support/subgraphs/scriptedSubgraph.js';
import type { SubgraphScript } from '../support/subgraphs/subgraphScript.js';

/** Makes the schema under test of a supergraph. */
export type BuildSchema = (supergraphSdl: string, subgraphs: Subgraphs) => ExecutableSchema | Promise<ExecutableSchema>;

export interface FederationTraits {
  /** Whether it sends the fewest requests, and reports each error at the field that it concerns. */
  readonly isExact: boolean;
  /** Makes the supergraph; default: as the gateway composes it. */
  readonly compose?: (scripts: readonly SubgraphScript[]) => string;
  /** Titles of promises that it is known to break, with the reason. A promise that is kept after all fails the suite. */
  readonly knownMisses?: Readonly<Record<string, string>>;
}

/** What the answers about one directive or one part of the language are expected to be. */
export interface Chapter {
  readonly title: string;
  readonly stories: readonly Story[];
}

/** Some subgraphs, and what is promised of operations over them. */
export interface Story {
  /** Called for each promise, so that what a script remembers begins anew. */
  readonly scripts: () => readonly SubgraphScript[];
  /**
   * What the subgraphs know together, as root value of one schema without federation. Default: unknown, and the stitched
   * schema is compared with instead.
   */
  readonly whole?: object;
  /** Fields that random queries leave out, such as `User.name`. */
  readonly notAtRandom?: readonly string[];
  readonly promises?: readonly Promised[];
  readonly refusals?: readonly Refusal[];
}

export interface Promised {
  /** Unique in the suite. */
  readonly title: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Which operation of the document is meant; default: its only one. */
  readonly operationName?: string;
  /** Subgraphs that fail every request, and how. */
  readonly down?: Readonly<Record<string, Outage>>;
  /** Compared with the order of its fields, which is that of the query. */
  readonly data: unknown;
  /** Lists are compared in any order: what introspection lists has none. */
  readonly unordered?: boolean;
  /** In any order; default none. */
  readonly errors?: readonly ExpectedError[];
  /**
   * What is asked of the subgraphs, as the request log summarises it: wave by wave, in any order within a wave.
   * `a|b: field` leaves open which of the two is asked; absent: whatever answers.
   */
  readonly requests?: readonly (readonly string[])[];
  /** What else is expected of the requests, when `isExact`. */
  readonly check?: (log: RequestLog) => void;
}

/** As a client sees it. */
export interface ExpectedError {
  readonly path: readonly (string | number)[];
  /** Absent: any. */
  readonly code?: string;
  readonly subgraph?: string;
  readonly subgraphCode?: string;
}

/** A document that is no valid operation for clients. No subgraph is asked. */
export interface Refusal {
  readonly title: string;
  readonly query: string;
  readonly message: RegExp;
}
