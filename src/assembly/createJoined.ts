import type { Registry } from 'prom-client';
import type { JoinedConfig } from '../config/joinedOf.js';
import type { ExecutableSchema, SchemaSource } from '../execution/contract.js';
import { ownSubgraphName, type Subgraph, type Subgraphs } from '../federation/contract.js';
import { buildJoinedSchema } from '../federation/joined/buildJoinedSchema.js';
import { createPlanner } from '../federation/joined/planner/createPlanner.js';
import { buildOwnSubgraph } from '../federation/ownSubgraph.js';
import { createRemoteSubgraph } from '../federation/remote/createRemoteSubgraph.js';
import type { Supergraph } from '../federation/supergraph/contract.js';
import { createSupergraph, type SupergraphOptions } from '../federation/supergraph/createSupergraph.js';
import { listSubgraphs, toAddresses } from '../federation/supergraph/listSubgraphs.js';
import type { Logger } from '../observability/logger.js';
import { registerSubgraphMetrics } from '../observability/subgraphMetrics.js';
import type { Readiness } from '../server/health.js';
import type { Clock } from '../time/clock.js';
import { joinedReadiness } from './joinedReadiness.js';
import { RemoteSubgraphs } from './RemoteSubgraphs.js';

export interface JoinedDeps {
  readonly clock: Clock;
  /** In [0, 1); spreads waits. */
  readonly random: () => number;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Our own schema; absent: it takes no part. */
  readonly own?: OwnPart;
}

export interface OwnPart {
  /** With `_entities`. */
  readonly executable: ExecutableSchema;
  /** As it is composed. */
  readonly subgraphSdl: string;
}

/** The schema of several services, and all that is needed to ask them. */
export interface Joined {
  readonly schemas: SchemaSource;
  /** False until a first supergraph could be made. */
  hasSchema(): boolean;
  /** Not ready while there is no joined schema at all. */
  readiness(): Readiness;
  /** After the last operation. */
  stop(): Promise<void>;
}

/** Joins our own schema, where it takes part, with those of the configured subgraphs or of a supergraph file. */
export async function createJoined(config: JoinedConfig, deps: JoinedDeps): Promise<Joined> {
  const { clock, random, logger, own } = deps;
  const metrics = registerSubgraphMetrics(deps.registry);
  const remotes = new RemoteSubgraphs(
    (address) => createRemoteSubgraph(address, { clock, random, logger, metrics }),
    clock,
  );
  const planner = await createPlanner({ clock, logger });
  const ownSubgraph = own === undefined ? [] : [buildOwnSubgraph(own.executable)];
  const build = (supergraphSdl: string) =>
    remotes.use(addressesIn(supergraphSdl, config, own), (subgraphs) =>
      buildJoinedSchema(supergraphSdl, byName([...ownSubgraph, ...subgraphs]), { planner, own: own?.executable }),
    );
  const stopAsking = async () => {
    await remotes.stop();
    await planner?.stop();
  };
  try {
    const from = await sourceOf(config, remotes);
    const ownPart = own === undefined ? {} : { own: { name: ownSubgraphName, sdl: own.subgraphSdl } };
    const supergraph = await createSupergraph({ from, ...ownPart }, { build, clock, random, logger });
    return toJoined(supergraph, remotes, stopAsking);
  } catch (error) {
    await stopAsking();
    throw error;
  }
}

type Remotes = RemoteSubgraphs<ReturnType<typeof createRemoteSubgraph>>;

function toJoined(supergraph: Supergraph, remotes: Remotes, stopAsking: () => Promise<void>): Joined {
  return {
    schemas: supergraph,
    hasSchema: () => supergraph.status().state !== 'missing',
    readiness: () => joinedReadiness(supergraph.status(), remotes.all),
    stop: async () => {
      await supergraph.stop();
      await stopAsking();
    },
  };
}

async function sourceOf(config: JoinedConfig, remotes: Remotes): Promise<SupergraphOptions['from']> {
  const { supergraphFile: path, subgraphs: addresses, pollIntervalMs } = config;
  if (path !== undefined) return { kind: 'file', path };
  return remotes.use(addresses, (subgraphs) => ({ kind: 'subgraphs', subgraphs, pollIntervalMs }));
}

/** Without a file the subgraphs are those of the configuration, whether or not they are part of the supergraph already. */
function addressesIn(supergraphSdl: string, { supergraphFile, subgraphs }: JoinedConfig, own: OwnPart | undefined) {
  if (supergraphFile === undefined) return subgraphs;
  return toAddresses(listSubgraphs(supergraphSdl), subgraphs, own === undefined ? undefined : ownSubgraphName);
}

function byName(subgraphs: readonly Subgraph[]): Subgraphs {
  return new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph]));
}
