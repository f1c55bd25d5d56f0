import type { Row } from '../tenant/Tenant.js';
import type { GraphContext } from './GraphContext.js';
import { GraphError } from './GraphError.js';

/** A row with the related rows that were asked for beside it. */
export interface Expanded {
  readonly row: Row;
  readonly navigation: Row;
}

/**
 * Adds the alerts of incidents.
 * @throws {GraphError} 500 for a list in which one incident has more alerts than the service manages.
 */
export function expandRows(
  rows: readonly Row[],
  names: readonly string[],
  graph: GraphContext,
  kind: 'list' | 'entity',
): Expanded[] {
  if (!names.includes('alerts')) return rows.map((row) => ({ row, navigation: {} }));
  const alerts = alertsByIncident(new Set(rows.map(({ id }) => String(id))), graph);
  const largest = Math.max(0, ...[...alerts.values()].map((list) => list.length));
  if (kind === 'list' && largest > graph.switches.incidentsExpandLimit) {
    throw new GraphError(500, 'InternalServerError', 'An internal server error occurred.');
  }
  return rows.map((row) => ({ row, navigation: { alerts: alerts.get(String(row.id)) ?? [] } }));
}

/** Alerts of some incidents, by incident id. */
export function alertsByIncident(incidentIds: ReadonlySet<string>, graph: GraphContext): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const alert of graph.store.rows(graph.resources.alerts, 'list')) {
    const incidentId = String(alert.incidentId);
    if (!incidentIds.has(incidentId)) continue;
    const list = found.get(incidentId);
    if (list === undefined) found.set(incidentId, [alert]);
    else list.push(alert);
  }
  return found;
}
