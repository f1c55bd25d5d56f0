import type { ExecutableSchema } from '../../src/execution/contract.js';
import type { Subgraphs } from '../../src/federation/contract.js';
import { buildJoinedSchema, type JoinedOptions } from '../../src/federation/joined/buildJoinedSchema.js';
import { createPlanner, type PlannerService } from '../../src/federation/joined/planner/createPlanner.js';
import { silentLogger } from '../../src/observability/logger.js';
import { systemClock } from '../../src/time/clock.js';

/** Joined schemas that share one planner, which belongs to the test file. */
export interface PlannedSchemas {
  build(supergraphSdl: string, subgraphs: Subgraphs, options?: JoinedOptions): Promise<ExecutableSchema>;
  /** After the last test. */
  stop(): Promise<void>;
}

export function plannedSchemas(): PlannedSchemas {
  let starting: Promise<PlannerService | undefined> | undefined;
  const start = () => (starting ??= createPlanner({ clock: systemClock, logger: silentLogger }));
  return {
    build: async (supergraphSdl, subgraphs, options) =>
      buildJoinedSchema(supergraphSdl, subgraphs, { planner: await start(), ...options }),
    stop: async () => (await starting)?.stop(),
  };
}
