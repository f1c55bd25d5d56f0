import type { Cache } from '../cache/contract.js';
import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';
import type { CallScope, Upstreams } from '../upstream/contract.js';
import { AlertsDataSource } from './alerts/AlertsDataSource.js';
import type { AlertWrites } from './alerts/mutations/createAlertWrites.js';
import { DirectoryDataSource } from './directory/DirectoryDataSource.js';
import { IdentityDataSource } from './identity/IdentityDataSource.js';
import { IncidentsDataSource } from './incidents/IncidentsDataSource.js';
import { McasActivitiesDataSource } from './mcas/McasActivitiesDataSource.js';
import { SecureScoresDataSource } from './scores/SecureScoresDataSource.js';

/** What every datasource is made from. */
export interface DataSourceDeps {
  readonly upstreams: Upstreams;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly alertsDialect: 'v2' | 'legacy';
  /** One per process: what it remembers of its own writes to alerts. */
  readonly alertWrites: AlertWrites;
}

export interface DataSources {
  readonly alerts: AlertsDataSource;
  readonly directory: DirectoryDataSource;
  readonly identity: IdentityDataSource;
  readonly incidents: IncidentsDataSource;
  readonly mcasActivities: McasActivitiesDataSource;
  readonly scores: SecureScoresDataSource;
}

/** The datasources of one operation; their loaders batch within it and die with it. */
export function createDataSources(deps: DataSourceDeps, scope: CallScope): DataSources {
  return {
    alerts: new AlertsDataSource(deps, scope),
    directory: new DirectoryDataSource(deps, scope),
    identity: new IdentityDataSource(deps, scope),
    incidents: new IncidentsDataSource({ ...deps, upstream: deps.upstreams.GRAPH_SECURITY }, scope),
    mcasActivities: new McasActivitiesDataSource({ ...deps, upstream: deps.upstreams.MCAS }, scope),
    scores: new SecureScoresDataSource({ ...deps, upstream: deps.upstreams.GRAPH_SECURITY }, scope),
  };
}
