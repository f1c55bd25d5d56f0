import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Row } from '../../tenant/Tenant.js';
import { answerEntity, requireRow } from '../answerEntity.js';
import { answerList, countRows } from '../answerList.js';
import { isAdvanced } from '../directoryQuery.js';
import type { GraphContext } from '../GraphContext.js';
import { badRequest, notFound } from '../GraphError.js';
import { readJsonObject } from '../patches/readPatch.js';
import { buildPresenter } from '../present.js';
import { readQueryOptions } from '../queryOptions.js';
import type { Resource } from '../Resource.js';

const maxIds = 1000;
/** What the router's rewriting makes of `devices(deviceId='…')`. */
const alternateKey = 'deviceId=';

/** Users, devices and `directoryObjects/getByIds`. @see https://learn.microsoft.com/graph/api/directoryobject-getbyids */
export function directoryRoutes(graph: GraphContext): FastifyPluginAsync {
  const { users, devices } = graph.resources;
  const idOf = (request: FastifyRequest) => (request.params as { id: string }).id;
  return async (app) => {
    for (const resource of [users, devices]) {
      app.get(`/${resource.path}`, (request, reply) => answerList(request, reply, resource, graph));
      app.get(`/${resource.path}/$count`, (request, reply) => {
        if (!isAdvanced(request, { ...readQueryOptions(request.originalUrl), count: 'true' })) {
          throw badRequest('$count is not currently supported.', 'Request_BadRequest');
        }
        reply.type('text/plain');
        return String(countRows(request, resource, graph));
      });
    }
    app.get('/users/:id', (request, reply) =>
      answerEntity(request, reply, users, requireUser(idOf(request), graph), graph),
    );
    app.get('/devices/:id', (request, reply) =>
      answerEntity(request, reply, devices, requireDevice(idOf(request), graph), graph),
    );
    app.post('/directoryObjects/getByIds', (request, reply) => {
      const { ids, types } = readIds(request.body);
      const options = readQueryOptions(request.originalUrl);
      const sources: readonly (readonly [string, Resource])[] = [
        ['user', users],
        ['device', devices],
      ];
      const value = sources
        .filter(([type]) => types === undefined || types.includes(type) || types.includes('directoryObject'))
        .flatMap(([, resource]) => {
          const found = ids.map((id) => findById(resource, id, graph)).filter((row) => row !== undefined);
          if (found.length === 0) return [];
          const presenter = buildPresenter(resource, options, request, reply);
          return found.map((row) => ({ '@odata.type': `#${resource.typeName}`, ...presenter.present(row) }));
        });
      return { '@odata.context': `${graph.urls.graph}/v1.0/$metadata#directoryObjects`, value: shuffle(value, graph) };
    });
  };
}

/** Letter case does not matter in a GUID. Generated ids are in lower case; captured ones are as somebody printed them. */
function findById(resource: Resource, id: string, graph: GraphContext): Row | undefined {
  const row = graph.store.row(resource, id);
  if (row !== undefined || !graph.tenant.captured) return row;
  return [...graph.store.rows(resource, 'entity')].find(
    (candidate) => String(candidate.id).toLowerCase() === id.toLowerCase(),
  );
}

/** By object id, or by user principal name without regard to case. @throws {GraphError} 404. */
function requireUser(key: string, graph: GraphContext): Row {
  const byId = graph.store.row(graph.resources.users, key);
  if (byId !== undefined) return byId;
  const upn = key.toLowerCase();
  for (const row of graph.store.rows(graph.resources.users, 'entity')) {
    if (String(row.userPrincipalName).toLowerCase() === upn) return row;
  }
  return requireRow(graph.resources.users, key, graph);
}

/** By object id, or by device id through the alternate key. @throws {GraphError} 404. */
function requireDevice(key: string, graph: GraphContext): Row {
  if (!key.startsWith(alternateKey)) return requireRow(graph.resources.devices, key, graph);
  const deviceId = key.slice(alternateKey.length).replace(/^'|'$/g, '').toLowerCase();
  for (const row of graph.store.rows(graph.resources.devices, 'entity')) {
    if (String(row.deviceId).toLowerCase() === deviceId) return row;
  }
  throw notFound(`Resource '${deviceId}' does not exist.`, 'Request_ResourceNotFound');
}

/** @throws {GraphError} 400 for no ids, too many, or ids that are no texts. */
function readIds(body: unknown): { readonly ids: readonly string[]; readonly types: readonly string[] | undefined } {
  const { ids, types } = readJsonObject(body);
  if (!Array.isArray(ids) || ids.length === 0 || !ids.every((id) => typeof id === 'string')) {
    throw badRequest('Ids must be a non-empty collection of strings.', 'Request_BadRequest');
  }
  if (ids.length > maxIds) throw badRequest(`The number of ids cannot exceed ${maxIds}.`, 'Request_BadRequest');
  return { ids: [...new Set(ids)], types: Array.isArray(types) ? types.map(String) : undefined };
}

/** The order of the answer is not promised, so it is none that a caller could lean on. */
function shuffle<T>(items: readonly T[], graph: GraphContext): T[] {
  return items
    .map((item) => ({ item, rank: graph.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
