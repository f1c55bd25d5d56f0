import { alertComment, portalUrl } from './alertRows.js';
import type { Row } from './Tenant.js';

const severities = ['unknown', 'informational', 'low', 'medium', 'high'];

/** The higher of two alert severities. */
export function higherSeverity(left: string, right: string): string {
  return severities.indexOf(left) >= severities.indexOf(right) ? left : right;
}

/**
 * Builds the incident that groups the alerts of one attack.
 * @param alerts at least one; newest first.
 */
export function buildIncident(alerts: readonly Row[], displayName: string, serial: number): Row {
  const newest = alerts[0] as Row;
  const oldest = alerts[alerts.length - 1] as Row;
  const status = incidentStatus(alerts, serial);
  const assignedTo = alerts.find((alert) => alert.assignedTo !== null)?.assignedTo ?? null;
  const lastUpdateDateTime = latest(alerts);
  return {
    id: oldest.incidentId,
    incidentWebUrl: oldest.incidentWebUrl,
    redirectIncidentId: null,
    tenantId: oldest.tenantId,
    displayName,
    createdDateTime: oldest.createdDateTime,
    lastUpdateDateTime,
    assignedTo,
    classification: status === 'resolved' ? newest.classification : 'unknown',
    determination: status === 'resolved' ? newest.determination : 'unknown',
    status,
    severity: alerts.map((alert) => String(alert.severity)).reduce(higherSeverity),
    customTags: serial % 6 === 0 ? ['Demo'] : [],
    systemTags: serial % 8 === 0 ? ['Defender Experts'] : [],
    comments:
      serial % 4 === 0 ? [alertComment('Grouped by correlation.', 'Automation', String(newest.createdDateTime))] : [],
    description: `${alerts.length} alerts about the same users, devices or addresses.`,
    summary: null,
    resolvingComment: status === 'resolved' ? 'Contained and closed.' : null,
    lastModifiedBy: assignedTo,
    priorityScore: serial % 7 === 0 ? null : (serial * 37) % 101,
  };
}

/** An incident that was merged into another: it keeps its id and points on. */
export function buildRedirectedIncident(target: Row, id: string): Row {
  return {
    ...target,
    id,
    incidentWebUrl: portalUrl('incidents', id, String(target.tenantId)),
    redirectIncidentId: target.id,
    status: 'redirected',
    comments: [],
    resolvingComment: null,
    description: `Merged into incident ${target.id}.`,
  };
}

function incidentStatus(alerts: readonly Row[], serial: number): string {
  if (alerts.every((alert) => alert.status === 'resolved')) return 'resolved';
  if (serial % 9 === 0) return 'awaitingAction';
  return alerts.some((alert) => alert.status !== 'new') ? 'inProgress' : 'active';
}

function latest(alerts: readonly Row[]): string {
  return alerts.map((alert) => String(alert.lastUpdateDateTime)).reduce((left, right) => (left > right ? left : right));
}
