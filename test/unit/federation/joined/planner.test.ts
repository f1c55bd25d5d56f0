import { afterEach, describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { createPlanner, type PlannerService } from '../../../../src/federation/joined/planner/createPlanner.js';
import { PlannerBusy, Unanswerable } from '../../../../src/federation/joined/planner/errors.js';
import { supergraphForPlanner } from '../../../../src/federation/joined/planner/supergraphForPlanner.js';
import { type Logger, silentLogger } from '../../../../src/observability/logger.js';
import { systemClock } from '../../../../src/time/clock.js';
import { composeScripts } from '../../../support/subgraphs/composeScripts.js';

/** A supergraph, as it is composed, over which version 0.0.38 of the planner ends its process. */
const breaking = composeScripts([
  {
    name: 'catalog',
    typeDefs: 'type Product @key(fields: "id") { id: ID! name: String } type Query { products: [Product] }',
  },
  {
    name: 'prices',
    typeDefs: `type Product @key(fields: "id") @key(fields: "sku") {
      id: ID! sku: ID name: String @external discount: Int @requires(fields: "name")
    }`,
  },
]);

describe('the planner', () => {
  let services: PlannerService[] = [];
  afterEach(async () => {
    await Promise.all(services.map((service) => service.stop()));
    services = [];
  });

  const start = async (logger: Logger = silentLogger, timeoutMs?: number): Promise<PlannerService> => {
    const deps = { clock: systemClock, logger, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
    const service = await createPlanner(deps);
    if (service === undefined) throw new Error('These tests want a platform with the native planner.');
    services.push(service);
    return service;
  };

  it('plans in a process of its own', async () => {
    const planner = await (await start()).read(breaking);
    expect(await planner.plan('{ products { name } }')).toMatchObject({
      node: { kind: 'Fetch', serviceName: 'catalog' },
    });
  });

  it('survives an operation that ends its process, says so once, and plans the next one', async () => {
    const told: object[] = [];
    const planner = await (await start({ ...silentLogger, warn: (fields) => void told.push(fields) })).read(breaking);
    const broken = planner.plan('{ products { discount } }');
    const next = planner.plan('{ products { name } }');
    await expect(broken).rejects.toThrow('The planner broke');
    expect(await next).toMatchObject({ node: { serviceName: 'catalog' } });
    expect(told).toEqual([{ code: null, signal: 'SIGABRT' }]);
  });

  it('ends a process that takes too long', async () => {
    const planner = await (await start(silentLogger, 1)).read(breaking);
    const fields = Array.from({ length: 20_000 }, (_, number) => `n${number}: name`);
    await expect(planner.plan(`{ products { ${fields.join(' ')} } }`)).rejects.toThrow('The planner broke');
  });

  it('goes back to a supergraph after others have been read', async () => {
    const service = await start();
    const planner = await service.read(breaking);
    for (const name of ['b', 'c', 'd', 'e', 'f'])
      await service.read(composeScripts([{ name, typeDefs: 'type Query { a: Int }' }]));
    expect(await planner.plan('{ products { name } }')).toMatchObject({ node: { serviceName: 'catalog' } });
  });

  it('refuses what is no supergraph', async () => {
    await expect((await start()).read('type Query {')).rejects.toThrow();
  });

  it('tells a field that nobody answers from a fault of its own', async () => {
    const planner = await (await start()).read(breaking);
    await expect(planner.plan('{ nothing }')).rejects.toBeInstanceOf(Unanswerable);
  });

  it('plans nothing more once it is stopped', async () => {
    const service = await start();
    const planner = await service.read(breaking);
    await service.stop();
    await expect(planner.plan('{ products { name } }')).rejects.toBeInstanceOf(PlannerBusy);
  });
});

describe('a supergraph for the planner', () => {
  it('has no key last that others lack, so that nothing breaks', async () => {
    const service = await createPlanner({ clock: systemClock, logger: silentLogger });
    const { sdl, subgraphOf } = supergraphForPlanner(parse(breaking));
    try {
      const plan = await (await service?.read(sdl))?.plan('{ products { discount } }');
      const services = [...JSON.stringify(plan).matchAll(/"serviceName":"([^"]+)"/g)].map(([, name = '']) => name);
      expect(services.map(subgraphOf)).toEqual(['catalog', 'prices']);
    } finally {
      await service?.stop();
    }
  });

  it('takes overrides that are rolled out in part for none, and those that are complete for all', async () => {
    const service = await createPlanner({ clock: systemClock, logger: silentLogger });
    try {
      for (const [percent, owner] of [
        ['40', 'old'],
        ['100', 'new'],
      ]) {
        const { sdl, subgraphOf } = supergraphForPlanner(parse(rolledOut(`percent(${percent})`)));
        const plan = await (await service?.read(sdl))?.plan('{ total }');
        const [, name = ''] = /"serviceName":"([^"]+)"/.exec(JSON.stringify(plan)) ?? [];
        expect(subgraphOf(name)).toBe(owner);
      }
    } finally {
      await service?.stop();
    }
  });
});

/** As a composition writes it. */
function rolledOut(label: string): string {
  return `
    schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION) { query: Query }
    directive @join__graph(name: String!, url: String!) on ENUM_VALUE
    directive @join__type(graph: join__Graph!, key: String, isInterfaceObject: Boolean = false) repeatable on OBJECT
    directive @join__field(graph: join__Graph, override: String, overrideLabel: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION
    directive @link(url: String, as: String, for: link__Purpose, import: [String]) repeatable on SCHEMA
    enum link__Purpose { SECURITY EXECUTION }
    enum join__Graph { NEW @join__graph(name: "new", url: "") OLD @join__graph(name: "old", url: "") }
    type Query @join__type(graph: NEW) @join__type(graph: OLD) {
      total: Int @join__field(graph: NEW, override: "old", overrideLabel: "${label}") @join__field(graph: OLD, overrideLabel: "${label}")
    }
  `;
}
