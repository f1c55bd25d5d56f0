import type { CachePolicy } from '../../cache/contract.js';
import type { AnswerWarning } from '../../upstream/contract.js';

const seconds = 1_000;
const minutes = 60 * seconds;

/** Single alerts. The change feed and our own writes drop them by tag, so that the lifetime only bounds what those miss. */
export const alertPolicy: CachePolicy = {
  resource: 'alert',
  upstream: 'GRAPH_SECURITY',
  ttlMs: 30 * seconds,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 30 * minutes,
  negativeTtlMs: 15 * seconds,
};

/** Pages of lists, where a new alert shows only after the lifetime or a change that drops the tag `alerts`. */
export const alertListPolicy: CachePolicy = { ...alertPolicy, resource: 'alerts', ttlMs: 20 * seconds };

/** How many alerts match a filter, without the alerts. */
export const alertCountPolicy: CachePolicy = { ...alertListPolicy, resource: 'alertCount' };

/** All alerts of one incident. */
export const incidentAlertsPolicy: CachePolicy = { ...alertListPolicy, resource: 'incidentAlerts' };

/** Carried by every list of alerts. */
export const alertsTag = 'alerts';

/** Carried by every entry that holds the alert. */
export function alertTag(id: string): string {
  return `alert:${id}`;
}

/** Carried by every alert that was read as part of the incident, so that merging or changing the incident forgets it. */
export function alertsOfIncidentTag(incidentId: string): string {
  return `incident:${incidentId}:alerts`;
}

/** Beside a list of which not every row could be read. */
export const truncatedWarning: AnswerWarning = {
  code: 'TRUNCATED',
  upstream: 'GRAPH_SECURITY',
  message: 'Too many alerts for the calls of one operation; some are missing.',
};
