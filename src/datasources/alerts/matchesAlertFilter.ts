import type { AlertFilter } from '../../schema/inputs/alertFilter.input.js';
import type { Alert } from '../../schema/types/alert.type.js';
import type { UserEvidence } from '../../schema/types/evidence/identityEvidence.type.js';
import { isSameText, matchesInstant, matchesValue } from '../odata/matchesCondition.js';

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

function namesUser(upn: string | null | undefined, alert: Alert): boolean {
  if (upn === null || upn === undefined) return true;
  return alert.evidence.some((item) => {
    const named =
      item.__typename === 'UserEvidence' ? (item as UserEvidence).userAccount?.userPrincipalName : undefined;
    return typeof named === 'string' && isSameText(named, upn);
  });
}
