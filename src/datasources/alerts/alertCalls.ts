import type { Alert, AlertComment } from '../../schema/types/alert.type.js';
import type { Page, UpstreamCall } from '../../upstream/contract.js';
import { parsePage } from '../../upstream/odata.js';
import { toPathSegment } from '../pathSegment.js';
import { type AlertDialect, alertDialects } from './alertDialects.js';
import { mapComments } from './mapV2.js';
import { parseComments } from './wire.js';

/** Every call that the alerts datasource makes, as data. */

/** @see https://learn.microsoft.com/en-us/graph/api/security-alert-get */
export function getCall(dialect: AlertDialect, id: string): UpstreamCall<Alert> {
  return {
    operation: 'alerts.get',
    method: 'GET',
    path: alertPath(dialect, id),
    permission: dialect.readPermission,
    parse: dialect.parse,
  };
}

export interface AlertListQuery {
  readonly terms: readonly string[];
  readonly orderBy: string;
  readonly top: number;
  readonly skip?: number;
  readonly count?: boolean;
}

/** @see https://learn.microsoft.com/en-us/graph/api/security-list-alerts_v2 */
export function listCall(dialect: AlertDialect, query: AlertListQuery): UpstreamCall<Page<Alert>> {
  return {
    operation: 'alerts.list',
    method: 'GET',
    path: dialect.path,
    query: {
      ...(query.terms.length > 0 ? { $filter: query.terms.join(' and ') } : {}),
      $orderby: query.orderBy,
      $top: String(query.top),
      ...(query.skip ? { $skip: String(query.skip) } : {}),
      ...(query.count ? { $count: 'true' } : {}),
    },
    permission: dialect.readPermission,
    parse: (body) => parsePage(body, dialect.parse),
  };
}

/** The alerts of an incident have the shape of `alerts_v2` in every dialect. */
export function incidentAlertsCall(incidentId: string): UpstreamCall<Page<Alert>> {
  const { v2 } = alertDialects;
  return {
    operation: 'alerts.ofIncident',
    method: 'GET',
    path: `/v1.0/security/incidents/${toPathSegment(incidentId, 'incidentId')}/alerts`,
    permission: 'SecurityIncident.Read.All',
    parse: (body) => parsePage(body, v2.parse),
  };
}

/**
 * Sets properties to absolute values, so that repeating it does no harm. The legacy API answers without a body unless
 * asked for the representation.
 * @see https://learn.microsoft.com/en-us/graph/api/security-alert-update
 * @see https://learn.microsoft.com/en-us/graph/api/alert-update
 */
export function patchCall(
  dialect: AlertDialect,
  id: string,
  body: Readonly<Record<string, unknown>>,
): UpstreamCall<Alert | null> {
  return {
    operation: 'alerts.update',
    method: 'PATCH',
    path: alertPath(dialect, id),
    ...(dialect.name === 'legacy' ? { headers: { Prefer: 'return=representation' } } : {}),
    body,
    safeToRepeat: true,
    permission: dialect.writePermission,
    parse: (answer) => (answer === undefined ? null : dialect.parse(answer)),
  };
}

/** Appends a comment. A repeat would append it twice. @see https://learn.microsoft.com/en-us/graph/api/security-alert-post-comments */
export function commentCall(dialect: AlertDialect, id: string, comment: string): UpstreamCall<readonly AlertComment[]> {
  return {
    operation: 'alerts.comment',
    method: 'POST',
    path: `${alertPath(dialect, id)}/comments`,
    body: { '@odata.type': 'microsoft.graph.security.alertComment', comment },
    safeToRepeat: false,
    permission: dialect.writePermission,
    parse: (answer) => mapComments(parseComments(answer)),
  };
}

function alertPath(dialect: AlertDialect, id: string): string {
  return `${dialect.path}/${toPathSegment(id)}`;
}
