import { alertSeverity, alertStatus, serviceSource } from '../../schema/enums/alert.enums.js';

/**
 * Words of the legacy alert API beside those of `alerts_v2`.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/security-api-overview (migration from legacy alerts)
 */

const statusOfWord: Readonly<Record<string, string>> = { newalert: 'NEW', dismissed: 'RESOLVED' };
const wordsOfStatus: Readonly<Record<string, readonly string[]>> = {
  UNKNOWN: ['unknown'],
  NEW: ['newAlert'],
  IN_PROGRESS: ['inProgress'],
  RESOLVED: ['resolved', 'dismissed'],
};
const classificationOfFeedback: Readonly<Record<string, string>> = {
  unknown: 'UNKNOWN',
  truepositive: 'TRUE_POSITIVE',
  falsepositive: 'FALSE_POSITIVE',
  benignpositive: 'INFORMATIONAL_EXPECTED_ACTIVITY',
};
const feedbackOfClassification: Readonly<Record<string, string>> = {
  UNKNOWN: 'unknown',
  TRUE_POSITIVE: 'truePositive',
  FALSE_POSITIVE: 'falsePositive',
  INFORMATIONAL_EXPECTED_ACTIVITY: 'benignPositive',
};
const sourceOfProvider: Readonly<Record<string, string>> = {
  asc: 'microsoftDefenderForCloud',
  ipc: 'azureAdIdentityProtection',
  mcas: 'microsoftDefenderForCloudApps',
  'azure advanced threat protection': 'microsoftDefenderForIdentity',
  'azure sentinel': 'microsoftSentinel',
  'microsoft defender atp': 'microsoftDefenderForEndpoint',
  wdatp: 'microsoftDefenderForEndpoint',
  'office 365 security and compliance': 'microsoftDefenderForOffice365',
};
const providersOfSource: Readonly<Record<string, readonly string[]>> = {
  MICROSOFT_DEFENDER_FOR_CLOUD: ['ASC'],
  AZURE_AD_IDENTITY_PROTECTION: ['IPC'],
  MICROSOFT_DEFENDER_FOR_CLOUD_APPS: ['MCAS'],
  MICROSOFT_DEFENDER_FOR_IDENTITY: ['Azure Advanced Threat Protection'],
  MICROSOFT_SENTINEL: ['Azure Sentinel'],
  MICROSOFT_DEFENDER_FOR_ENDPOINT: ['Microsoft Defender ATP', 'WDATP'],
  MICROSOFT_DEFENDER_FOR_OFFICE365: ['Office 365 Security and Compliance'],
};

export function statusFromLegacy(word: string | null): string | null {
  return word === null ? null : (statusOfWord[word.toLowerCase()] ?? alertStatus.fromWire(word));
}

export function classificationFromLegacy(feedback: string | null): string | null {
  return feedback === null ? null : (classificationOfFeedback[feedback.toLowerCase()] ?? 'UNRECOGNIZED');
}

export function serviceSourceFromLegacy(provider: string | null): string | null {
  return provider === null ? null : serviceSource.fromWire(sourceOfProvider[provider.toLowerCase()] ?? provider);
}

/** All words that read as the member; the first is the one to send. Empty for members that the legacy API does not have. */
export const legacyWords = {
  status: (member: string): readonly string[] => wordsOfStatus[member] ?? [],
  severity: (member: string): readonly string[] => present(alertSeverity.toWire(member)),
  classification: (member: string): readonly string[] => present(feedbackOfClassification[member]),
  serviceSource: (member: string): readonly string[] => providersOfSource[member] ?? [],
};

function present(word: string | undefined): readonly string[] {
  return word === undefined ? [] : [word];
}
