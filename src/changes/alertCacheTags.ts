import { alertsTag, alertTag } from '../datasources/alerts/policies.js';
import type { Alert } from '../schema/types/alert.type.js';

/** Tags of every cached answer that a change of these alerts may make wrong: the alerts, every list of alerts, their incidents. */
export function toAlertCacheTags(alerts: readonly Alert[]): string[] {
  const own = alerts.map(({ id }) => alertTag(id));
  const incidents = alerts.flatMap(({ incidentId }) => (incidentId === null ? [] : [`incident:${incidentId}`]));
  return [...new Set([alertsTag, ...own, ...incidents])];
}
