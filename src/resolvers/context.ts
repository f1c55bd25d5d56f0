import type { Changes } from '../changes/contract.js';
import type { DataSources } from '../datasources/createDataSources.js';
import type { OperationContext } from '../execution/contract.js';
import type { Upstreams } from '../upstream/contract.js';

/** What resolvers see. Made once per operation, and once per event of a subscription, so that loaders never grow old. */
export interface GatewayContext extends OperationContext {
  readonly dataSources: DataSources;
  readonly changes: Changes;
  readonly upstreams: Upstreams;
  /** Only in the context in which a subscription begins. */
  readonly start?: StreamStart;
}

/** Where the events of a subscription begin; tells the transport, which announces it to the client. */
export interface StreamStart {
  /**
   * @param asked The argument `after`.
   * @param newest Cursor of the newest change; asked only when neither the transport nor the operation names a place.
   * @returns the cursor behind which to begin: that of the last event that the client had over this transport, or else
   * `asked`, or else the newest.
   */
  after(asked: string | null | undefined, newest: () => string): string;
}
