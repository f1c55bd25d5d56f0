import type { FastifyError, FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { EmulatorContext } from '../context.js';
import { htmlPage, McasError } from './McasError.js';
import { parseText } from './readInput.js';
import { addActivityRoutes } from './routes/activityRoutes.js';
import { addAlertRoutes } from './routes/alertRoutes.js';
import { addDiscoveryReadRoutes } from './routes/discoveryReadRoutes.js';
import { addEntityRoutes } from './routes/entityRoutes.js';
import { addFileRoutes } from './routes/fileRoutes.js';
import { buildRouteKit } from './routes/RouteKit.js';
import { addSubnetRoutes } from './routes/subnetRoutes.js';
import { addBlobRoutes, addUploadRoutes, type UploadArea } from './routes/uploadRoutes.js';

/**
 * Defender for Cloud Apps: every route under `/api/v1` and its alias `/cas/api/v1`, the routes without a version, and
 * the storage that log uploads go to. The server must ignore a missing final slash.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-introduction
 */
export function mcasRoutes(context: EmulatorContext): FastifyPluginAsync {
  return async (app) => {
    const uploads: UploadArea = { expected: new Map() };
    app.setErrorHandler<FastifyError | McasError>((error, _request, reply) => {
      const { status, body, headers } = toRefusal(error);
      const type = typeof body === 'string' ? pageType(body) : 'application/json; charset=utf-8';
      return reply
        .status(status)
        .headers(headers)
        .type(type)
        .send(typeof body === 'string' ? body : JSON.stringify(body));
    });
    app.setNotFoundHandler((_request, reply) =>
      reply.status(404).type('text/html; charset=utf-8').send(htmlPage('Not Found')),
    );
    await app.register(async (api) => acceptForms(api, context, uploads));
    await app.register(async (storage) => addBlobRoutes(storage, uploads));
  };
}

/** Bodies come as JSON or as forms, whatever their label says. */
async function acceptForms(app: FastifyInstance, context: EmulatorContext, uploads: UploadArea): Promise<void> {
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', '*']) {
    if (app.hasContentTypeParser(type)) app.removeContentTypeParser(type);
    app.addContentTypeParser(type, { parseAs: 'string' }, async (_request: unknown, body: string | Buffer) =>
      parseText(String(body)),
    );
  }
  for (const prefix of ['/api/v1', '/cas/api/v1']) {
    await app.register(async (versioned) => addVersionedRoutes(versioned, context, uploads), { prefix });
  }
  await app.register(
    async (unversioned) => {
      const kit = buildRouteKit(unversioned, context);
      addDiscoveryReadRoutes(kit);
      addSubnetRoutes(kit);
    },
    { prefix: '/api' },
  );
}

async function addVersionedRoutes(app: FastifyInstance, context: EmulatorContext, uploads: UploadArea): Promise<void> {
  const kit = buildRouteKit(app, context);
  addActivityRoutes(kit);
  addAlertRoutes(kit);
  addEntityRoutes(kit);
  addSubnetRoutes(kit);
  addFileRoutes(kit);
  addDiscoveryReadRoutes(kit);
  addUploadRoutes(kit, uploads);
}

function pageType(page: string): string {
  return page.startsWith('<?xml') ? 'application/xml' : 'text/html; charset=utf-8';
}

function toRefusal(error: FastifyError | McasError): Pick<McasError, 'status' | 'body' | 'headers'> {
  if (error instanceof McasError) return error;
  const status = error.statusCode ?? 500;
  if (status >= 500) return { status, body: htmlPage('Server Error (500)'), headers: {} };
  return { status, body: { errors: [{ error: error.message }] }, headers: {} };
}
