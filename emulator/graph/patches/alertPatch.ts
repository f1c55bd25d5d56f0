import type { EmulatorSwitches } from '../../switches.js';
import type { Row } from '../../tenant/Tenant.js';
import { invalidBody, oneOf, type ReadProperty, readPatch, textDictionary, textList, textOrNull } from './readPatch.js';

const classification = oneOf('unknown falsePositive truePositive informationalExpectedActivity');
const determination = oneOf(
  'unknown apt malware securityPersonnel securityTesting unwantedSoftware other multiStagedAttack compromisedAccount phishing maliciousUserActivity notMalicious notEnoughDataToValidate confirmedActivity lineOfBusinessApplication',
);

const alertProperties: Readonly<Record<string, ReadProperty>> = {
  status: oneOf('new inProgress resolved'),
  classification,
  determination,
  assignedTo: textOrNull,
  customDetails: textDictionary,
};

const incidentProperties: Readonly<Record<string, ReadProperty>> = {
  status: oneOf('active inProgress resolved'),
  severity: oneOf('informational low medium high'),
  classification,
  determination,
  assignedTo: textOrNull,
  customTags: textList,
  description: textOrNull,
  displayName: textOrNull,
  resolvingComment: textOrNull,
  summary: textOrNull,
};

/**
 * The change that a PATCH of an alert makes.
 * @throws {GraphError} 400 for words and properties that the service refuses.
 * @see https://learn.microsoft.com/graph/api/security-alert-update
 */
export function readAlertPatch(body: Row, switches: EmulatorSwitches, now: string): Row {
  const change = readPatch(body, alertProperties, switches.alertsUnwritableProperty);
  if (Object.keys(change).length === 0) throw invalidBody('The request body holds no property that can be updated.');
  if (change.status === undefined) return change;
  return { ...change, resolvedDateTime: change.status === 'resolved' ? now : null };
}

/**
 * The change that a PATCH of an incident makes.
 * @throws {GraphError} 400 for words and properties that the service refuses.
 * @see https://learn.microsoft.com/graph/api/security-incident-update
 */
export function readIncidentPatch(body: Row, switches: EmulatorSwitches): Row {
  const change = readPatch(body, incidentProperties, switches.alertsUnwritableProperty);
  if (Object.keys(change).length === 0) throw invalidBody('The request body holds no property that can be updated.');
  return change;
}
