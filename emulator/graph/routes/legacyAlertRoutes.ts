import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { answerEntity, requireRow } from '../answerEntity.js';
import type { GraphContext } from '../GraphContext.js';
import { GraphError, notFound } from '../GraphError.js';
import { type LegacyPages, listLegacyAlerts } from '../legacy/listLegacyAlerts.js';
import { readLegacyPatch } from '../patches/legacyAlertPatch.js';
import { invalidBody, readJsonObject } from '../patches/readPatch.js';
import { prefers } from '../preferences.js';

/** The retired `security/alerts`. @see https://learn.microsoft.com/graph/api/resources/alert */
export function legacyAlertRoutes(graph: GraphContext): FastifyPluginAsync {
  const resource = graph.resources.legacyAlerts;
  const pages: LegacyPages = new Map();
  const idOf = (request: FastifyRequest) => (request.params as { id: string }).id;

  function update(id: string, body: unknown) {
    const before = requireRow(resource, id, graph);
    const change = readLegacyPatch(readJsonObject(body), graph.clock.timestamp());
    const after = graph.store.update(resource, id, change, 'lastModifiedDateTime');
    return graph.switches.legacyStalePatchBody ? before : after;
  }

  return async (app) => {
    app.addHook('preHandler', async () => requireService(graph));
    app.get('/security/alerts', (request, reply) =>
      graph.switches.legacyAlerts === 'empty' ? { value: [] } : listLegacyAlerts(request, reply, graph, pages),
    );
    app.get('/security/alerts/:id', (request, reply) =>
      answerEntity(request, reply, resource, requireRow(resource, idOf(request), graph), graph),
    );
    app.patch('/security/alerts/:id', (request, reply) => {
      const shown = update(idOf(request), request.body);
      if (prefers(request, reply, 'return=representation')) return answerEntity(request, reply, resource, shown, graph);
      return reply.status(204).send();
    });
    app.post('/security/alerts/updateAlerts', (request) => {
      if (!request.originalUrl.startsWith('/beta/'))
        throw notFound("Resource not found for the segment 'updateAlerts'.");
      const { value } = readJsonObject(request.body);
      if (!Array.isArray(value)) throw invalidBody("The property 'value' must be a collection.");
      const updates = value.map(readJsonObject);
      return { value: updates.map(({ id, ...change }) => update(String(id), change)) };
    });
  };
}

/** @throws {GraphError} 404 or 410 when the retired service is switched off. */
function requireService({ switches }: GraphContext): void {
  if (switches.legacyAlerts === 'notFound') throw notFound("Resource not found for the segment 'alerts'.");
  if (switches.legacyAlerts === 'gone')
    throw new GraphError(410, 'Gone', 'The legacy alerts API is no longer available.');
}
