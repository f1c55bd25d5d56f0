import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { answerEntity, requireRow } from '../answerEntity.js';
import { answerList, countRows } from '../answerList.js';
import { appendComment, listComments } from '../comments.js';
import { alertsByIncident } from '../expandRows.js';
import type { GraphContext } from '../GraphContext.js';
import { notFound } from '../GraphError.js';
import { readIncidentPatch } from '../patches/alertPatch.js';
import { readJsonObject } from '../patches/readPatch.js';

interface IncidentParams {
  readonly id: string;
  readonly alertId: string;
}

/** `security/incidents`. @see https://learn.microsoft.com/graph/api/resources/security-incident */
export function incidentRoutes(graph: GraphContext): FastifyPluginAsync {
  const { incidents, alerts } = graph.resources;
  const paramsOf = (request: FastifyRequest) => request.params as IncidentParams;
  const alertsOf = (request: FastifyRequest) => {
    const { id } = paramsOf(request);
    requireRow(incidents, id, graph);
    const all = alertsByIncident(new Set([id]), graph).get(id) ?? [];
    return all.filter((alert) => graph.delegations.shows(request.call.claims, alert));
  };
  return async (app) => {
    app.get('/security/incidents', (request, reply) => answerList(request, reply, incidents, graph));
    app.get('/security/incidents/$count', (request, reply) => {
      reply.type('text/plain');
      return String(countRows(request, incidents, graph));
    });
    app.get('/security/incidents/:id', (request, reply) =>
      answerEntity(request, reply, incidents, requireRow(incidents, paramsOf(request).id, graph), graph),
    );
    app.get('/security/incidents/:id/alerts', (request, reply) =>
      answerList(request, reply, alerts, graph, alertsOf(request)),
    );
    app.get('/security/incidents/:id/alerts/:alertId', (request, reply) => {
      const { alertId } = paramsOf(request);
      const row = alertsOf(request).find((alert) => alert.id === alertId);
      if (row === undefined) throw notFound(`Resource '${alertId}' does not exist.`);
      return answerEntity(request, reply, alerts, row, graph);
    });
    app.patch('/security/incidents/:id', (request, reply) => {
      const { id } = paramsOf(request);
      requireRow(incidents, id, graph);
      const change = readIncidentPatch(readJsonObject(request.body), graph.switches);
      const lastModifiedBy = request.call.claims?.userPrincipalName ?? `API-App:${request.call.claims?.appId}`;
      const after = graph.store.update(incidents, id, { ...change, lastModifiedBy }, 'lastUpdateDateTime');
      return answerEntity(request, reply, incidents, after, graph);
    });
    app.post('/security/incidents/:id/comments', (request) =>
      appendComment(request, incidents, paramsOf(request).id, graph),
    );
    app.get('/security/incidents/:id/comments', (request) =>
      listComments(request, incidents, paramsOf(request).id, graph),
    );
  };
}
