import { registerEnumType } from 'type-graphql';
import { defineCodedEnum } from './defineCodedEnum.js';
import { defineEnum } from './defineEnum.js';

/**
 * Numbers of a Cloud Apps alert.
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-alerts
 */
export const mcasAlertStatus = defineCodedEnum({
  name: 'MCASAlertStatus',
  description: 'Whether somebody has looked at a Cloud Apps alert.',
  codes: {
    0: ['UNREAD', 'Nobody has read it.'],
    1: ['READ', 'Somebody has read it.'],
    2: ['ARCHIVED', 'It is closed.'],
  },
});

export const mcasAlertSeverity = defineCodedEnum({
  name: 'MCASAlertSeverity',
  description: 'Severity of a Cloud Apps alert.',
  codes: {
    0: ['LOW', 'Low.'],
    1: ['MEDIUM', 'Medium.'],
    2: ['HIGH', 'High.'],
    3: ['INFORMATIONAL', 'For information only.'],
  },
});

export const mcasResolutionStatus = defineCodedEnum({
  name: 'MCASResolutionStatus',
  description: 'How a Cloud Apps alert was closed, if it was.',
  codes: {
    0: ['OPEN', 'Not closed.'],
    1: ['DISMISSED', 'Dismissed, the old way of closing.'],
    2: ['RESOLVED', 'Resolved, the old way of closing.'],
    3: ['FALSE_POSITIVE', 'Closed: the detection was wrong.'],
    4: ['BENIGN', 'Closed: the activity is real and harmless.'],
    5: ['TRUE_POSITIVE', 'Closed: a real threat.'],
  },
});

export const mcasStory = defineCodedEnum({
  name: 'MCASStory',
  description: 'Risk category of a Cloud Apps alert.',
  codes: {
    0: ['THREAT_DETECTION', 'Threat detection.'],
    1: ['PRIVILEGED_ACCOUNT_MONITORING', 'Monitoring of privileged accounts.'],
    2: ['COMPLIANCE', 'Compliance.'],
    3: ['DLP', 'Data loss prevention.'],
    4: ['DISCOVERY', 'Discovery of cloud apps.'],
    5: ['SHARING_CONTROL', 'Control of sharing.'],
    7: ['ACCESS_CONTROL', 'Control of access.'],
    8: ['CONFIGURATION_MONITORING', 'Monitoring of configuration.'],
  },
});

export const mcasIntent = defineCodedEnum({
  name: 'MCASIntent',
  description: 'What an attacker wants at the stage of the kill chain that a Cloud Apps alert shows.',
  codes: {
    0: ['UNKNOWN', "The upstream's own word `unknown`."],
    1: ['PREATTACK', 'Preparing an attack.'],
    2: ['INITIAL_ACCESS', 'Getting in.'],
    3: ['PERSISTENCE', 'Staying in.'],
    4: ['PRIVILEGE_ESCALATION', 'Gaining rights.'],
    5: ['DEFENSE_EVASION', 'Avoiding detection.'],
    6: ['CREDENTIAL_ACCESS', 'Stealing credentials.'],
    7: ['DISCOVERY', 'Looking around.'],
    8: ['LATERAL_MOVEMENT', 'Moving to other systems.'],
    9: ['EXECUTION', 'Running code.'],
    10: ['COLLECTION', 'Gathering data.'],
    11: ['EXFILTRATION', 'Taking data out.'],
    12: ['COMMAND_AND_CONTROL', 'Steering what was taken over.'],
    13: ['IMPACT', 'Damaging data or service.'],
  },
});

/** Words of the `source` filter of alerts. */
export const mcasAlertSource = defineEnum({
  name: 'MCASAlertSource',
  description: 'What raised a Cloud Apps alert.',
  words: { 'built-in': 'A detection of the product.', policy: 'A policy of the tenant.' },
});

/** The ways of closing; the member's number is what `resolutionStatus` becomes. */
export const MCASAlertClosing = { BENIGN: 'BENIGN', FALSE_POSITIVE: 'FALSE_POSITIVE', TRUE_POSITIVE: 'TRUE_POSITIVE' };
export type MCASAlertClosing = keyof typeof MCASAlertClosing;

registerEnumType(MCASAlertClosing, {
  name: 'MCASAlertClosing',
  description: 'As what Cloud Apps alerts are closed.',
  valuesConfig: {
    BENIGN: { description: 'The activity is real and harmless.' },
    FALSE_POSITIVE: { description: 'The detection was wrong.' },
    TRUE_POSITIVE: { description: 'A real threat; takes no reason.' },
  },
});

export const MCASCloseReason = {
  NOT_OF_INTEREST: 'NOT_OF_INTEREST',
  TOO_MANY_SIMILAR: 'TOO_MANY_SIMILAR',
  ACTUAL_SEVERITY_LOWER: 'ACTUAL_SEVERITY_LOWER',
  ALERT_NOT_ACCURATE: 'ALERT_NOT_ACCURATE',
  OTHER: 'OTHER',
  CONFIRMED_WITH_END_USER: 'CONFIRMED_WITH_END_USER',
  TRIGGERED_BY_TEST: 'TRIGGERED_BY_TEST',
} as const;
export type MCASCloseReason = keyof typeof MCASCloseReason;

registerEnumType(MCASCloseReason, {
  name: 'MCASCloseReason',
  description: 'Why Cloud Apps alerts are closed; which reasons fit depends on `as`.',
  valuesConfig: {
    NOT_OF_INTEREST: { description: 'The alert is not of interest. For `FALSE_POSITIVE`.' },
    TOO_MANY_SIMILAR: { description: 'There are too many alerts like it. For `FALSE_POSITIVE`.' },
    ACTUAL_SEVERITY_LOWER: { description: 'The actual severity is lower. For `BENIGN`.' },
    ALERT_NOT_ACCURATE: { description: 'The alert is not accurate. For `FALSE_POSITIVE`.' },
    OTHER: { description: 'Another reason. For `BENIGN` and `FALSE_POSITIVE`.' },
    CONFIRMED_WITH_END_USER: { description: 'The user confirmed the activity. For `BENIGN`.' },
    TRIGGERED_BY_TEST: { description: 'A test raised the alert. For `BENIGN`.' },
  },
});
