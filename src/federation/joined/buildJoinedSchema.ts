import { parse, printSchema } from 'graphql';
import type { ExecutableSchema } from '../../execution/contract.js';
import type { Subgraphs } from '../contract.js';
import { buildStitchedSchema } from '../stitched/buildStitchedSchema.js';
import { checkPlan } from './checkPlan.js';
import { Preparation } from './Preparation.js';
import type { PlannerService } from './planner/createPlanner.js';
import { supergraphForPlanner } from './planner/supergraphForPlanner.js';
import { buildPublicSchema } from './publicSchema.js';
import { readPlan } from './readPlan.js';
import { buildSupergraphFacts } from './supergraphFacts.js';

export interface JoinedOptions {
  /** Absent: the supergraph is stitched together. */
  readonly planner?: PlannerService | undefined;
  /** Our own schema, with `_entities`, where it is one of the subgraphs (as `ownSubgraphName`). */
  readonly own?: ExecutableSchema | undefined;
  /** What executes the operations at which the planner fails; the stitched schema, unless a test has another. */
  readonly stitch?: () => ExecutableSchema;
}

/**
 * Makes a supergraph executable, by plans.
 * @param supergraphSdl A composed supergraph.
 * @param subgraphs Those that it names; one that is missing fails its fields and nothing else.
 * @throws {Error} when the text is no supergraph.
 */
export async function buildJoinedSchema(
  supergraphSdl: string,
  subgraphs: Subgraphs,
  { planner, own, stitch = () => buildStitchedSchema(supergraphSdl, subgraphs, own) }: JoinedOptions,
): Promise<ExecutableSchema> {
  if (planner === undefined) return stitch();
  const supergraph = parse(supergraphSdl, { noLocation: true });
  const schema = buildPublicSchema(supergraph);
  const { sdl, subgraphOf } = supergraphForPlanner(supergraph);
  const facts = buildSupergraphFacts(supergraph);
  const plans = await planner.read(sdl);
  const preparation = new Preparation({
    schema,
    facts,
    subgraphs,
    own,
    plan: async (operation) => {
      const plan = readPlan(await plans.plan(operation), subgraphOf);
      checkPlan(plan, facts);
      return plan;
    },
    stitch,
  });
  return {
    schema,
    sdl: `${printSchema(schema).trim()}\n`,
    prepare: (document, definition) => preparation.prepare(document, definition),
  };
}
