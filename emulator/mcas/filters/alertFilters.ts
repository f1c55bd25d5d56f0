import type { Row } from '../../tenant/Tenant.js';
import { at, each, type FilterTable, filter, isOrNot, isRow } from './FilterDefinition.js';

const dates = ['lte', 'gte', 'range'] as const;
const ids = filter('objectId', ['eq', 'neq'], at('_id'));

/**
 * Filters of the alert list. Their names differ from the members that they look at.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-alerts
 */
export const alertFilters: FilterTable = {
  'entity.entity': filter('entity', isOrNot, (row) => entities(row, 'account')),
  'entity.ip': filter('text', isOrNot, (row) => entityIds(row, 'ip')),
  'entity.policy': filter('text', isOrNot, (row) => entityIds(row, 'policyRule')),
  'entity.file': filter('text', isOrNot, (row) => entityIds(row, 'file')),
  'entity.service': filter('number', isOrNot, (row) => entityIds(row, 'service')),
  'entity.instance': filter('number', isOrNot, (row) => entities(row, 'account').map((entity) => entity.inst)),
  'entity.user': filter('text', ['eq'], (row) => entityIds(row, 'user')),
  severity: filter('number', isOrNot, at('severityValue')),
  resolutionStatus: filter('number', isOrNot, at('resolutionStatusValue')),
  alertOpen: filter('flag', ['eq'], (row) => [row.resolutionStatusValue === 0 && row.statusValue !== 2]),
  read: filter('flag', ['eq'], (row) => [row.statusValue !== 0]),
  date: filter('time', [...dates, 'lte_ndays', 'gte_ndays'], at('timestamp')),
  resolutionDate: filter('time', dates, (row) =>
    typeof row.resolveTime === 'string' ? [Date.parse(row.resolveTime)] : [],
  ),
  risk: filter('number', isOrNot, each('stories')),
  alertType: filter('number', isOrNot, at('idValue')),
  id: ids,
  ID: ids,
  source: filter('text', ['eq'], (row) => [entities(row, 'policyRule').length > 0 ? 'policy' : 'built-in']),
};

function entities(row: Row, type: string): Row[] {
  return Array.isArray(row.entities) ? row.entities.filter((entity) => isRow(entity) && entity.type === type) : [];
}

function entityIds(row: Row, type: string): unknown[] {
  return entities(row, type).map((entity) => entity.id);
}
