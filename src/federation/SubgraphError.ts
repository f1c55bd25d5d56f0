import { GatewayError, type UpstreamErrorCode } from '../errors/GatewayError.js';

/** How asking a subgraph can fail: no answer (`UPSTREAM_…`), or an error that the subgraph itself reported. */
export type SubgraphErrorCode = Exclude<UpstreamErrorCode, 'UPSTREAM_NOT_CONFIGURED'> | 'SUBGRAPH_ERROR';

export interface SubgraphErrorDetails {
  /** Its name in the supergraph. */
  readonly subgraph: string;
  /** The code that the subgraph gave the error, a plain word; only with `SUBGRAPH_ERROR`. */
  readonly subgraphCode?: string;
  /** Milliseconds until another try is worth it, where that is known. */
  readonly retryAfterMs?: number;
}

/** A subgraph failed. One such error nulls the fields that needed the subgraph and nothing else. */
export class SubgraphError extends GatewayError {
  constructor(
    readonly code: SubgraphErrorCode,
    clientMessage: string,
    readonly details: SubgraphErrorDetails,
    logFields: Readonly<Record<string, unknown>> = {},
  ) {
    super(clientMessage, logFields);
  }

  override get extensions(): Readonly<Record<string, unknown>> {
    return { ...this.details };
  }
}
