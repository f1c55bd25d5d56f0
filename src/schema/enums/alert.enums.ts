import { defineEnum } from './defineEnum.js';

/** Enumerations of alerts and incidents, by the words of Microsoft Graph's `microsoft.graph.security` schema. */

export const alertSeverity = defineEnum({
  name: 'AlertSeverity',
  description: 'How much an alert or incident may harm.',
  words: {
    unknown: "The upstream's own word `unknown`.",
    informational: 'Worth knowing, not harmful by itself.',
    low: 'Low severity.',
    medium: 'Medium severity.',
    high: 'High severity.',
  },
});

export const alertStatus = defineEnum({
  name: 'AlertStatus',
  description: 'How far work on an alert is. Incidents have words of their own.',
  words: {
    unknown: "The upstream's own word `unknown`; it cannot be set.",
    new: 'Nobody works on it yet. The legacy word is `newAlert`.',
    inProgress: 'Somebody works on it.',
    resolved: 'Work is done. The legacy word `dismissed` reads as this too.',
  },
});

export const alertClassification = defineEnum({
  name: 'AlertClassification',
  description: 'What the analysts decided an alert or incident to be.',
  words: {
    unknown: 'Not decided.',
    falsePositive: 'The detection was wrong.',
    truePositive: 'The detection was right and the activity malicious.',
    informationalExpectedActivity:
      'The detection was right and the activity expected. The legacy word is `benignPositive`.',
    benignPositive: 'Found on old rows only; the upstream refuses it now. Use `INFORMATIONAL_EXPECTED_ACTIVITY`.',
  },
  readOnly: ['benignPositive'],
});

export const alertDetermination = defineEnum({
  name: 'AlertDetermination',
  description: 'The reason behind a classification.',
  words: {
    unknown: 'Not decided.',
    apt: 'Advanced persistent threat; can be read and filtered but no longer set.',
    malware: 'Malicious software.',
    securityPersonnel: 'Activity of the security team; can be read and filtered but no longer set.',
    securityTesting: 'A security test.',
    unwantedSoftware: 'Unwanted software.',
    other: 'Another reason.',
    multiStagedAttack: 'Attack in several stages.',
    compromisedAccount: 'An account was taken over.',
    phishing: 'Phishing.',
    maliciousUserActivity: 'A user acted with bad intent.',
    notMalicious: 'Not malicious.',
    notEnoughDataToValidate: 'The data did not suffice for a decision.',
    confirmedActivity: 'The user confirmed the activity.',
    lineOfBusinessApplication: 'An application of the organisation behaves so.',
  },
});

export const serviceSource = defineEnum({
  name: 'ServiceSource',
  description: 'The product that raised an alert.',
  words: {
    unknown: "The upstream's own word `unknown`.",
    microsoftDefenderForEndpoint: 'Microsoft Defender for Endpoint.',
    microsoftDefenderForIdentity: 'Microsoft Defender for Identity.',
    microsoftDefenderForCloudApps: 'Microsoft Defender for Cloud Apps (MCAS).',
    microsoftDefenderForOffice365: 'Microsoft Defender for Office 365.',
    microsoft365Defender: 'Microsoft Defender XDR itself.',
    azureAdIdentityProtection: 'Microsoft Entra ID Protection.',
    microsoftAppGovernance: 'Microsoft app governance.',
    dataLossPrevention: 'Microsoft Purview data loss prevention.',
    microsoftDefenderForCloud: 'Microsoft Defender for Cloud.',
    microsoftSentinel: 'Microsoft Sentinel.',
    microsoftInsiderRiskManagement: 'Microsoft Purview insider risk management.',
    microsoftThreatIntelligence: 'Microsoft threat intelligence.',
    microsoftSecurityForAI: 'Microsoft security for AI.',
  },
});

export const detectionSource = defineEnum({
  name: 'DetectionSource',
  description: 'The detector or sensor that found what an alert is about.',
  words: {
    unknown: "The upstream's own word `unknown`.",
    microsoftDefenderForEndpoint: 'Microsoft Defender for Endpoint.',
    antivirus: 'Antivirus.',
    smartScreen: 'Microsoft Defender SmartScreen.',
    customTi: "The organisation's own threat intelligence.",
    microsoftDefenderForOffice365: 'Microsoft Defender for Office 365.',
    automatedInvestigation: 'Automated investigation.',
    microsoftThreatExperts: 'Microsoft threat experts.',
    customDetection: "A detection rule of the organisation's own.",
    microsoftDefenderForIdentity: 'Microsoft Defender for Identity.',
    cloudAppSecurity: 'Microsoft Defender for Cloud Apps.',
    microsoft365Defender: 'Microsoft Defender XDR.',
    azureAdIdentityProtection: 'Microsoft Entra ID Protection.',
    manual: 'A person.',
    microsoftDataLossPrevention: 'Microsoft Purview data loss prevention.',
    appGovernancePolicy: 'A policy of app governance.',
    appGovernanceDetection: 'A detection of app governance.',
    microsoftDefenderForCloud: 'Microsoft Defender for Cloud.',
    microsoftDefenderForIoT: 'Microsoft Defender for IoT.',
    microsoftDefenderForServers: 'Microsoft Defender for Servers.',
    microsoftDefenderForStorage: 'Microsoft Defender for Storage.',
    microsoftDefenderForDNS: 'Microsoft Defender for DNS.',
    microsoftDefenderForDatabases: 'Microsoft Defender for Databases.',
    microsoftDefenderForContainers: 'Microsoft Defender for Containers.',
    microsoftDefenderForNetwork: 'Microsoft Defender for Network.',
    microsoftDefenderForAppService: 'Microsoft Defender for App Service.',
    microsoftDefenderForKeyVault: 'Microsoft Defender for Key Vault.',
    microsoftDefenderForResourceManager: 'Microsoft Defender for Resource Manager.',
    microsoftDefenderForApiManagement: 'Microsoft Defender for API Management.',
    nrtAlerts: 'A near-real-time rule of Microsoft Sentinel.',
    scheduledAlerts: 'A scheduled rule of Microsoft Sentinel.',
    microsoftDefenderThreatIntelligenceAnalytics: 'Threat intelligence analytics of Microsoft Sentinel.',
    builtInMl: 'A built-in machine learning detection.',
    microsoftInsiderRiskManagement: 'Microsoft Purview insider risk management.',
    microsoftThreatIntelligence: 'Microsoft threat intelligence.',
    microsoftDefenderForAIServices: 'Microsoft Defender for AI services.',
    securityCopilot: 'Microsoft Security Copilot.',
    microsoftSentinel: 'Microsoft Sentinel.',
  },
});

export const investigationState = defineEnum({
  name: 'InvestigationState',
  description: 'State of the automated investigation of an alert.',
  words: {
    unknown: "The upstream's own word `unknown`.",
    terminated: 'Stopped.',
    successfullyRemediated: 'All threats were remediated.',
    benign: 'Nothing malicious was found.',
    failed: 'The investigation failed.',
    partiallyRemediated: 'Some threats were remediated.',
    running: 'It runs.',
    pendingApproval: 'Actions wait for approval.',
    pendingResource: 'It waits for a device or another resource.',
    queued: 'It waits to start.',
    innerFailure: 'A fault of the service stopped it.',
    preexistingAlert: 'Another investigation already covers it.',
    unsupportedOs: 'The operating system is not supported.',
    unsupportedAlertType: 'Alerts of this type are not investigated.',
    suppressedAlert: 'The alert is suppressed.',
    partiallyInvestigated: 'Only part could be investigated.',
    terminatedByUser: 'A person stopped it.',
    terminatedBySystem: 'The service stopped it.',
  },
});

export const evidenceVerdict = defineEnum({
  name: 'EvidenceVerdict',
  description: 'What automated investigation decided about a piece of evidence.',
  words: {
    unknown: 'Not decided.',
    suspicious: 'Suspicious.',
    malicious: 'Malicious.',
    noThreatsFound: 'No threat found.',
  },
});

export const evidenceRole = defineEnum({
  name: 'EvidenceRole',
  description: 'The part that a piece of evidence plays in an alert.',
  words: {
    unknown: "The upstream's own word `unknown`.",
    contextual: 'Probably harmless, reported because of what happened around it.',
    scanned: 'Target of discovery or reconnaissance.',
    source: 'Where the activity came from.',
    destination: 'Where the activity went.',
    created: 'Made by the attacker.',
    added: 'Added to a set by the attacker, such as a member to a group.',
    compromised: 'Under control of the attacker.',
    edited: 'Changed by the attacker.',
    attacked: 'Attacked.',
    attacker: 'The attacker.',
    commandAndControl: 'Used to command compromised systems.',
    loaded: 'Loaded by a process under control of the attacker.',
    suspicious: 'Suspected to belong to the attacker.',
    policyViolator: 'Broke a policy of the organisation.',
  },
});

export const evidenceRemediationStatus = defineEnum({
  name: 'EvidenceRemediationStatus',
  description: 'Whether the threat of a piece of evidence was removed.',
  words: {
    none: 'Nothing was done.',
    remediated: 'Remediated.',
    prevented: 'Prevented before it ran.',
    blocked: 'Blocked while it ran.',
    notFound: 'The evidence was not there any more.',
    active: 'The threat is active.',
    pendingApproval: 'Remediation waits for approval.',
    declined: 'Remediation was declined.',
    unremediated: 'Not remediated.',
    running: 'Remediation runs.',
    partiallyRemediated: 'Remediated in part.',
  },
});
