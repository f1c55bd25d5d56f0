import { afterAll, describe, expect, it } from '@jest/globals';
import { buildJoinedSchema } from '../../../../src/federation/joined/buildJoinedSchema.js';
import { createPlanner, type PlannerService } from '../../../../src/federation/joined/planner/createPlanner.js';
import { PlannerBusy, Unanswerable } from '../../../../src/federation/joined/planner/errors.js';
import { silentLogger } from '../../../../src/observability/logger.js';
import { systemClock } from '../../../../src/time/clock.js';
import { composeScripts } from '../../../support/subgraphs/composeScripts.js';
import { anyonesContext } from '../../../support/subgraphs/operationContext.js';
import { RequestLog } from '../../../support/subgraphs/requestLog.js';
import { ScriptedSubgraph } from '../../../support/subgraphs/scriptedSubgraph.js';
import type { SubgraphScript } from '../../../support/subgraphs/subgraphScript.js';
import { prepare, toldErrors } from './world.js';

const scripts: SubgraphScript[] = [
  {
    name: 'devices',
    typeDefs: 'type Device @key(fields: "id") { id: ID! name: String } type Query { device: Device total: Int }',
    resolvers: { Query: { device: () => ({ id: 'd1', name: 'web' }), total: () => 1 } },
  },
  {
    name: 'owners',
    typeDefs: 'type Device @key(fields: "id") { id: ID! owner: String }',
    resolvers: { Device: { __resolveReference: (reference) => reference, owner: ({ id }) => `owner of ${id}` } },
  },
];

describe('an operation that the planner does not plan', () => {
  const log = new RequestLog();
  const planner = createPlanner({ clock: systemClock, logger: silentLogger });
  afterAll(async () => (await planner)?.stop());

  /** The planner, but for operations that meet the test. */
  const open = async (failure: (operation: string) => Error | undefined) => {
    log.clear();
    const planned: string[] = [];
    const service = await planner;
    const failing: PlannerService = {
      async read(sdl) {
        const plans = await service?.read(sdl);
        return {
          async plan(operation) {
            planned.push(operation);
            const error = failure(operation);
            if (error !== undefined || plans === undefined) throw error ?? new Error('These tests want the planner.');
            return plans.plan(operation);
          },
        };
      },
      stop: async () => undefined,
    };
    const subgraphs = new Map(scripts.map((script) => [script.name, new ScriptedSubgraph(script, log)]));
    const schema = await buildJoinedSchema(composeScripts(scripts), subgraphs, { planner: failing });
    const ask = async (query: string, variables = {}) =>
      (await prepare(schema, query)).execute({ variables, context: anyonesContext() });
    return { ask, planned };
  };

  it('is answered without a plan where the planner breaks, and breaks it once', async () => {
    const { ask, planned } = await open(() => new Error('broken'));
    for (const _time of ['first', 'second'])
      expect(await ask('{ device { name owner } }')).toEqual({
        data: { device: { name: 'web', owner: 'owner of d1' } },
      });
    expect(planned).toHaveLength(1);
  });

  it('is planned for the values of its conditions, of which the planner hears nothing', async () => {
    const { ask, planned } = await open((operation) => (operation.includes('@') ? new Error('broken') : undefined));
    const query =
      'query ($yes: Boolean!) { device { name @skip(if: $yes) owner @include(if: $yes) ... @skip(if: true) { id } } }';
    expect((await ask(query, { yes: true })).data).toEqual({ device: { owner: 'owner of d1' } });
    expect((await ask(query, { yes: true })).data).toEqual({ device: { owner: 'owner of d1' } });
    expect(planned).toHaveLength(2);
    log.clear();
    expect((await ask(query, { yes: false })).data).toEqual({ device: { name: 'web' } });
    expect(log.waves()).toEqual([['devices: device']]);
  });

  it('keeps objects of which its conditions leave nothing', async () => {
    const { ask } = await open((operation) => (operation.includes('@') ? new Error('broken') : undefined));
    const query = 'query ($no: Boolean!) { device { owner @include(if: $no) } total @include(if: $no) }';
    expect(await ask(query, { no: false })).toEqual({ data: { device: {} } });
  });

  it('refuses its variables all the same', async () => {
    const { ask } = await open((operation) => (operation.includes('@') ? new Error('broken') : undefined));
    const answer = await ask('query ($no: Boolean!) { total @include(if: $no) }', { no: 'perhaps' });
    expect(toldErrors(answer)).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  });

  it('is a fault of ours where no subgraph can be asked', async () => {
    const { ask } = await open(() => new Unanswerable('No paths found'));
    const answer = await ask('{ device { name } }');
    expect(answer).not.toHaveProperty('data');
    expect(toldErrors(answer)).toMatchObject([{ code: 'INTERNAL' }]);
  });

  it('is planned another time where the planner was busy', async () => {
    let isBusy = true;
    const { ask } = await open(() => (isBusy ? new PlannerBusy('busy') : undefined));
    expect(toldErrors(await ask('{ total }'))).toMatchObject([{ code: 'INTERNAL' }]);
    isBusy = false;
    expect(await ask('{ total }')).toEqual({ data: { total: 1 } });
  });
});
