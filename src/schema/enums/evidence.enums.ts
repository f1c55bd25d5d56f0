import { defineEnum } from './defineEnum.js';

/** Enumerations inside evidence, by the words of Microsoft Graph's `microsoft.graph.security` schema. */

const unknown = "The upstream's own word `unknown`.";

export const antispamTeamsDirection = defineEnum({
  name: 'AntispamTeamsDirection',
  description: 'Direction of a Teams message, seen from the tenant.',
  words: {
    unknown,
    inbound: 'From outside.',
    outbound: 'To the outside.',
    intraorg: 'Within the organisation.',
  },
});

export const defenderAvStatus = defineEnum({
  name: 'DefenderAvStatus',
  description: 'State of Microsoft Defender Antivirus on a device.',
  words: {
    notReporting: 'It does not report.',
    disabled: 'It is off.',
    notUpdated: 'It is on with old definitions.',
    updated: 'It is on and up to date.',
    unknown,
    notSupported: 'The device cannot run it.',
  },
});

export const detectionStatus = defineEnum({
  name: 'DetectionStatus',
  description: 'What the sensor did with a file or process.',
  words: { detected: 'It was seen.', blocked: 'It was stopped.', prevented: 'It could not start.' },
});

export const deviceHealthStatus = defineEnum({
  name: 'DeviceHealthStatus',
  description: 'State of the sensor of a device.',
  words: {
    active: 'It reports.',
    inactive: 'It has not reported for a while.',
    impairedCommunication: 'It cannot be reached well.',
    noSensorData: 'It sends no data.',
    noSensorDataImpairedCommunication: 'It sends no data and cannot be reached well.',
    unknown,
  },
});

export const deviceRiskScore = defineEnum({
  name: 'DeviceRiskScore',
  description: 'Risk of a device.',
  words: {
    none: 'No risk.',
    informational: 'Informational.',
    low: 'Low risk.',
    medium: 'Medium risk.',
    high: 'High risk.',
  },
});

export const fileHashAlgorithm = defineEnum({
  name: 'FileHashAlgorithm',
  description: 'Hash function of a file hash.',
  words: { unknown, md5: 'MD5.', sha1: 'SHA-1.', sha256: 'SHA-256.', sha256ac: 'SHA-256 of the Authenticode form.' },
});

export const googleCloudLocationType = defineEnum({
  name: 'GoogleCloudLocationType',
  description: 'Kind of a location in Google Cloud.',
  words: { unknown, regional: 'A region.', zonal: 'A zone.', global: 'Everywhere.' },
});

export const ioTDeviceImportance = defineEnum({
  name: 'IoTDeviceImportanceType',
  description: 'How much an IoT device matters.',
  words: { unknown, low: 'Little.', normal: 'As most do.', high: 'Much.' },
});

export const kubernetesPlatform = defineEnum({
  name: 'KubernetesPlatform',
  description: 'Platform of a Kubernetes cluster.',
  words: {
    unknown,
    aks: 'Azure Kubernetes Service.',
    eks: 'Amazon Elastic Kubernetes Service.',
    gke: 'Google Kubernetes Engine.',
    arc: 'Azure Arc.',
  },
});

export const mailboxConfigurationType = defineEnum({
  name: 'MailboxConfigurationType',
  description: 'Kind of a mailbox configuration.',
  words: {
    mailForwardingRule: 'A forwarding rule.',
    owaSettings: 'Settings of Outlook on the web.',
    ewsSettings: 'Settings of Exchange Web Services.',
    mailDelegation: 'A delegation.',
    userInboxRule: 'An inbox rule.',
  },
});

export const networkProtocol = defineEnum({
  name: 'ProtocolType',
  description: 'Transport protocol of a connection.',
  words: { tcp: 'TCP.', udp: 'UDP.' },
});

export const onboardingStatus = defineEnum({
  name: 'OnboardingStatus',
  description: 'Whether Defender for Endpoint manages a device.',
  words: {
    insufficientInfo: 'Not enough is known of the device.',
    onboarded: 'It does.',
    canBeOnboarded: 'It could.',
    unsupported: 'It cannot.',
  },
});

export const servicePrincipalType = defineEnum({
  name: 'ServicePrincipalType',
  description: 'Kind of a service principal.',
  words: {
    unknown,
    application: 'Of an application.',
    managedIdentity: 'A managed identity.',
    legacy: 'Made before app registrations.',
  },
});

export const teamsDeliveryLocation = defineEnum({
  name: 'TeamsDeliveryLocation',
  description: 'Where a Teams message was put.',
  words: { unknown, teams: 'In Teams.', quarantine: 'In quarantine.', failed: 'Nowhere; delivery failed.' },
});

export const teamsMessageDeliveryAction = defineEnum({
  name: 'TeamsMessageDeliveryAction',
  description: 'What was done with a Teams message.',
  words: {
    unknown,
    deliveredAsSpam: 'Delivered and marked as spam.',
    delivered: 'Delivered.',
    blocked: 'Blocked.',
    replaced: 'Replaced.',
  },
});

export const vmCloudProvider = defineEnum({
  name: 'VmCloudProvider',
  description: 'Cloud that runs a virtual machine.',
  words: { unknown, azure: 'Microsoft Azure.' },
});
