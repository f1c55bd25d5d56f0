import type { Machine, Person, Place } from './people.js';
import { windowsDomain } from './people.js';
import type { Row } from './Tenant.js';

/** Members that every piece of evidence has. */
export interface EvidenceBase {
  readonly createdDateTime: string;
  readonly verdict: string;
  readonly roles: readonly string[];
  readonly remediationStatus: string;
  readonly detailedRoles?: readonly string[];
  readonly tags?: readonly string[];
}

/** A file as the stories name it. */
export interface FileFacts {
  readonly fileName: string;
  readonly filePath: string;
  readonly fileSize: number;
  readonly sha1: string;
  readonly sha256: string;
  readonly md5: string;
}

/** One list for all rows; a hundred thousand alerts would else hold a million empty ones. */
const none: readonly never[] = [];

/** @param name the wire type without namespace and without its `Evidence` ending. */
export function evidence(name: string, base: EvidenceBase, own: Row): Row {
  return {
    '@odata.type': `#microsoft.graph.security.${name}Evidence`,
    createdDateTime: base.createdDateTime,
    verdict: base.verdict,
    remediationStatus: base.remediationStatus,
    remediationStatusDetails: null,
    roles: base.roles,
    detailedRoles: base.detailedRoles ?? none,
    tags: base.tags ?? none,
    ...own,
  };
}

export function userEvidence(base: EvidenceBase, account: Row): Row {
  return evidence('user', base, { stream: null, userAccount: account });
}

/** An account that only its principal name is known of. */
export function accountByName(upn: string, displayName: string | null): Row {
  return {
    accountName: upn.slice(0, upn.indexOf('@')),
    domainName: null,
    userSid: null,
    azureAdUserId: null,
    userPrincipalName: upn,
    displayName,
  };
}

export const systemAccount: Row = {
  accountName: 'SYSTEM',
  domainName: 'NT AUTHORITY',
  userSid: 'S-1-5-18',
  azureAdUserId: null,
  userPrincipalName: null,
  displayName: 'System',
};

export function deviceEvidence(base: EvidenceBase, machine: Machine, riskScore: string): Row {
  const number = Number.parseInt(machine.mdeDeviceId.slice(0, 6), 16);
  return evidence('device', base, {
    firstSeenDateTime: machine.row.registrationDateTime,
    mdeDeviceId: machine.mdeDeviceId,
    azureAdDeviceId: machine.deviceId,
    deviceDnsName: machine.dnsName,
    hostName: machine.name,
    ntDomain: windowsDomain,
    dnsDomain: 'corp.contoso.com',
    osPlatform: osPlatform(machine),
    osBuild: 22_631 + (number % 3) * 1_000,
    version: '23H2',
    healthStatus: number % 17 === 0 ? 'inactive' : 'active',
    riskScore,
    rbacGroupId: 75,
    rbacGroupName: 'All workstations',
    onboardingStatus: 'onboarded',
    defenderAvStatus: number % 11 === 0 ? 'notUpdated' : 'updated',
    ipInterfaces: [`10.20.${number % 200}.${(number >> 8) % 250}`, 'fe80::1'],
    lastIpAddress: `10.20.${number % 200}.${(number >> 8) % 250}`,
    lastExternalIpAddress: machine.owner.homeIp,
    loggedOnUsers: [{ accountName: machine.owner.accountName, domainName: windowsDomain }],
    vmMetadata: null,
  });
}

function osPlatform(machine: Machine): string {
  return machine.row.operatingSystem === 'Windows' ? 'Windows11' : String(machine.row.operatingSystem);
}

export function ipEvidence(base: EvidenceBase, ipAddress: string, place: Place): Row {
  return evidence('ip', base, {
    ipAddress,
    countryLetterCode: place.country,
    location: {
      city: place.city,
      countryName: place.countryName,
      latitude: place.latitude,
      longitude: place.longitude,
      state: place.state,
    },
    stream: null,
  });
}

export function urlEvidence(base: EvidenceBase, url: string): Row {
  return evidence('url', base, { url });
}

export function fileEvidence(base: EvidenceBase, machine: Machine, file: FileFacts, detectionStatus: string): Row {
  return evidence('file', base, {
    detectionStatus,
    mdeDeviceId: machine.mdeDeviceId,
    fileDetails: fileDetails(file),
  });
}

export function fileDetails(file: FileFacts): Row {
  return { ...file, sha256Ac: null, filePublisher: null, issuer: null, signer: null };
}

/** A process on a machine; `account` null stands for one whose user is not known. */
export interface ProcessFacts {
  readonly image: FileFacts;
  readonly parent: FileFacts;
  readonly commandLine: string;
  readonly processId: number;
  readonly parentProcessId: number;
  readonly startedDateTime: string;
  readonly detectionStatus: string;
  readonly account: Row | null;
}

export function processEvidence(base: EvidenceBase, machine: Machine, facts: ProcessFacts): Row {
  return evidence('process', base, {
    detectionStatus: facts.detectionStatus,
    imageFile: fileDetails(facts.image),
    mdeDeviceId: machine.mdeDeviceId,
    parentProcessCreationDateTime: facts.startedDateTime,
    parentProcessId: facts.parentProcessId,
    parentProcessImageFile: fileDetails(facts.parent),
    processCommandLine: facts.commandLine,
    processCreationDateTime: facts.startedDateTime,
    processId: facts.processId,
    userAccount: facts.account,
  });
}

export function mailboxEvidence(base: EvidenceBase, person: Person): Row {
  return evidence('mailbox', base, {
    displayName: person.displayName,
    primaryAddress: person.upn,
    upn: person.upn,
    userAccount: person.account,
  });
}

/** A mail as Defender for Office 365 analysed it. */
export interface MessageFacts {
  readonly networkMessageId: string;
  readonly internetMessageId: string;
  readonly subject: string;
  readonly sender: string;
  readonly senderName: string;
  readonly senderIp: string;
  readonly recipient: string;
  readonly receivedDateTime: string;
  readonly deliveryAction: string;
  readonly deliveryLocation: string;
  readonly urls: readonly string[];
  readonly threats: readonly string[];
}

export function analyzedMessageEvidence(base: EvidenceBase, facts: MessageFacts): Row {
  const domain = facts.sender.slice(facts.sender.indexOf('@') + 1);
  const sender = { displayName: facts.senderName, domainName: domain, emailAddress: facts.sender };
  return evidence('analyzedMessage', base, {
    antiSpamDirection: 'Inbound',
    attachmentsCount: 0,
    deliveryAction: facts.deliveryAction,
    deliveryLocation: facts.deliveryLocation,
    internetMessageId: facts.internetMessageId,
    language: 'en',
    networkMessageId: facts.networkMessageId,
    p1Sender: sender,
    p2Sender: sender,
    receivedDateTime: facts.receivedDateTime,
    recipientEmailAddress: facts.recipient,
    senderIp: facts.senderIp,
    subject: facts.subject,
    threatDetectionMethods: ['URL malicious reputation'],
    threats: facts.threats,
    urlCount: facts.urls.length,
    urls: facts.urls,
    urn: `urn:MailEntity:${facts.networkMessageId}`,
  });
}

export function cloudApplicationEvidence(base: EvidenceBase, appId: number, displayName: string): Row {
  return evidence('cloudApplication', base, {
    appId,
    displayName,
    instanceId: 0,
    instanceName: displayName,
    saasAppId: appId,
    stream: null,
  });
}

export function oauthApplicationEvidence(base: EvidenceBase, app: Row): Row {
  return evidence('oauthApplication', base, app);
}

export function azureResourceEvidence(base: EvidenceBase, resource: Row): Row {
  return evidence('azureResource', base, resource);
}

export function registryKeyEvidence(base: EvidenceBase, registryHive: string, registryKey: string): Row {
  return evidence('registryKey', base, { registryHive, registryKey });
}

export function registryValueEvidence(
  base: EvidenceBase,
  machine: Machine,
  key: string,
  name: string,
  value: string,
): Row {
  return evidence('registryValue', base, {
    mdeDeviceId: machine.mdeDeviceId,
    registryHive: 'HKEY_CURRENT_USER',
    registryKey: key,
    registryValue: value,
    registryValueName: name,
    registryValueType: 'String',
  });
}
