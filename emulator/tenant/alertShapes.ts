import type { TenantChange } from '../context.js';
import { cloudTriage } from './cloudAlerts.js';
import { higherSeverity } from './incidentRows.js';
import { legacyIdOf, toLegacyAlert } from './legacyAlertRows.js';
import type { Row, Tenant } from './Tenant.js';

/** Changes that were already carried into the other shapes of the alert. */
const carried = new WeakSet<TenantChange>();

/** A change of a row, new when there was none before. */
export function change(collection: TenantChange['collection'], id: string, before?: Row): TenantChange {
  return carry(
    before === undefined
      ? { collection, id, changeType: 'created' }
      : { collection, id, changeType: 'updated', before },
  );
}

/** Marks a change as carried on. */
export function carry(made: TenantChange): TenantChange {
  carried.add(made);
  return made;
}

/** Whether a change needs nobody to carry it on. */
export function isCarried(made: TenantChange): boolean {
  return carried.has(made);
}

/** What a change of the status means for the time of resolution. */
export function resolution(before: Row, fields: Row, at: string): Row {
  if (fields.status === undefined || fields.status === before.status) return {};
  return { resolvedDateTime: fields.status === 'resolved' ? (fields.resolvedDateTime ?? at) : null };
}

const v2Words: Readonly<Record<string, Row>> = {
  newAlert: { status: 'new' },
  inProgress: { status: 'inProgress' },
  resolved: { status: 'resolved' },
  dismissed: { status: 'resolved', classification: 'falsePositive' },
};
const v2Feedback: Readonly<Record<string, string>> = {
  unknown: 'unknown',
  truePositive: 'truePositive',
  falsePositive: 'falsePositive',
  benignPositive: 'informationalExpectedActivity',
};

/** Carries members of the legacy shape into the alerts_v2 row, where the two shapes meet. */
export function syncV2(tenant: Tenant, legacyId: string, fields: Row, at: string): TenantChange[] {
  const before = findByLegacyId(tenant, legacyId);
  if (before === undefined) return [];
  const feedback = v2Feedback[String(fields.feedback)];
  const taken: Row = {
    ...(typeof fields.status === 'string' ? v2Words[fields.status] : {}),
    ...(feedback === undefined ? {} : { classification: feedback }),
    ...(fields.assignedTo === undefined ? {} : { assignedTo: fields.assignedTo === '' ? null : fields.assignedTo }),
  };
  const row: Row = { ...before, lastUpdateDateTime: at, ...taken, ...resolution(before, taken, at) };
  tenant.alerts.set(String(row.id), row);
  return [change('alerts', String(row.id), before), ...syncIncident(tenant, before, row, at)];
}

function findByLegacyId(tenant: Tenant, legacyId: string): Row | undefined {
  for (const row of tenant.alerts.values()) {
    if (legacyIdOf(row) === legacyId) return row;
  }
  return undefined;
}

/** The legacy shape of a new alert, if its source is one that the legacy API carries. */
export function addLegacy(tenant: Tenant, alert: Row): TenantChange[] {
  const legacy = toLegacyAlert(alert);
  if (legacy === undefined) return [];
  const id = String(legacy.id);
  const before = tenant.legacyAlerts.get(id);
  tenant.legacyAlerts.set(id, legacy);
  return [change('legacyAlerts', id, before)];
}

/** The legacy shape, where there is one, follows, but keeps the members that only it has. */
export function syncLegacy(tenant: Tenant, alert: Row): TenantChange[] {
  const before = tenant.legacyAlerts.get(legacyIdOf(alert));
  const legacy = before === undefined ? undefined : toLegacyAlert(alert);
  if (before === undefined || legacy === undefined) return [];
  tenant.legacyAlerts.set(String(legacy.id), { ...legacy, comments: before.comments, tags: before.tags });
  return [change('legacyAlerts', String(legacy.id), before)];
}

/** Defender keeps status and verdict of Cloud Apps alerts the same on both sides. */
export function syncCloudAlert(tenant: Tenant, alert: Row): TenantChange[] {
  const id = legacyIdOf(alert);
  const before = tenant.mcasAlerts.get(id);
  if (before === undefined || !String(alert.id).startsWith('ca')) return [];
  tenant.mcasAlerts.set(id, { ...before, ...cloudTriage(alert), comment: before.comment });
  return [change('mcasAlerts', id, before)];
}

/** The incident is touched with each alert, closes with its last open alert and opens again with it. */
export function syncIncident(tenant: Tenant, alertBefore: Row, alert: Row, at: string): TenantChange[] {
  const id = String(alert.incidentId);
  const before = tenant.incidents.get(id);
  if (before === undefined || alert.lastUpdateDateTime === alertBefore.lastUpdateDateTime) return [];
  const status = alertBefore.status === alert.status ? {} : incidentStatus(tenant, before, alert);
  tenant.incidents.set(id, { ...before, ...status, lastUpdateDateTime: at });
  return [change('incidents', id, before)];
}

function incidentStatus(tenant: Tenant, incident: Row, alert: Row): Row {
  if (incident.status === 'redirected') return {};
  if (alert.status !== 'resolved') return incident.status === 'resolved' ? { status: 'active' } : {};
  for (const other of tenant.alerts.values()) {
    if (other.incidentId === incident.id && other.status !== 'resolved') return {};
  }
  return { status: 'resolved' };
}

/** Puts a new alert into its incident, which is made when it does not exist. */
export function joinIncident(tenant: Tenant, alert: Row, at: string): TenantChange[] {
  if (alert.incidentId === null || alert.incidentId === undefined) return [];
  const id = String(alert.incidentId);
  const before = tenant.incidents.get(id);
  tenant.incidents.set(id, before === undefined ? newIncident(alert) : widened(before, alert, at));
  return [change('incidents', id, before)];
}

function widened(incident: Row, alert: Row, at: string): Row {
  const severity = higherSeverity(String(incident.severity), String(alert.severity));
  return { ...incident, severity, lastUpdateDateTime: at };
}

function newIncident(alert: Row): Row {
  return {
    id: alert.incidentId,
    incidentWebUrl: alert.incidentWebUrl,
    redirectIncidentId: null,
    tenantId: alert.tenantId,
    displayName: String(alert.title),
    createdDateTime: alert.createdDateTime,
    lastUpdateDateTime: alert.lastUpdateDateTime,
    assignedTo: null,
    classification: 'unknown',
    determination: 'unknown',
    status: alert.status === 'resolved' ? 'resolved' : 'active',
    severity: alert.severity,
    customTags: [],
    systemTags: [],
    comments: [],
    description: String(alert.description),
    summary: null,
    resolvingComment: null,
    lastModifiedBy: null,
    priorityScore: null,
  };
}
