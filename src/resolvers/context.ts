import type { Principal } from '../auth/principal.js';
import type { AlertChanges } from '../changes/contract.js';
import type { DataSources } from '../datasources/createDataSources.js';
import type { CallScope, Upstreams } from '../upstream/contract.js';

/** What resolvers see. Made once per operation, and once per event of a subscription, so that loaders never grow old. */
export interface GatewayContext {
  readonly principal: Principal;
  readonly scope: CallScope;
  readonly dataSources: DataSources;
  readonly alertChanges: AlertChanges;
  readonly upstreams: Upstreams;
}
