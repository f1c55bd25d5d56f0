import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Principal } from '../auth/principal.js';
import type { HttpConfig } from '../config/loadConfig.js';
import type { Logger } from '../observability/logger.js';
import type { GatewayMetrics } from '../observability/metrics.js';
import { pickHeaders } from './forwardedHeaders.js';
import type { Caller } from './operation.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on the GraphQL routes once the access token is verified. */
    principal: Principal | null;
  }
}

/** Gives every answer its `x-request-id`, every request a place for its principal, and counts and logs what was answered. */
export function registerCallers(
  app: FastifyInstance,
  { logger, metrics }: { logger: Logger; metrics: GatewayMetrics },
): void {
  app.decorateRequest('principal', null);
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    metrics.httpRequest(route, request.method, reply.statusCode);
    const fields = {
      requestId: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
    };
    if (isQuiet(route)) logger.debug(fields, 'request answered');
    else logger.info(fields, 'request answered');
  });
}

/** Who sent the request. Only for routes behind the authentication hook. */
export function callerOf({
  costAlways,
  forwardHeaders,
}: Pick<HttpConfig, 'costAlways' | 'forwardHeaders'>): (request: FastifyRequest) => Caller {
  return ({ principal, headers }) => {
    if (principal === null) throw new Error('The route is not behind the authentication hook.');
    return {
      principal,
      withCost: costAlways || headers['x-gateway-cost'] === '1',
      insistsOnFresh: forbidsCache(headers['cache-control']),
      forwardedHeaders: pickHeaders(forwardHeaders, headers),
    };
  };
}

/** @see https://www.rfc-editor.org/rfc/rfc9111#section-5.2.1.4 */
function forbidsCache(cacheControl: string | undefined): boolean {
  return (cacheControl ?? '').split(',').some((directive) => directive.trim().toLowerCase() === 'no-cache');
}

/** Asked all the time, or by anybody who likes to. */
function isQuiet(route: string): boolean {
  return route.startsWith('/health/') || route === '/metrics' || route.startsWith('/webhooks/');
}
