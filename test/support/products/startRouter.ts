import { buildFixedSource } from '../../../src/execution/fixedSource.js';
import { createRemoteSubgraph } from '../../../src/federation/remote/createRemoteSubgraph.js';
import { silentLogger } from '../../../src/observability/logger.js';
import { systemClock } from '../../../src/time/clock.js';
import { start } from '../../unit/server/support.js';
import { plannedSchemas } from '../plannedSchemas.js';

export interface Router {
  readonly url: string;
  stop(): Promise<void>;
}

/** Our own server as the gateway of a supergraph, all of whose subgraphs are those of others. */
export async function startRouter(supergraphSdl: string, urls: Readonly<Record<string, string>>): Promise<Router> {
  const planned = plannedSchemas();
  const deps = { clock: systemClock, logger: silentLogger, random: () => 0 };
  const subgraphs = Object.entries(urls).map(([name, url]) => createRemoteSubgraph({ name, url }, deps));
  const byName = new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph]));
  const { url, server } = await start({ schemas: buildFixedSource(await planned.build(supergraphSdl, byName)) });
  return {
    url,
    stop: async () => {
      await server.stop();
      await Promise.all([planned.stop(), ...subgraphs.map((subgraph) => subgraph.stop())]);
    },
  };
}
