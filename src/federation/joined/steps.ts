import type { RequiresSelection } from '@graphql-hive/router-query-planner';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { SubgraphRequest } from '../contract.js';
import type { Selected } from './selected.js';

/** A plan as the executor runs it: read once, checked, with the texts of its requests parsed. */
export interface Plan {
  /** What begins a subscription; `rest` then completes each of its events. */
  readonly primary: RootFetch | undefined;
  /** Absent when there is nothing to fetch. */
  readonly rest: Step | undefined;
  /** Every request that the plan may make, the primary one among them. */
  readonly fetches: readonly Fetch[];
}

export type Step = Sequence | Parallel | Condition | RootFetch | EntityFetch;

export interface Sequence {
  readonly kind: 'sequence';
  readonly steps: readonly Step[];
}

export interface Parallel {
  readonly kind: 'parallel';
  readonly steps: readonly Step[];
}

/** Chooses by a variable of `@skip` or `@include`. */
export interface Condition {
  readonly kind: 'condition';
  readonly variable: string;
  readonly whenTrue: Step | undefined;
  readonly otherwise: Step | undefined;
}

/** One request to a subgraph. */
export interface Fetch {
  readonly subgraph: string;
  readonly kind: SubgraphRequest['kind'];
  readonly operation: string;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  /** Those of the client's variables that the request uses. */
  readonly variables: readonly string[];
  readonly selected: Selected;
  /** Whether the plan rewrites what is answered. */
  readonly isRewritten: boolean;
}

/** Selects fields of a root type. */
export interface RootFetch {
  readonly kind: 'root';
  readonly fetch: Fetch;
  /** The objects to complete: the whole answer (empty path), or a root type that is reached through a field. */
  readonly path: FlattenPath;
  readonly outputRewrites: readonly Rewrite[];
}

/** Selects fields of entities that are known already, with one or several `_entities` fields. */
export interface EntityFetch {
  readonly kind: 'entities';
  readonly fetch: Fetch;
  readonly parts: readonly EntityPart[];
}

/** One `_entities` field of a request. */
export interface EntityPart {
  /** Its response key. */
  readonly key: string;
  /** The variable that holds its representations. */
  readonly variable: string;
  /** Where the entities are. */
  readonly paths: readonly FlattenPath[];
  readonly requires: readonly RequiresSelection[];
  readonly inputRewrites: readonly Rewrite[];
  /** Their paths begin at the entity. */
  readonly outputRewrites: readonly Rewrite[];
  /** What is asked for of each entity. */
  readonly selected: Selected;
}

export type FlattenPath = readonly FlattenSegment[];

export type FlattenSegment =
  | { readonly kind: 'field'; readonly key: string }
  | { readonly kind: 'elements' }
  /** Only objects of these types. */
  | { readonly kind: 'types'; readonly names: readonly string[] };

/** A change of names or values on the way to or from a subgraph. */
export type Rewrite =
  | { readonly kind: 'set'; readonly path: RewritePath; readonly value: string }
  | { readonly kind: 'rename'; readonly path: RewritePath; readonly key: string };

export type RewritePath = readonly RewriteSegment[];

export type RewriteSegment =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'types'; readonly names: readonly string[] };
