import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Row } from '../../tenant/Tenant.js';
import { answerEntity, requireRow } from '../answerEntity.js';
import { answerList } from '../answerList.js';
import type { GraphContext } from '../GraphContext.js';
import { invalidBody, oneOf, readJsonObject, readPatch, textOrNull } from '../patches/readPatch.js';
import { prefers } from '../preferences.js';

const writable = {
  assignedTo: textOrNull,
  comment: textOrNull,
  state: oneOf('Default Ignored ThirdParty Reviewed'),
};

/** `security/secureScores` and `security/secureScoreControlProfiles`. @see https://learn.microsoft.com/graph/api/resources/securescore */
export function scoreRoutes(graph: GraphContext): FastifyPluginAsync {
  const { secureScores, controlProfiles } = graph.resources;
  const idOf = (request: FastifyRequest) => (request.params as { id: string }).id;
  return async (app) => {
    for (const resource of [secureScores, controlProfiles]) {
      app.get(`/${resource.path}`, (request, reply) => answerList(request, reply, resource, graph));
      app.get(`/${resource.path}/:id`, (request, reply) =>
        answerEntity(request, reply, resource, requireRow(resource, idOf(request), graph), graph),
      );
    }
    app.patch(`/${controlProfiles.path}/:id`, (request, reply) => {
      const profile = requireRow(controlProfiles, idOf(request), graph);
      const update = readProfileUpdate(readJsonObject(request.body), request, graph);
      const controlStateUpdates = [
        ...(Array.isArray(profile.controlStateUpdates) ? profile.controlStateUpdates : []),
        update,
      ];
      const after = graph.store.update(controlProfiles, idOf(request), { controlStateUpdates }, 'lastModifiedDateTime');
      if (prefers(request, reply, 'return=representation'))
        return answerEntity(request, reply, controlProfiles, after, graph);
      return reply.status(204).send();
    });
  };
}

/** The entry that the service appends from the flat body. @throws {GraphError} 400 without `vendorInformation`. */
function readProfileUpdate(body: Row, request: FastifyRequest, graph: GraphContext): Row {
  const { vendorInformation, ...rest } = body;
  const { provider, vendor } = (vendorInformation ?? {}) as { provider?: unknown; vendor?: unknown };
  if (typeof provider !== 'string' || typeof vendor !== 'string') {
    throw invalidBody("The property 'vendorInformation' with 'provider' and 'vendor' is required.");
  }
  const change = readPatch(rest, writable, 'reject');
  return {
    assignedTo: null,
    comment: null,
    state: 'Default',
    ...change,
    updatedBy: request.call.claims?.userPrincipalName ?? request.call.claims?.appId ?? null,
    updatedDateTime: graph.clock.timestamp(),
  };
}
