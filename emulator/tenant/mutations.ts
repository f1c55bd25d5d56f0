import type { EmulatorContext, TenantChange } from '../context.js';
import { createRandom } from '../random.js';
import { alertComment, portalUrl } from './alertRows.js';
import {
  addLegacy,
  carry,
  change,
  isCarried,
  joinIncident,
  resolution,
  syncCloudAlert,
  syncIncident,
  syncLegacy,
  syncV2,
} from './alertShapes.js';
import { addAttackActivities, addCloudAlert } from './attackTraces.js';
import { inventAlert } from './inventAlert.js';
import { legacyIdOf } from './legacyAlertRows.js';
import type { Row, Tenant } from './Tenant.js';

/** What a write did. The caller publishes `changes`. */
export interface Mutation {
  /** The row as it is now; for a removal, as it was. */
  readonly row: Row;
  readonly changes: readonly TenantChange[];
}

/**
 * Adds an alert with everything that belongs to it: incident, legacy shape and, for Cloud Apps, their own alert.
 * @param fields members of the row that are given; the rest is invented.
 * @param at when it is created and last updated unless `fields` say otherwise, as Graph prints times.
 */
export function createAlert(tenant: Tenant, fields: Row, at: string): Mutation {
  tenant.serial += 1;
  const invented = inventAlert(tenant, at);
  const row = completeAlert(
    tenant,
    { ...(invented?.alert ?? bareAlert(tenant)), ...ownIncident(at), ...fields },
    fields,
    at,
  );
  const id = String(row.id);
  const incident = joinIncident(tenant, row, at);
  const before = tenant.alerts.get(id);
  tenant.alerts.set(id, row);
  const changes = [change('alerts', id, before), ...incident, ...addLegacy(tenant, row)];
  if (invented === undefined || row.serviceSource !== 'microsoftDefenderForCloudApps') return { row, changes };
  const random = createRandom(`${id}/activities`);
  const cloudId = addCloudAlert(tenant, row, invented.planned, addAttackActivities(tenant, random, invented.planned));
  return { row, changes: cloudId === undefined ? changes : [...changes, change('mcasAlerts', cloudId)] };
}

function completeAlert(tenant: Tenant, row: Row, fields: Row, at: string): Row {
  const id = String(row.id);
  const createdDateTime = fields.createdDateTime ?? at;
  return {
    ...row,
    ...(fields.id === undefined ? {} : { providerAlertId: fields.providerAlertId ?? id.replace(/^[a-z]{2}(?=.)/, '') }),
    tenantId: tenant.tenantId,
    createdDateTime,
    lastUpdateDateTime: fields.lastUpdateDateTime ?? createdDateTime,
    resolvedDateTime: row.status === 'resolved' ? (fields.resolvedDateTime ?? createdDateTime) : null,
    alertWebUrl: portalUrl('alerts', id, tenant.tenantId),
    incidentWebUrl: row.incidentId === null ? null : portalUrl('incidents', String(row.incidentId), tenant.tenantId),
  };
}

/** Alerts that are raised at one instant belong to one incident. */
function ownIncident(at: string): Row {
  return { incidentId: String(40_000 + Number.parseInt(createRandom(at).hex(5), 16)) };
}

/** For a tenant without users or devices: an alert without evidence. */
function bareAlert(tenant: Tenant): Row {
  const providerAlertId = createRandom(`${tenant.tenantId}/${tenant.serial}/bare`).guid();
  return {
    id: `ra${providerAlertId}`,
    providerAlertId,
    status: 'new',
    severity: 'medium',
    classification: 'unknown',
    determination: 'unknown',
    serviceSource: 'microsoft365Defender',
    detectionSource: 'microsoft365Defender',
    detectorId: null,
    productName: 'Microsoft Defender XDR',
    title: 'Suspicious activity',
    description: 'An activity that does not fit the tenant.',
    recommendedActions: '',
    category: 'SuspiciousActivity',
    categories: ['SuspiciousActivity'],
    assignedTo: null,
    mitreTechniques: [],
    comments: [],
    evidence: [],
    systemTags: [],
  };
}

/**
 * Changes members of an alert and carries the change into its legacy shape, its incident and its Cloud Apps side.
 * @param at becomes the last update unless `fields` name one.
 * @returns `undefined` when there is no such alert.
 */
export function changeAlert(tenant: Tenant, id: string, fields: Row, at: string): Mutation | undefined {
  const before = tenant.alerts.get(id);
  if (before === undefined) return undefined;
  const row = { ...before, lastUpdateDateTime: at, ...fields, ...resolution(before, fields, at) };
  tenant.alerts.set(id, row);
  const changes = [
    change('alerts', id, before),
    ...syncLegacy(tenant, row),
    ...syncCloudAlert(tenant, row),
    ...syncIncident(tenant, before, row, at),
  ];
  return { row, changes };
}

/** Appends a comment. @param movesLastUpdate whether the alert then counts as updated. */
export function commentAlert(
  tenant: Tenant,
  id: string,
  comment: { readonly text: string; readonly author: string },
  at: string,
  movesLastUpdate = true,
): Mutation | undefined {
  const before = tenant.alerts.get(id);
  if (before === undefined) return undefined;
  const comments = [...((before.comments ?? []) as Row[]), alertComment(comment.text, comment.author, at)];
  return changeAlert(
    tenant,
    id,
    movesLastUpdate ? { comments } : { comments, lastUpdateDateTime: before.lastUpdateDateTime },
    at,
  );
}

/** Retention: the alert disappears everywhere. Its incident stays. */
export function removeAlert(tenant: Tenant, id: string): Mutation | undefined {
  const row = tenant.alerts.get(id);
  if (row === undefined) return undefined;
  tenant.alerts.delete(id);
  const changes: TenantChange[] = [carry({ collection: 'alerts', id, changeType: 'deleted', before: row })];
  const legacy = tenant.legacyAlerts.get(legacyIdOf(row));
  if (legacy !== undefined && tenant.legacyAlerts.delete(legacyIdOf(row))) {
    changes.push(carry({ collection: 'legacyAlerts', id: legacyIdOf(row), changeType: 'deleted', before: legacy }));
  }
  return { row, changes };
}

/**
 * Changes an alert through its legacy shape; the alerts_v2 row follows where the two shapes meet.
 * @param at becomes `lastModifiedDateTime` unless `fields` name one.
 */
export function changeLegacyAlert(tenant: Tenant, id: string, fields: Row, at: string): Mutation | undefined {
  const before = tenant.legacyAlerts.get(id);
  if (before === undefined) return undefined;
  const row = { ...before, lastModifiedDateTime: at, ...fields };
  tenant.legacyAlerts.set(id, row);
  return { row, changes: [change('legacyAlerts', id, before), ...syncV2(tenant, id, fields, at)] };
}

/** Carries a change that somebody else wrote to an alert, in either shape, into its other shapes. */
function carryOn(tenant: Tenant, { collection, id, changeType, before }: TenantChange, now: string): TenantChange[] {
  const row = collection === 'alerts' || collection === 'legacyAlerts' ? tenant[collection].get(id) : undefined;
  if (row === undefined || before === undefined || changeType !== 'updated') return [];
  const at = String((collection === 'alerts' ? row.lastUpdateDateTime : row.lastModifiedDateTime) ?? now);
  if (collection === 'legacyAlerts') return syncV2(tenant, id, changedMembers(before, row), at);
  return [...syncLegacy(tenant, row), ...syncCloudAlert(tenant, row), ...syncIncident(tenant, before, row, at)];
}

function changedMembers(before: Row, after: Row): Row {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => before[name] !== value));
}

/** Keeps the shapes of an alert together while other parts write to one of them. @returns what ends it. */
export function followWrites(context: Pick<EmulatorContext, 'tenant' | 'changes' | 'clock'>): () => void {
  return context.changes.listen((made) => {
    if (isCarried(made)) return;
    for (const next of carryOn(context.tenant, made, context.clock.timestamp())) context.changes.publish(next);
  });
}
