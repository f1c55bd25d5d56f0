import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { parseBatch } from '../batch/parseBatch.js';
import { runBatch } from '../batch/runBatch.js';
import type { GraphContext } from '../GraphContext.js';

/** `$batch`. @see https://learn.microsoft.com/graph/json-batching */
export function batchRoutes(graph: GraphContext, root: FastifyInstance): FastifyPluginAsync {
  return async (app) => {
    app.post('/$batch', async (request) => {
      const parts = parseBatch(request.body, graph.switches.batchTooManyStatus);
      const version = request.originalUrl.split('/')[1] ?? 'v1.0';
      return { responses: await runBatch(parts, { root, version, request, graph }) };
    });
  };
}
