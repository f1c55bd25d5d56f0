import type { UpstreamCall } from '../../../upstream/contract.js';
import { toPathSegment } from '../../pathSegment.js';
import { pageLimit } from '../calls.js';
import type { EpochSpan, McasFilters } from '../operators.js';
import { withDate } from '../operators.js';
import type { McasPage } from '../wireParts.js';
import { type AlertWire, type CloseAnswer, parseAlert, parseAlertPage, parseCloseAnswer } from './wire.js';

const path = '/api/v1/alerts/';
const readPermission = 'Investigation.read';

/** Newest first. The lists are sent as POST, which changes nothing and may be repeated. */
export function listAlertsCall(filters: McasFilters, date: EpochSpan, skip: number): UpstreamCall<McasPage<AlertWire>> {
  return {
    operation: 'mcas.alerts.list',
    method: 'POST',
    path,
    body: { filters: withDate(filters, date), skip, limit: pageLimit, sortField: 'date', sortDirection: 'desc' },
    safeToRepeat: true,
    permission: readPermission,
    parse: parseAlertPage,
  };
}

export function getAlertCall(id: string): UpstreamCall<AlertWire> {
  return {
    operation: 'mcas.alerts.get',
    method: 'GET',
    path: `${path}${toPathSegment(id)}/`,
    permission: readPermission,
    parse: parseAlert,
  };
}

const closeRoutes = {
  BENIGN: 'close_benign',
  FALSE_POSITIVE: 'close_false_positive',
  TRUE_POSITIVE: 'close_true_positive',
} as const;

export interface CloseOrder {
  /** Upstream ids; never empty, because a close without ids closes everything. */
  readonly ids: readonly string[];
  readonly as: keyof typeof closeRoutes;
  /** The upstream's number. */
  readonly reasonId?: number;
  readonly comment?: string;
}

/**
 * One call for all ids.
 * @throws {Error} when there is no id.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-alerts-close-benign
 */
export function closeAlertsCall({ ids, as, reasonId, comment }: CloseOrder): UpstreamCall<CloseAnswer> {
  if (ids.length === 0) throw new Error('A close without ids would close every alert.');
  return {
    operation: 'mcas.alerts.close',
    method: 'POST',
    path: `${path}${closeRoutes[as]}/`,
    body: {
      filters: { id: { eq: ids } },
      comment: comment ?? '',
      ...(reasonId === undefined ? {} : { reasonId }),
      sendFeedback: false,
      allowContact: false,
    },
    permission: 'Investigation.manage',
    parse: parseCloseAnswer,
  };
}

/** The answer's body is undocumented and not looked at. */
export function markAlertCall(id: string, read: boolean): UpstreamCall<undefined> {
  return {
    operation: read ? 'mcas.alerts.read' : 'mcas.alerts.unread',
    method: 'POST',
    path: `${path}${toPathSegment(id)}/${read ? 'read' : 'unread'}/`,
    body: {},
    permission: readPermission,
    parse: () => undefined,
  };
}
