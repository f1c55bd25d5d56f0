import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import type { HttpConfig } from '../config/loadConfig.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** No page of any origin may read what the route answers. */
    readonly withoutCors?: true;
  }
}

/** Lets pages of the configured origins read answers, of all routes but those that say otherwise. */
export async function registerCors(app: FastifyInstance, { corsOrigins }: HttpConfig): Promise<void> {
  const allowed: FastifyCorsOptions = {
    origin: corsOrigins.length === 0 ? false : [...corsOrigins],
    exposedHeaders: ['x-request-id'],
    maxAge: 600,
  };
  await app.register(cors, {
    delegator: (request, done) =>
      done(null, request.routeOptions.config.withoutCors === true ? { origin: false } : allowed),
  });
}
