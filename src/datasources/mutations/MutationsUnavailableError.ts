import { GatewayError } from '../../errors/GatewayError.js';

/** A mutation may not write now: what instances have to know of each other cannot be looked up. Nothing was written. */
export class MutationsUnavailableError extends GatewayError {
  /** For the caller the same as an upstream that is away: nothing was written, and a repeat may go through. */
  readonly code = 'UPSTREAM_UNAVAILABLE';
}
