import type { Logger } from '../../observability/logger.js';
import type { Clock } from '../../time/clock.js';
import type { Subgraph } from '../contract.js';
import type { Part } from './compose.js';
import type { BuildExecutable, Supergraph, SupergraphSource } from './contract.js';
import { type WatchFolder, watchFolder } from './FileWatch.js';
import { FollowedSupergraph } from './FollowedSupergraph.js';
import { FileSource } from './fileSource.js';
import { SubgraphsSource } from './subgraphsSource.js';

export interface SupergraphOptions {
  readonly from:
    | {
        readonly kind: 'subgraphs';
        /** Those of others, with distinct names. Whoever made them stops them. */
        readonly subgraphs: readonly Subgraph[];
        /** Milliseconds between two looks, ±10 %; default 60 000. */
        readonly pollIntervalMs?: number;
      }
    | {
        readonly kind: 'file';
        /** A composed supergraph; read at the start and whenever it changes. */
        readonly path: string;
      };
  /** Name and subgraph SDL of our own schema; absent: it takes no part. */
  readonly own?: Part;
  /** Milliseconds for which the start waits for a first supergraph, where there is none at once; default 10 000. */
  readonly startPatienceMs?: number;
}

export interface SupergraphDeps {
  readonly build: BuildExecutable;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  /** Default: that of the operating system. */
  readonly watch?: WatchFolder;
}

/**
 * Serves the schema that joins subgraphs, and follows its changes: what composes and can be executed takes the place of
 * what is served, anything else leaves it there and is told by `status()`. Never rejects for trouble of subgraphs or
 * files. With our own schema there is always something to serve, if need be that alone; without it the start waits a
 * while for a first supergraph and then goes on without, so that readiness can tell why.
 */
export async function createSupergraph(options: SupergraphOptions, deps: SupergraphDeps): Promise<Supergraph> {
  const following = new FollowedSupergraph(options.own, openSource(options, deps), deps);
  await following.start(options.startPatienceMs ?? defaultPatienceMs);
  return following;
}

const defaultPatienceMs = 10_000;

function openSource({ from, own }: SupergraphOptions, deps: SupergraphDeps): SupergraphSource {
  const { clock, random, watch = watchFolder } = deps;
  return from.kind === 'file'
    ? new FileSource({ path: from.path, own: own?.name }, { clock, watch })
    : new SubgraphsSource({ ...from, own }, { clock, random });
}
