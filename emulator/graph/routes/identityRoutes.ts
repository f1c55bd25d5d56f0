import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Row } from '../../tenant/Tenant.js';
import { answerEntity, requireRow } from '../answerEntity.js';
import { answerList } from '../answerList.js';
import type { GraphContext } from '../GraphContext.js';
import { badRequest, notFound } from '../GraphError.js';
import { wording } from '../hiddenWords.js';
import { readJsonObject } from '../patches/readPatch.js';

const maxUserIds = 60;

/** What each action makes of a risky user. @see https://learn.microsoft.com/graph/api/resources/riskyuser */
const actions: Readonly<Record<string, Row>> = {
  confirmCompromised: {
    riskLevel: 'high',
    riskState: 'confirmedCompromised',
    riskDetail: 'adminConfirmedUserCompromised',
  },
  dismiss: { riskLevel: 'none', riskState: 'dismissed', riskDetail: 'adminDismissedAllRiskForUser' },
  confirmSafe: { riskLevel: 'none', riskState: 'confirmedSafe', riskDetail: 'adminConfirmedAccountSafe' },
};

/** `identityProtection`. */
export function identityRoutes(graph: GraphContext): FastifyPluginAsync {
  const { riskDetections, riskyUsers } = graph.resources;
  const paramsOf = (request: FastifyRequest) => request.params as { id: string; itemId: string };
  return async (app) => {
    app.get('/identityProtection/riskDetections', (request, reply) =>
      answerList(request, reply, riskDetections, graph),
    );
    app.get('/identityProtection/riskDetections/:id', (request, reply) => {
      const row = requireRow(riskDetections, paramsOf(request).id, graph);
      const entity = answerEntity(request, reply, riskDetections, row, graph);
      return graph.switches.riskDetectionWrapped ? { value: [entity] } : entity;
    });
    app.get('/identityProtection/riskyUsers', (request, reply) => answerList(request, reply, riskyUsers, graph));
    app.get('/identityProtection/riskyUsers/:id', (request, reply) =>
      answerEntity(request, reply, riskyUsers, requireRow(riskyUsers, paramsOf(request).id, graph), graph),
    );
    app.get('/identityProtection/riskyUsers/:id/history', (request, reply) => {
      const { id } = paramsOf(request);
      requireRow(riskyUsers, id, graph);
      const items = graph.tenant.riskyUserHistory.get(id) ?? [];
      return {
        '@odata.context': `${graph.urls.graph}/v1.0/$metadata#identityProtection/riskyUsers('${id}')/history`,
        value: items.map(wording(request, reply)),
      };
    });
    app.get('/identityProtection/riskyUsers/:id/history/:itemId', (request, reply) => {
      const { id, itemId } = paramsOf(request);
      const item = graph.tenant.riskyUserHistory.get(id)?.find((entry) => entry.id === itemId);
      if (item === undefined) throw notFound(`Resource '${itemId}' does not exist.`, 'NotFound');
      return wording(request, reply)(item);
    });
    for (const [name, change] of Object.entries(actions)) {
      app.post(`/identityProtection/riskyUsers/${name}`, (request, reply) => {
        const initiatedBy = request.call.claims?.userPrincipalName ?? request.call.claims?.appId ?? null;
        for (const id of readUserIds(request.body)) changeRisk(id, change, initiatedBy, graph);
        return reply.status(204).send();
      });
    }
  };
}

/** @throws {GraphError} 400 for anything but 1–60 texts in `userIds`. */
function readUserIds(body: unknown): string[] {
  const { userIds } = readJsonObject(body);
  if (!Array.isArray(userIds) || userIds.length === 0 || !userIds.every((id) => typeof id === 'string')) {
    throw badRequest("The property 'userIds' must be a non-empty collection of strings.");
  }
  if (userIds.length > maxUserIds) throw badRequest(`The number of user ids cannot exceed ${maxUserIds}.`);
  return userIds;
}

/** Ids that the directory does not know are passed over. */
function changeRisk(id: string, change: Row, initiatedBy: string | null, graph: GraphContext): void {
  const { riskyUsers, riskyUserHistory, users } = graph.tenant;
  const user = users.get(id);
  const before = riskyUsers.get(id) ?? (user === undefined ? undefined : newRiskyUser(id, user));
  if (before === undefined) return;
  const isSame = riskyUsers.has(id) && Object.entries(change).every(([name, value]) => before[name] === value);
  if (!riskyUsers.has(id)) riskyUsers.set(id, before);
  const after = isSame ? before : graph.store.update(graph.resources.riskyUsers, id, change, 'riskLastUpdatedDateTime');
  if (isSame && !graph.switches.riskyUserActionsAlwaysAddHistory) return;
  const item = {
    ...after,
    riskLastUpdatedDateTime: graph.clock.timestamp(),
    id: randomUUID(),
    userId: id,
    initiatedBy,
    activity: { detail: change.riskDetail, riskEventTypes: [] },
  };
  riskyUserHistory.set(id, [item, ...(riskyUserHistory.get(id) ?? [])]);
}

function newRiskyUser(id: string, user: Row): Row {
  return {
    id,
    isDeleted: false,
    isProcessing: false,
    userDisplayName: user.displayName ?? null,
    userPrincipalName: user.userPrincipalName ?? null,
  };
}
