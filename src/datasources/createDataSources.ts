import type { Cache } from '../cache/contract.js';
import type { Mirror } from '../mirror/contract.js';
import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';
import type { CallScope, Upstreams } from '../upstream/contract.js';
import { AlertsDataSource } from './alerts/AlertsDataSource.js';
import type { GatewayWrites } from './createGatewayWrites.js';
import type { NamedDirectory } from './directory/createNamedDirectory.js';
import { DirectoryDataSource } from './directory/DirectoryDataSource.js';
import { IdentityDataSource } from './identity/IdentityDataSource.js';
import { IncidentsDataSource } from './incidents/IncidentsDataSource.js';
import { McasAccountsDataSource } from './mcas/accounts/McasAccountsDataSource.js';
import { McasAlertsDataSource } from './mcas/alerts/McasAlertsDataSource.js';
import { CallAllowance } from './mcas/calls.js';
import { McasDiscoveryDataSource } from './mcas/discovery/McasDiscoveryDataSource.js';
import { McasFilesDataSource } from './mcas/files/McasFilesDataSource.js';
import { McasIPRangesDataSource } from './mcas/ipRanges/McasIPRangesDataSource.js';
import { McasActivitiesDataSource } from './mcas/McasActivitiesDataSource.js';
import type { KeptProfiles } from './scores/createKeptProfiles.js';
import { SecureScoresDataSource } from './scores/SecureScoresDataSource.js';

/** What every datasource is made from. */
export interface DataSourceDeps extends GatewayWrites {
  readonly upstreams: Upstreams;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly alertsDialect: 'v2' | 'legacy';
  /** Absent: nothing is mirrored. */
  readonly mirror?: Mirror;
  /** Users and devices that mirrored rows name. Absent: they are read like any others. */
  readonly named?: Pick<NamedDirectory, 'users' | 'devices'>;
  /** Absent: control profiles are read when they are asked for. */
  readonly keptProfiles?: KeptProfiles;
}

export interface DataSources {
  readonly alerts: AlertsDataSource;
  readonly directory: DirectoryDataSource;
  readonly identity: IdentityDataSource;
  readonly incidents: IncidentsDataSource;
  readonly mcasAccounts: McasAccountsDataSource;
  readonly mcasActivities: McasActivitiesDataSource;
  readonly mcasAlerts: McasAlertsDataSource;
  readonly mcasDiscovery: McasDiscoveryDataSource;
  readonly mcasFiles: McasFilesDataSource;
  readonly mcasIPRanges: McasIPRangesDataSource;
  readonly scores: SecureScoresDataSource;
}

/** The datasources of one operation; their loaders batch within it and die with it. */
export function createDataSources(deps: DataSourceDeps, scope: CallScope): DataSources {
  const mcas = { ...deps, upstream: deps.upstreams.MCAS, allowance: new CallAllowance() };
  return {
    alerts: new AlertsDataSource(deps, scope),
    directory: new DirectoryDataSource(deps, scope),
    identity: new IdentityDataSource(deps, scope),
    incidents: new IncidentsDataSource({ ...deps, upstream: deps.upstreams.GRAPH_SECURITY }, scope),
    mcasAccounts: new McasAccountsDataSource(mcas, scope),
    mcasActivities: new McasActivitiesDataSource(mcas, scope),
    mcasAlerts: new McasAlertsDataSource(mcas, scope),
    mcasDiscovery: new McasDiscoveryDataSource(mcas, scope),
    mcasFiles: new McasFilesDataSource(mcas, scope),
    mcasIPRanges: new McasIPRangesDataSource({ ...mcas, locks: deps.alertWrites.locks }, scope),
    scores: new SecureScoresDataSource({ ...deps, upstream: deps.upstreams.GRAPH_SECURITY }, scope),
  };
}
