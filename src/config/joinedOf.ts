import { ownSubgraphName } from '../federation/contract.js';
import type { RemoteSubgraphConfig } from '../federation/remote/config.js';
import type { ConfigProblem } from './ConfigError.js';
import { readSubgraphs } from './readSubgraphs.js';
import type { SettingValues } from './settings.js';

/** Which services are joined to one schema, and how they are reached. */
export interface JoinedConfig {
  /** File with a composed supergraph. Absent: it is composed of what the subgraphs say. */
  readonly supergraphFile?: string;
  /** Those of others. Beside a file: how to reach services that it names, instead of the URLs that it holds. */
  readonly subgraphs: readonly RemoteSubgraphConfig[];
  /** Between two looks at the schemas of the subgraphs. */
  readonly pollIntervalMs: number;
}

/** Whether only the data of others is served; not while the setting is wrong, so that all else that is missing is told. */
export function isRouter({ LOCAL_SUBGRAPH }: Partial<SettingValues>): boolean {
  return LOCAL_SUBGRAPH === false;
}

/** @returns undefined when nothing is joined. Reports what is wrong or missing. */
export function joinedOf(values: SettingValues, report: (problem: ConfigProblem) => void): JoinedConfig | undefined {
  const { SUPERGRAPH: supergraphFile, SUBGRAPHS: text } = values;
  if (supergraphFile === undefined && text === undefined) {
    if (isRouter(values))
      report({ setting: 'LOCAL_SUBGRAPH', problem: 'is false, so SUPERGRAPH or SUBGRAPHS has to say what is served' });
    return undefined;
  }
  const rules = {
    reserved: isRouter(values) ? [] : [ownSubgraphName],
    anyName: supergraphFile !== undefined,
  };
  const { subgraphs, problems } = text === undefined ? { subgraphs: [], problems: [] } : readSubgraphs(text, rules);
  if (problems.length > 0) report({ setting: 'SUBGRAPHS', problem: problems.join('; ') });
  return {
    ...(supergraphFile === undefined ? {} : { supergraphFile }),
    subgraphs,
    pollIntervalMs: values.SUBGRAPH_POLL_SECONDS * 1000,
  };
}
