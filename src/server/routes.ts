import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import type { Authenticator } from '../auth/createAuthenticator.js';
import type { HttpConfig } from '../config/loadConfig.js';
import { sendError } from './httpErrors.js';
import { isHostAllowed, isOriginAllowed } from './originGuard.js';
import type { ServedSchemas } from './servedSchemas.js';
import type { EventStreamTransport } from './transports/eventStream.js';
import type { HttpHandler } from './transports/http.js';
import type { WebSocketTransport } from './transports/webSocket.js';

export interface GraphQLRoutes {
  readonly config: HttpConfig;
  readonly schemas: Pick<ServedSchemas, 'current'>;
  readonly hasSchema: () => boolean;
  readonly authenticator: Authenticator;
  readonly http: HttpHandler;
  readonly eventStreams: EventStreamTransport;
  readonly webSockets: WebSocketTransport;
  /** Answers the playground page; undefined when it is off. */
  readonly page: ((reply: FastifyReply) => Promise<unknown>) | undefined;
}

/** `/graphql` (HTTP, WebSocket, event stream, page), `/graphql/stream` and `/schema.graphql`. */
export function registerGraphQL(app: FastifyInstance, routes: GraphQLRoutes): void {
  const { config, http, eventStreams, webSockets } = routes;
  const checkHost = buildHostCheck(config);
  const checkOrigin = buildOriginCheck(config);
  const authenticate = buildAuthentication(routes);
  const checkSchema = buildSchemaCheck(routes);

  const stream = async (request: FastifyRequest, reply: FastifyReply) => eventStreams.handle(request, reply);
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    if (wantsPage(request) && routes.page !== undefined) return routes.page(reply);
    return wantsStream(request) ? stream(request, reply) : http(request, reply);
  };

  app.route({
    method: 'GET',
    url: '/graphql',
    onRequest: [checkHost, checkOrigin, authenticate, checkSchema],
    handler: answer,
    wsHandler: (socket, request) => webSockets.handle(socket, request),
  });
  app.post('/graphql', { onRequest: [checkHost, checkOrigin, authenticate, checkSchema] }, answer);
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql/stream',
    onRequest: [checkHost, checkOrigin, authenticate, checkSchema],
    handler: stream,
  });
  app.route({ method: ['PUT', 'PATCH', 'DELETE'], url: '/graphql', handler: refuseMethod });
  app.route({ method: ['PUT', 'PATCH', 'DELETE'], url: '/graphql/stream', handler: refuseMethod });
  app.get(
    '/schema.graphql',
    { onRequest: config.introspection ? [checkHost] : [checkHost, authenticate] },
    async (_request, reply) => reply.type('text/plain; charset=utf-8').send(routes.schemas.current().sdl),
  );
}

/** Clients are told to come back, instead of that the schema lacks all that they ask for. */
function buildSchemaCheck({ hasSchema, page }: GraphQLRoutes): onRequestAsyncHookHandler {
  return async (request, reply) => {
    if (hasSchema() || (page !== undefined && wantsPage(request))) return undefined;
    return sendError(reply, 503, 'UPSTREAM_UNAVAILABLE', 'The joined schema is not available yet.');
  };
}

function buildHostCheck(config: HttpConfig): onRequestAsyncHookHandler {
  return async (request, reply) => {
    if (isHostAllowed(request, config)) return undefined;
    return sendError(
      reply,
      403,
      'FORBIDDEN',
      'Without sign-in this gateway answers only requests that address this machine by its own name.',
    );
  };
}

/** Plain HTTP requests are left to CORS and to Apollo Server's preflight rule. */
function buildOriginCheck(config: HttpConfig): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const streams = request.ws || wantsStream(request) || request.routeOptions.url === '/graphql/stream';
    if (!streams || isOriginAllowed(request, config)) return undefined;
    return sendError(reply, 403, 'FORBIDDEN', 'Pages of this origin may not call the gateway.');
  };
}

/** Sockets authenticate with their first message, and the page is for those who have no token yet. */
function buildAuthentication({ authenticator, page }: GraphQLRoutes): onRequestAsyncHookHandler {
  return async (request) => {
    if (request.ws || (page !== undefined && wantsPage(request))) return;
    request.principal = await authenticator.authenticate(request.headers.authorization);
  };
}

async function refuseMethod(_request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  void reply.header('allow', 'GET, POST');
  return sendError(reply, 405, 'BAD_REQUEST', 'GraphQL is served over GET and POST.');
}

/** Clients that can read both name the form that they prefer first; urql lists event streams last for every operation. */
function wantsStream({ headers }: FastifyRequest): boolean {
  const form = headers.accept?.match(/text\/event-stream|application\/(?:graphql-response\+)?json/);
  return form?.[0] === 'text/event-stream';
}

/** Only a browser that navigates asks for HTML. */
function wantsPage({ method, headers, ws, routeOptions }: FastifyRequest): boolean {
  return method === 'GET' && !ws && routeOptions.url === '/graphql' && headers.accept?.includes('text/html') === true;
}
