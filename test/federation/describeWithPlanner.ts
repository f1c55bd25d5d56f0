import { afterAll, describe } from '@jest/globals';
import { buildJoinedSchema } from '../../src/federation/joined/buildJoinedSchema.js';
import { createPlanner } from '../../src/federation/joined/planner/createPlanner.js';
import { silentLogger } from '../../src/observability/logger.js';
import { systemClock } from '../../src/time/clock.js';
import type { BuildSchema } from './contract.js';

/** Suites that need the native planner; where it has no binary they are named as skipped. To be awaited by the module. */
export async function describeWithPlanner(name: string, suite: (build: BuildSchema) => void): Promise<void> {
  const planner = await createPlanner({ clock: systemClock, logger: silentLogger });
  (planner === undefined ? describe.skip : describe)(name, () => {
    afterAll(() => planner?.stop());
    suite((supergraphSdl, subgraphs) => buildJoinedSchema(supergraphSdl, subgraphs, { planner }));
  });
}
