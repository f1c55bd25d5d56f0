import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { buildErrorBody, toGraphError } from './errorBody.js';
import type { GraphContext } from './GraphContext.js';
import { badRequest } from './GraphError.js';
import { guardCall } from './guardCall.js';
import { alertRoutes } from './routes/alertRoutes.js';
import { batchRoutes } from './routes/batchRoutes.js';
import { directoryRoutes } from './routes/directoryRoutes.js';
import { identityRoutes } from './routes/identityRoutes.js';
import { incidentRoutes } from './routes/incidentRoutes.js';
import { legacyAlertRoutes } from './routes/legacyAlertRoutes.js';
import { scoreRoutes } from './routes/scoreRoutes.js';
import { subscriptionRoutes } from './routes/subscriptionRoutes.js';
import type { Subscriptions } from './subscriptions/createSubscriptions.js';

const diagnostic = JSON.stringify({
  ServerInfo: { DataCenter: 'Emulator', Slice: 'E', Ring: '5', ScaleUnit: '000', RoleInstance: 'EM1PEPF00000001' },
});

/** Microsoft Graph under `/v1.0` and `/beta`, with its headers, error bodies and guards around every route. */
export function graphRoutes(graph: GraphContext, subscriptions: Subscriptions): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onSend', async (request, reply, payload) => {
      reply.header('request-id', request.call.requestId);
      reply.header('client-request-id', request.call.clientRequestId);
      reply.header('x-ms-ags-diagnostic', diagnostic);
      reply.header('strict-transport-security', 'max-age=31536000');
      reply.header('cache-control', 'no-cache');
      reply.header('odata-version', '4.0');
      const type = String(reply.getHeader('content-type') ?? '');
      if (type.startsWith('application/json')) reply.header('content-type', jsonType);
      return payload;
    });
    app.addHook('onRequest', async (request, reply) => guardCall(request, reply, graph));
    app.setErrorHandler((error, request, reply) => {
      const { status, code, message, headers } = toGraphError(error);
      return reply
        .status(status)
        .headers(headers)
        .send(buildErrorBody(request, code, message, graph));
    });
    app.setNotFoundHandler((request) => {
      const segment = request.originalUrl.split('?', 1)[0]?.split('/').at(2) ?? '';
      throw badRequest(`Resource not found for the segment '${segment}'.`);
    });
    for (const prefix of ['/v1.0', '/beta']) await app.register(versionRoutes(graph, subscriptions, app), { prefix });
  };
}

const jsonType = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

function versionRoutes(graph: GraphContext, subscriptions: Subscriptions, root: FastifyInstance): FastifyPluginAsync {
  return async (app) => {
    await app.register(alertRoutes(graph));
    await app.register(legacyAlertRoutes(graph));
    await app.register(incidentRoutes(graph));
    await app.register(identityRoutes(graph));
    await app.register(scoreRoutes(graph));
    await app.register(directoryRoutes(graph));
    await app.register(subscriptionRoutes(graph, subscriptions));
    await app.register(batchRoutes(graph, root));
  };
}
