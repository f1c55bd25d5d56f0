import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Row } from '../../tenant/Tenant.js';
import { answerEntity, requireRow } from '../answerEntity.js';
import { answerList, countRows } from '../answerList.js';
import { appendComment, listComments } from '../comments.js';
import type { GraphContext } from '../GraphContext.js';
import { readAlertPatch } from '../patches/alertPatch.js';
import { readJsonObject } from '../patches/readPatch.js';
import { requireShown, shownAlerts } from '../shownAlerts.js';

interface IdParams {
  readonly id: string;
}

/** `security/alerts_v2`. @see https://learn.microsoft.com/graph/api/resources/security-alert */
export function alertRoutes(graph: GraphContext): FastifyPluginAsync {
  const resource = graph.resources.alerts;
  const idOf = (request: FastifyRequest) => (request.params as IdParams).id;
  return async (app) => {
    app.addHook('preHandler', async (request) => requireShown(request, idOf(request), graph));
    app.get('/security/alerts_v2', (request, reply) =>
      answerList(request, reply, resource, graph, shownAlerts(request, graph)),
    );
    app.get('/security/alerts_v2/$count', (request, reply) => {
      reply.type('text/plain');
      return String(countRows(request, resource, graph, shownAlerts(request, graph)));
    });
    app.get('/security/alerts_v2/:id', (request, reply) =>
      answerEntity(request, reply, resource, requireRow(resource, idOf(request), graph), graph),
    );
    app.patch('/security/alerts_v2/:id', (request, reply) => {
      const id = idOf(request);
      requireRow(resource, id, graph);
      const change = readAlertPatch(readJsonObject(request.body), graph.switches, graph.clock.timestamp());
      const after: Row = graph.store.update(resource, id, change, 'lastUpdateDateTime');
      return answerEntity(request, reply, resource, after, graph);
    });
    app.post('/security/alerts_v2/:id/comments', (request) => appendComment(request, resource, idOf(request), graph));
    app.get('/security/alerts_v2/:id/comments', (request) => listComments(request, resource, idOf(request), graph));
    app.get('/security/alerts_v2/:id/comments/$count', (request, reply) => {
      reply.type('text/plain');
      return String(listComments(request, resource, idOf(request), graph).value.length);
    });
  };
}
