import type { FastifyRequest } from 'fastify';
import type { Row } from '../tenant/Tenant.js';
import type { GraphContext } from './GraphContext.js';
import { notFound } from './GraphError.js';

/** The alerts that the caller may see; undefined when those are all. */
export function shownAlerts(request: FastifyRequest, graph: GraphContext): Row[] | undefined {
  const { claims } = request.call;
  if (claims === undefined || claims.scopes.length === 0) return undefined;
  return [...graph.store.rows(graph.resources.alerts, 'list')].filter((row) => graph.delegations.shows(claims, row));
}

/** @throws {GraphError} 404 for an alert that the caller may not see, as for one that does not exist. */
export function requireShown(request: FastifyRequest, id: string | undefined, graph: GraphContext): void {
  const row = id === undefined ? undefined : graph.store.row(graph.resources.alerts, id);
  if (row !== undefined && !graph.delegations.shows(request.call.claims, row)) {
    throw notFound(`Resource '${id}' does not exist or one of its queried reference-property objects are not present.`);
  }
}
