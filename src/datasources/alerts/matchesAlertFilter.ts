import type { AlertFilter } from '../../schema/inputs/alertFilter.input.js';
import type { Alert } from '../../schema/types/alert.type.js';
import type { UserEvidence } from '../../schema/types/evidence/identityEvidence.type.js';
import { isSameText, matchesInstant, matchesValue } from '../odata/matchesCondition.js';
import { matchesSearch } from '../odata/matchesSearch.js';
import { alertKeysOf, keysOfFilter } from './alertKeys.js';

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
    namesUser(filter.userPrincipalName, alert) &&
    matchesMirrorFilter(filter, alert)
  );
}

/** The conditions that no upstream takes. */
function matchesMirrorFilter(filter: AlertFilter, alert: Alert): boolean {
  const { category, mitreTechnique } = filter;
  return (
    (category == null || [...alert.categories, alert.category ?? ''].some((one) => isSameText(one, category))) &&
    (mitreTechnique == null || alert.mitreTechniques.some((one) => isTechnique(one, mitreTechnique))) &&
    carriesKeys(filter, alert) &&
    matchesSearch(filter.search, searchedTexts(alert))
  );
}

/** Whether one technique is another or a part of it. */
function isTechnique(one: string, wanted: string): boolean {
  return isSameText(one, wanted) || one.toLowerCase().startsWith(`${wanted.toLowerCase()}.`);
}

function carriesKeys({ userId = null, deviceId = null, ipAddress = null, sha256 = null }: AlertFilter, alert: Alert) {
  const wanted = keysOfFilter({ userId, deviceId, ipAddress, sha256 });
  if (wanted.length === 0) return true;
  const keys = alertKeysOf(alert);
  return wanted.every((key) => keys.includes(key));
}

function searchedTexts(alert: Alert): (string | null)[] {
  return [
    alert.id,
    alert.title,
    alert.description,
    alert.category,
    ...alert.categories,
    alert.actorDisplayName,
    alert.threatDisplayName,
    alert.threatFamilyName,
    alert.productName,
    ...alert.systemTags,
    ...alert.tags,
  ];
}

function namesUser(upn: string | null | undefined, alert: Alert): boolean {
  if (upn === null || upn === undefined) return true;
  return alert.evidence.some((item) => {
    const named =
      item.__typename === 'UserEvidence' ? (item as UserEvidence).userAccount?.userPrincipalName : undefined;
    return typeof named === 'string' && isSameText(named, upn);
  });
}
