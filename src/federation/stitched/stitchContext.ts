import type { OperationContext } from '../../execution/contract.js';

/**
 * What one execution on the stitched schema carries to the subgraphs. A new object each time: requests are put together
 * only among those of one such object.
 */
export interface StitchContext {
  readonly operation: OperationContext;
  /**
   * The step of a subscription that is executed: `begin` is given the events of the subgraph, as they are, and `event`
   * is one of them to be answered. The stitched schema finds out in the same way whom to ask, so that the answer holds
   * what the beginning asked for.
   */
  readonly step?:
    | { readonly kind: 'begin'; begin(events: AsyncIterable<unknown>): void }
    | { readonly kind: 'event'; readonly event: unknown };
}
