import { type HttpFailure, systemCode } from '../../upstream/http/transport.js';
import { SubgraphError, type SubgraphErrorCode } from '../SubgraphError.js';

/** Errors of a subgraph that gave no answer. Causes are not kept: the platform's name hosts, a parser's quote bodies. */

export function unreachable(subgraph: string, logFields: object = {}): SubgraphError {
  return fail('UPSTREAM_UNAVAILABLE', `The subgraph "${subgraph}" cannot be reached.`, subgraph, logFields);
}

export function lost(subgraph: string, logFields: object = {}): SubgraphError {
  return fail('UPSTREAM_UNAVAILABLE', `The subgraph "${subgraph}" broke the connection.`, subgraph, logFields);
}

export function faulty(subgraph: string, status: number): SubgraphError {
  return fail('UPSTREAM_UNAVAILABLE', `The subgraph "${subgraph}" answered with a fault.`, subgraph, { status });
}

export function breakerOpen(subgraph: string, retryAfterMs: number): SubgraphError {
  const message = `The subgraph "${subgraph}" failed repeatedly and is not asked for the moment.`;
  return fail('UPSTREAM_UNAVAILABLE', message, subgraph, {}, retryAfterMs);
}

export function stopped(subgraph: string): SubgraphError {
  const message = `The gateway is shutting down, or no longer asks the subgraph "${subgraph}".`;
  return fail('UPSTREAM_UNAVAILABLE', message, subgraph);
}

export function tooSlowReader(subgraph: string): SubgraphError {
  const message = `Events of the subgraph "${subgraph}" came faster than they were read.`;
  return fail('UPSTREAM_UNAVAILABLE', message, subgraph);
}

export function throttled(subgraph: string, status: number, retryAfterMs: number | undefined): SubgraphError {
  const message = `The subgraph "${subgraph}" is throttling the gateway.`;
  return fail('UPSTREAM_THROTTLED', message, subgraph, { status }, retryAfterMs);
}

export function forbidden(subgraph: string, logFields: object): SubgraphError {
  return fail('UPSTREAM_FORBIDDEN', `The subgraph "${subgraph}" refuses the request.`, subgraph, logFields);
}

export function timedOut(subgraph: string): SubgraphError {
  return fail('UPSTREAM_TIMEOUT', `The subgraph "${subgraph}" did not answer in time.`, subgraph);
}

/** The caller went away; nobody reads this but the log. */
export function cancelled(subgraph: string): SubgraphError {
  return fail('UPSTREAM_TIMEOUT', `The request to the subgraph "${subgraph}" was cancelled.`, subgraph);
}

/** @param why Constant words, never the subgraph's. */
export function badResponse(subgraph: string, why: string, logFields: object = {}): SubgraphError {
  const message = `The subgraph "${subgraph}" answered something unexpected: ${why}.`;
  return fail('UPSTREAM_BAD_RESPONSE', message, subgraph, logFields);
}

/** An exchange that brought no whole answer. */
export function fromFailure(subgraph: string, { reason, cause }: HttpFailure): SubgraphError {
  switch (reason) {
    case 'not-sent':
      return unreachable(subgraph, { errorCode: systemCode(cause) });
    case 'lost':
      return isDecodingFault(cause)
        ? badResponse(subgraph, 'the body cannot be decoded', { errorCode: systemCode(cause) })
        : lost(subgraph, { errorCode: systemCode(cause) });
    case 'timeout':
    case 'deadline':
      return timedOut(subgraph);
    case 'cancelled':
      return cancelled(subgraph);
    case 'too-large':
      return badResponse(subgraph, 'the body is too large');
  }
}

/** The codes of zlib. */
function isDecodingFault(cause: unknown): boolean {
  return systemCode(cause)?.startsWith('Z_') === true;
}

function fail(
  code: SubgraphErrorCode,
  message: string,
  subgraph: string,
  logFields: object = {},
  retryAfterMs?: number,
): SubgraphError {
  return new SubgraphError(
    code,
    message,
    { subgraph, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
    { ...logFields },
  );
}
