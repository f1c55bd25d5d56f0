import type { Refusals } from '../http/createApp.js';
import { buildErrorBody, codeOfStatus } from './errorBody.js';
import type { GraphContext } from './GraphContext.js';

/** The refusals that scripted faults send, in Graph's words. */
export function buildGraphRefusals(graph: GraphContext): Refusals {
  return {
    status: (request, status) => buildErrorBody(request, ...codeOfStatus(status), graph),
    expiredToken: (request) =>
      buildErrorBody(request, 'InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.', graph),
    forbidden: (request) => buildErrorBody(request, 'Forbidden', '', graph),
  };
}
