/**
 * Runs the native planner, in a process of its own: where the planner meets a fault of its own it ends the process that it
 * is in. Ends with the process that started it. Imports nothing of ours, so that it runs as it is written.
 */
import type { QueryPlanner } from '@graphql-hive/router-query-planner';
import { LRUCache } from 'lru-cache';
import type { PlanReply, PlanRequest } from './messages.js';

/** The supergraph that is served, the one before, and some to spare. */
const maxSupergraphs = 4;

/**
 * Of overrides that are rolled out in percentages (`@override(label: "percent(n)")`) only those that are complete apply,
 * so that plans stay the same from request to request; overrides with other labels do not apply. The planner takes an
 * override whose percentage is above this number.
 */
const rolloutPercentage = 99.99999;

const planners = new LRUCache<string, QueryPlanner>({ max: maxSupergraphs });
const loading = import('@graphql-hive/router-query-planner').catch(() => undefined);

process.on('message', (request: PlanRequest) => {
  void answer(request).then((reply) => process.send?.(reply));
});
process.on('disconnect', () => process.exit());

async function answer({ supergraph, supergraphSdl, operation }: PlanRequest): Promise<PlanReply> {
  const library = await loading;
  if (library === undefined) return { kind: 'missing' };
  try {
    if (supergraphSdl !== undefined) planners.set(supergraph, new library.QueryPlanner(supergraphSdl));
    if (operation === undefined) return { kind: 'ready' };
    const planner = planners.get(supergraph);
    if (planner === undefined) return { kind: 'forgotten' };
    return { kind: 'plan', plan: planner.plan(operation, undefined, new Set(), rolloutPercentage) };
  } catch (error) {
    return { kind: 'refused', message: error instanceof Error ? error.message : 'The planner gave no reason.' };
  }
}
