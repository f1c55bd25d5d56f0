import type { QueryPlan } from '@graphql-hive/router-query-planner';

/** What the process of the planner is asked. */
export interface PlanRequest {
  /** Tells supergraphs apart. */
  readonly supergraph: string;
  /** Comes with the first request for a supergraph, and again when the process has forgotten it. */
  readonly supergraphSdl?: string;
  /** GraphQL text with one operation; absent: the supergraph is only to be read. */
  readonly operation?: string;
}

/** Answers come in the order of the requests. */
export type PlanReply =
  | { readonly kind: 'plan'; readonly plan: QueryPlan }
  /** The supergraph has been read. */
  | { readonly kind: 'ready' }
  /** The planner refused the supergraph or found no plan. */
  | { readonly kind: 'refused'; readonly message: string }
  /** The process does not know the supergraph. */
  | { readonly kind: 'forgotten' }
  /** There is no binary for this platform. */
  | { readonly kind: 'missing' };
