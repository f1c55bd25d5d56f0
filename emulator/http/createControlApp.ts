import Fastify, { type FastifyInstance } from 'fastify';

/** The control server: no faults, no ledger, errors as `{ error }`. */
export function createControlApp(): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: 64 * 1024 * 1024,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 4000 },
  });
  app.setErrorHandler((error, _request, reply) => {
    const { statusCode = 500, message } = error as { statusCode?: number; message: string };
    return reply.status(statusCode).send({ error: message });
  });
  app.setNotFoundHandler((request, reply) =>
    reply.status(404).send({ error: `No control route ${request.method} ${request.url}` }),
  );
  return app;
}
