import type { FastifyRequest } from 'fastify';
import type { EmulatorContext } from '../context.js';
import { ODataSyntaxError, ODataUnsupportedError } from '../odata/errors.js';
import { GraphError } from './GraphError.js';

/** @see https://learn.microsoft.com/graph/errors */
export function buildErrorBody(
  request: FastifyRequest,
  code: string,
  message: string,
  context: EmulatorContext,
): object {
  const inner = {
    date: context.clock.timestamp().slice(0, 19),
    'request-id': request.call.requestId,
    'client-request-id': request.call.clientRequestId,
  };
  return { error: { code, message, [context.switches.innerErrorKey]: inner } };
}

/** Whatever a route throws, as Graph would say it. */
export function toGraphError(error: unknown): GraphError {
  if (error instanceof GraphError) return error;
  if (error instanceof ODataSyntaxError) return new GraphError(400, 'BadRequest', error.message);
  if (error instanceof ODataUnsupportedError) return new GraphError(400, 'BadRequest', error.message);
  const { statusCode, message = '' } = error as { statusCode?: unknown; message?: string };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new GraphError(statusCode, 'BadRequest', message);
  }
  return new GraphError(500, 'InternalServerError', message);
}

/** The words that Graph uses for a status that a fault scripts. */
export function codeOfStatus(status: number): readonly [code: string, message: string] {
  switch (status) {
    case 429:
      return ['TooManyRequests', 'Too many requests.'];
    case 502:
      return ['BadGateway', 'Bad gateway.'];
    case 503:
      return ['ServiceUnavailable', 'The service is temporarily unavailable. Please retry after a while.'];
    case 504:
      return ['GatewayTimeout', 'The server did not answer in time.'];
    case 401:
      return ['InvalidAuthenticationToken', 'Access token validation failure.'];
    case 403:
      return ['Forbidden', ''];
    case 404:
      return ['ResourceNotFound', 'The resource could not be found.'];
    default:
      return status >= 500
        ? ['InternalServerError', 'An internal server error occurred.']
        : ['BadRequest', 'Bad request.'];
  }
}
