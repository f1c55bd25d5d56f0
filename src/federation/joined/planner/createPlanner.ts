import { createHash } from 'node:crypto';
import type { QueryPlan } from '@graphql-hive/router-query-planner';
import { Unanswerable } from './errors.js';
import type { PlanReply, PlanRequest } from './messages.js';
import { type PlannerDeps, PlannerLine } from './PlannerLine.js';

/** The native planner, in a process of its own: it ends the process that it is in where it meets a fault of its own. */
export interface PlannerService {
  /** @throws when the text is no supergraph. */
  read(supergraphSdl: string): Promise<Planner>;
  /** Ends the process. Planners that are asked all the same fail. */
  stop(): Promise<void>;
}

/** Finds out which subgraphs an operation has to ask, in which order. One per supergraph. */
export interface Planner {
  /**
   * @param operation GraphQL text with one operation, without introspection.
   * @throws {Unanswerable} when the subgraphs cannot answer it.
   * @throws {PlannerBusy} when it has no time for it now.
   * @throws {Error} when the planner itself failed, or took too long.
   */
  plan(operation: string): Promise<QueryPlan>;
}

/** Starts the planner; undefined where it has no binary for the platform, or its process cannot run. */
export async function createPlanner(deps: PlannerDeps): Promise<PlannerService | undefined> {
  const line = new PlannerLine(deps);
  const isThere = await line.ask({ supergraph: '' }).then(
    ({ kind }) => kind === 'ready',
    () => false,
  );
  if (!isThere) {
    await line.stop();
    return undefined;
  }
  return { read: (supergraphSdl) => readSupergraph(supergraphSdl, line), stop: () => line.stop() };
}

async function readSupergraph(supergraphSdl: string, line: PlannerLine): Promise<Planner> {
  const supergraph = createHash('sha256').update(supergraphSdl).digest('base64');
  await askOnce({ supergraph, supergraphSdl }, line);
  return {
    async plan(operation) {
      const first = await askOnce({ supergraph, operation }, line);
      const reply = first.kind === 'forgotten' ? await askOnce({ supergraph, supergraphSdl, operation }, line) : first;
      if (reply.kind === 'plan') return reply.plan;
      throw new Error(`The planner answered with ${reply.kind} instead of a plan.`);
    },
  };
}

async function askOnce(request: PlanRequest, line: PlannerLine): Promise<PlanReply> {
  const reply = await line.ask(request);
  if (reply.kind !== 'refused') return reply;
  throw isVerdict(reply.message) ? new Unanswerable(reply.message) : new Error(reply.message);
}

/** What the planner says of the supergraph; other refusals are faults of its own. It has no codes, only words. */
function isVerdict(message: string): boolean {
  return message.includes('No paths found') || message.includes('Failed to normalize operation');
}
