import { compileFilter } from '../../odata/compileFilter.js';
import { ODataSyntaxError, ODataUnsupportedError } from '../../odata/errors.js';
import { parseFilter } from '../../odata/parseFilter.js';
import type { Row } from '../../tenant/Tenant.js';
import { badRequest } from '../GraphError.js';
import type { Resources } from '../resources/buildResources.js';
import type { SubscriptionTarget } from './Subscription.js';

/** Providers of legacy alerts that never notify. */
const silentProviders = ['Microsoft Defender ATP', 'Office 365 Security and Compliance'];
const alertMinutes = 43_200;
const userMinutes = 41_760;

/**
 * Reads what a subscription's `resource` names: legacy alerts with a filter or an id, users, or one user. Nothing else of the
 * security workloads can be subscribed.
 * @throws {GraphError} 400.
 * @see https://learn.microsoft.com/graph/api/resources/change-notifications-api-overview
 */
export function readTarget(resource: string, resources: Resources): SubscriptionTarget {
  const [path = '', query = ''] = resource.replace(/^\//, '').split('?', 2);
  const segments = path.split('/').filter((segment) => segment !== '');
  const name = segments.join('/').toLowerCase();
  if (name.startsWith('security/alerts_v2')) throw badRequest('Invalid changeType property.', 'InvalidRequest');
  if (name === 'security/alerts') return readAlertFilter(query, resources);
  if (name.startsWith('security/alerts/') && segments.length === 3) {
    return {
      collection: 'legacyAlerts',
      maxMinutes: alertMinutes,
      matches: (row) => notifies(row) && row.id === segments[2],
    };
  }
  if (name === 'users') return { collection: 'users', maxMinutes: userMinutes, matches: () => true };
  if (segments.length === 2 && segments[0]?.toLowerCase() === 'users') {
    const key = segments[1]?.toLowerCase();
    const isUser = (row: Row) =>
      String(row.id).toLowerCase() === key || String(row.userPrincipalName).toLowerCase() === key;
    return { collection: 'users', maxMinutes: userMinutes, matches: isUser };
  }
  throw badRequest(`Resource '${resource}' is not supported for change notifications.`, 'InvalidRequest');
}

function readAlertFilter(query: string, resources: Resources): SubscriptionTarget {
  const text = /^\$?filter=(.+)$/i.exec(query.trim())?.[1];
  if (text === undefined) throw badRequest('The subscription must hold a filter.', 'ExtensionError');
  try {
    const predicate = compileFilter(parseFilter(decode(text)), resources.legacyAlerts.filter);
    return { collection: 'legacyAlerts', maxMinutes: alertMinutes, matches: (row) => notifies(row) && predicate(row) };
  } catch (error) {
    if (error instanceof ODataSyntaxError || error instanceof ODataUnsupportedError) {
      throw badRequest(`Invalid filter clause: ${error.message}`, 'ExtensionError');
    }
    throw error;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function notifies(row: Row): boolean {
  const { provider } = (row.vendorInformation ?? {}) as { provider?: unknown };
  return !silentProviders.includes(String(provider));
}
