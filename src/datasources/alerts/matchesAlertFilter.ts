import type { AlertFilter } from '../../schema/inputs/alertFilter.input.js';
import type { InstantFilter, ValueFilter } from '../../schema/inputs/filters.input.js';
import type { Alert } from '../../schema/types/alert.type.js';
import type { UserEvidence } from '../../schema/types/evidence/identityEvidence.type.js';
import { toTicks } from '../../time/instant.js';

/**
 * Whether an alert satisfies a filter, with the meaning that the filter has at the upstream: texts compare without case,
 * and a missing value is none of the values in `notIn`.
 */
export function matchesAlertFilter(filter: AlertFilter | null | undefined, alert: Alert): boolean {
  if (filter === null || filter === undefined) return true;
  return (
    matchesValue(filter.assignedTo, alert.assignedTo) &&
    matchesValue(filter.classification, alert.classification) &&
    matchesValue(filter.determination, alert.determination) &&
    matchesValue(filter.serviceSource, alert.serviceSource) &&
    matchesValue(filter.severity, alert.severity) &&
    matchesValue(filter.status, alert.status) &&
    matchesInstant(filter.createdDateTime, alert.createdDateTime) &&
    matchesInstant(filter.lastUpdateDateTime, alert.lastUpdateDateTime) &&
    namesUser(filter.userPrincipalName, alert)
  );
}

function matchesValue(condition: ValueFilter | null | undefined, value: string | null): boolean {
  if (condition === null || condition === undefined) return true;
  if (condition.in && !holds(condition.in, value)) return false;
  if (condition.notIn && holds(condition.notIn, value)) return false;
  return typeof condition.isNull !== 'boolean' || condition.isNull === (value === null);
}

function holds(values: readonly string[], value: string | null): boolean {
  return value !== null && values.some((candidate) => isSameText(candidate, value));
}

function matchesInstant(condition: InstantFilter | null | undefined, value: string | null): boolean {
  if (!condition?.ge && !condition?.lt) return true;
  const ticks = value === null ? undefined : toTicks(value);
  if (ticks === undefined) return false;
  const from = condition.ge ? toTicks(condition.ge) : undefined;
  const to = condition.lt ? toTicks(condition.lt) : undefined;
  return (from === undefined || ticks >= from) && (to === undefined || ticks < to);
}

function namesUser(upn: string | null | undefined, alert: Alert): boolean {
  if (upn === null || upn === undefined) return true;
  return alert.evidence.some((item) => {
    const named =
      item.__typename === 'UserEvidence' ? (item as UserEvidence).userAccount?.userPrincipalName : undefined;
    return typeof named === 'string' && isSameText(named, upn);
  });
}

function isSameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
