import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Row } from '../tenant/Tenant.js';
import { expandRows } from './expandRows.js';
import type { GraphContext } from './GraphContext.js';
import { badRequest, notFound } from './GraphError.js';
import { buildPresenter } from './present.js';
import { readNames, readQueryOptions } from './queryOptions.js';
import type { Resource } from './Resource.js';

/** The row with this id. @throws {GraphError} 404. */
export function requireRow(resource: Resource, id: string, graph: GraphContext): Row {
  const row = graph.store.row(resource, id);
  if (row !== undefined) return row;
  throw notFound(
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
    resource.notFoundCode,
  );
}

/** Answers one row with the options that apply to it. @throws {GraphError} 400. */
export function answerEntity(
  request: FastifyRequest,
  reply: FastifyReply,
  resource: Resource,
  row: Row,
  graph: GraphContext,
): Row {
  const options = readQueryOptions(request.originalUrl);
  const presenter = buildPresenter(resource, options, request, reply);
  const names = readNames(options, 'expand') ?? [];
  const unknown = names.find((name) => resource.expand?.includes(name) !== true);
  if (unknown !== undefined) {
    throw badRequest(
      `Parsing OData Select and Expand failed: '${unknown}' is not a navigation property of '${resource.typeName}'.`,
    );
  }
  const suffix = presenter.selected === undefined ? '' : `(${presenter.selected.join(',')})`;
  const version = request.originalUrl.split('/')[1] ?? 'v1.0';
  const [expanded] = expandRows([row], names, graph, 'entity');
  return {
    '@odata.context': `${graph.urls.graph}/${version}/$metadata#${resource.path}${suffix}/$entity`,
    ...presenter.present(row),
    ...presenter.word(expanded?.navigation ?? {}),
  };
}
