import type { Row, Tenant } from '../../tenant/Tenant.js';
import { at, each, type FilterTable, filter, isOrNot, isOrSet, isRow, present, read } from './FilterDefinition.js';

const eventCategory = filter('text', isOrNot, at('eventTypeName'));

/**
 * Filters of the activity list.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-activities
 */
export function activityFilters(tenant: Tenant): FilterTable {
  return {
    service: filter('number', isOrNot, at('appId')),
    instance: filter('number', isOrNot, (row) => instancesOf(row)),
    'user.username': filter('text', [...isOrSet, 'startswith'], userNames),
    'user.domain': filter('text', isOrSet, (row) => userNames(row).map((name) => name.slice(name.indexOf('@') + 1))),
    'user.orgUnit': filter('text', isOrSet, at('user', 'orgUnit')),
    'user.tags': filter('text', [...isOrSet, 'startswith'], each('user', 'userTags')),
    entity: filter('entity', [...isOrSet, 'startswith'], actors),
    actionType: filter('text', ['contains', ...isOrSet], (row) => [
      ...at('actionType')(row),
      ...at('mainInfo', 'rawOperationName')(row),
    ]),
    'activity.eventActionType': eventCategory,
    'activity.eventType': eventCategory,
    'activity.actionType': filter('text', isOrNot, (row) => [
      `${row.appId}:${row.eventTypeValue}:${read(row, ['mainInfo', 'rawOperationName'])}`,
    ]),
    'activity.id': filter('text', ['eq'], at('_id')),
    'activity.alertId': filter('text', ['eq'], buildAlertIndex(tenant)),
    'activity.impersonated': filter('flag', ['eq'], (row) => [row.impersonated === true]),
    'activity.type': filter('flag', ['eq'], (row) => [read(row, ['eventRouting', 'adminEvent']) === true]),
    'activity.takenAction': filter('text', isOrNot, at('takenAction')),
    activityObject: filter('text', isOrNot, objectIds),
    'device.type': filter('text', isOrNot, at('userAgent', 'deviceType')),
    'userAgent.userAgent': filter('text', ['contains', 'ncontains'], at('device', 'userAgent')),
    'userAgent.tags': filter('text', isOrNot, each('userAgent', 'tags')),
    'device.tags': filter('text', isOrNot, each('device', 'tags')),
    'ip.tags': filter('text', isOrNot, each('location', 'ipTags')),
    'location.country': filter('text', isOrSet, at('location', 'countryCode')),
    'location.organizations': filter('text', [...isOrSet, 'contains'], at('location', 'organizationSearchable')),
    'ip.address': filter('text', [...isOrSet, 'startswith', 'doesnotstartwith'], addresses),
    'ip.category': filter('number', isOrNot, at('location', 'category')),
    fileSelector: filter('text', isOrNot, objectIds),
    fileId: filter('text', ['eq'], objectIds),
    fileLabels: filter('text', isOrNot, each('fileLabels')),
    office365url: filter('text', ['startswith', 'eq', 'endswith'], objectNames),
    policy: filter('text', isOrSet, each('policies')),
    source: filter('number', isOrNot, at('source')),
    text: filter('text', ['eq', 'startswithsingle', 'text'], searchable),
    date: filter('time', ['lte', 'gte', 'range', 'lte_ndays', 'gte_ndays'], at('timestamp')),
    created: filter('time', ['lte', 'gte', 'range', 'gt', 'lt', 'eq'], at('created')),
  };
}

/** The archive knows these filters only, and needs a range of dates. */
export function archiveFilters(tenant: Tenant): FilterTable {
  const all = activityFilters(tenant);
  const names = [
    'activity.id',
    'activity.eventActionType',
    'activity.eventType',
    'activity.actionType',
    'actionType',
    'service',
    'ip.address',
    'location.country',
    'user.username',
    'date',
  ];
  return Object.fromEntries(names.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
}

/** Sign-ins that failed keep the name elsewhere. */
function userNames(row: Row): string[] {
  return [...at('user', 'userName')(row), ...at('failedUserData', 'userName')(row)].map(String);
}

/** `entityData` is an object with numbered members, or a list. */
function actors(row: Row): unknown[] {
  const data = isRow(row.entityData) || Array.isArray(row.entityData) ? Object.values(row.entityData) : [];
  const actor = row.resolvedActor;
  const resolved = isRow(actor) ? [{ id: actor.id, saas: actor.saasId, inst: actor.instanceId }] : [];
  return [...data.flatMap((item) => present(read(item, ['id']))), ...resolved];
}

function instancesOf(row: Row): unknown[] {
  return eventObjects(row).flatMap((item) => present(item.instanceId));
}

function objectIds(row: Row): unknown[] {
  return eventObjects(row).flatMap((item) => present(item.id));
}

function objectNames(row: Row): unknown[] {
  return eventObjects(row).flatMap((item) => present(item.name));
}

function eventObjects(row: Row): Row[] {
  const objects = read(row, ['mainInfo', 'eventObjects']);
  return Array.isArray(objects) ? objects.filter(isRow) : [];
}

function addresses(row: Row): unknown[] {
  return [...at('device', 'clientIP')(row), ...each('internals', 'otherIPs')(row)];
}

function searchable(row: Row): unknown[] {
  return [...userNames(row), ...at('description')(row), ...at('appName')(row), ...addresses(row), ...objectNames(row)];
}

/** Alerts list the activities behind them; activities do not name their alerts. Built at the first use. */
function buildAlertIndex(tenant: Tenant): (row: Row) => readonly string[] {
  let index: Map<unknown, string[]> | undefined;
  return (row) => {
    index ??= indexAudits(tenant);
    return index.get(row._id) ?? [];
  };
}

function indexAudits(tenant: Tenant): Map<unknown, string[]> {
  const index = new Map<unknown, string[]>();
  for (const alert of tenant.mcasAlerts.values()) {
    for (const activity of Array.isArray(alert.audits) ? alert.audits : []) {
      index.set(activity, [...(index.get(activity) ?? []), String(alert._id)]);
    }
  }
  return index;
}
