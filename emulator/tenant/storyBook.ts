import {
  analyzedMessageEvidence,
  azureResourceEvidence,
  cloudApplicationEvidence,
  deviceEvidence,
  fileEvidence,
  ipEvidence,
  mailboxEvidence,
  oauthApplicationEvidence,
  processEvidence,
  registryKeyEvidence,
  registryValueEvidence,
  systemAccount,
  urlEvidence,
} from './evidence.js';
import type { RareKind } from './rareEvidence.js';
import { type Scene, shortlyBefore } from './scene.js';
import type { Row } from './Tenant.js';

/** What a Cloud Apps user did, as its activity log would show it. */
export type ActivityKind =
  | 'login'
  | 'failedLogin'
  | 'logout'
  | 'viewFile'
  | 'downloadFile'
  | 'sendMail'
  | 'inboxRule'
  | 'consent'
  | 'deleteObject';

/** The part of an alert that Cloud Apps adds when it raised it. */
export interface CloudAlertFacts {
  /** `idValue`: the number of the alert type. */
  readonly typeId: number;
  readonly policy: string;
  readonly stories: readonly number[];
  readonly intent: readonly number[];
}

/** One kind of alert. */
export interface AlertTemplate {
  readonly prefix: string;
  readonly serviceSource: string;
  /** Taken in turn, so that a tenant shows every detector. */
  readonly detectionSources: readonly string[];
  readonly productName: string;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly severity: 'informational' | 'low' | 'medium' | 'high';
  readonly mitreTechniques: readonly string[];
  /** Evidence beside the victim's own; most pieces name no user. */
  readonly evidence: (scene: Scene) => Row[];
  /** Taken in turn, one for each alert. */
  readonly rare: readonly RareKind[];
  /** Whether the victim is named as evidence of type user. */
  readonly namesUser: boolean;
  /** Risk detections of Entra ID Protection that come with it, taken in turn. */
  readonly risks: readonly string[];
  /** Activities of the victim shortly before the alert. */
  readonly activities: readonly ActivityKind[];
  readonly cloud?: CloudAlertFacts;
}

/** One kind of attack. */
export interface Story {
  readonly name: string;
  readonly victims: readonly [min: number, max: number];
  readonly alerts: readonly AlertTemplate[];
}

const o365: Pick<AlertTemplate, 'prefix' | 'serviceSource' | 'detectionSources' | 'productName'> = {
  prefix: 'fa',
  serviceSource: 'microsoftDefenderForOffice365',
  detectionSources: ['microsoftDefenderForOffice365'],
  productName: 'Microsoft Defender for Office 365',
};
const endpoint = {
  prefix: 'da',
  serviceSource: 'microsoftDefenderForEndpoint',
  detectionSources: ['microsoftDefenderForEndpoint', 'antivirus', 'smartScreen', 'customTi', 'microsoftThreatExperts'],
  productName: 'Microsoft Defender for Endpoint',
};
const cloudApps = {
  prefix: 'ca',
  serviceSource: 'microsoftDefenderForCloudApps',
  detectionSources: ['cloudAppSecurity'],
  productName: 'Microsoft Defender for Cloud Apps',
};
const idProtection = {
  prefix: 'ad',
  serviceSource: 'azureAdIdentityProtection',
  detectionSources: ['azureAdIdentityProtection'],
  productName: 'Microsoft Entra ID Protection',
};
const xdr = {
  prefix: 'ra',
  serviceSource: 'microsoft365Defender',
  detectionSources: ['microsoft365Defender', 'customDetection', 'automatedInvestigation', 'manual', 'builtInMl'],
  productName: 'Microsoft Defender XDR',
};
const identity = {
  prefix: 'aa',
  serviceSource: 'microsoftDefenderForIdentity',
  detectionSources: ['microsoftDefenderForIdentity'],
  productName: 'Microsoft Defender for Identity',
};

const fromAttacker = (scene: Scene) => ipEvidence(scene.hostile, scene.attack.attackerIp, scene.attack.attackerPlace);
const office365 = (scene: Scene) => cloudApplicationEvidence(scene.affected, 11161, 'Office 365');
const consentedApp = (scene: Scene) => oauthApplicationEvidence(scene.hostile, scene.attack.oauthApp);
const droppedFile = (scene: Scene) => fileEvidence(scene.hostile, scene.machine, scene.attack.file, 'detected');

function phishingMail(scene: Scene): Row {
  const id = scene.random.guid();
  return analyzedMessageEvidence(scene.hostile, {
    networkMessageId: id,
    internetMessageId: `<${id}@mail.example>`,
    subject: 'Action needed: your mailbox expires today',
    sender: scene.attack.sender,
    senderName: 'Contoso IT Support',
    senderIp: scene.attack.attackerIp,
    recipient: scene.victim.upn,
    receivedDateTime: shortlyBefore(scene, 12),
    deliveryAction: 'Delivered',
    deliveryLocation: 'Inbox/folder',
    urls: [scene.attack.lureUrl],
    threats: ['ZapPhish', 'NormalPhish'],
  });
}

function startedProcess(scene: Scene, commandLine: string, asSystem: boolean): Row {
  return processEvidence(scene.hostile, scene.machine, {
    image: scene.attack.file,
    parent: { ...scene.attack.file, fileName: 'explorer.exe', filePath: 'C:\\Windows', fileSize: 5_201_408 },
    commandLine,
    processId: scene.random.int(1000, 30_000),
    parentProcessId: scene.random.int(400, 9_000),
    startedDateTime: shortlyBefore(scene, 7),
    detectionStatus: 'detected',
    account: asSystem ? systemAccount : scene.victim.account,
  });
}

function attackedResource(scene: Scene): Row {
  return azureResourceEvidence(scene.affected, {
    resourceId:
      '/subscriptions/5c0fd3ab-5b5d-4c2d-9a1c-3c2f3d1f7a10/resourceGroups/rg-shop/providers/Microsoft.Compute/virtualMachines/vm-shop-1',
    resourceName: 'vm-shop-1',
    resourceType: 'Virtual Machine',
  });
}

/** The attacks that a generated tenant has lived through. */
export const storyBook: readonly Story[] = [
  {
    name: 'Phishing with stolen session token',
    victims: [1, 3],
    alerts: [
      {
        ...o365,
        title: 'Email messages containing malicious URL removed after delivery',
        description: 'Mails with a link to a credential-harvesting page reached mailboxes and were removed afterwards.',
        category: 'InitialAccess',
        severity: 'informational',
        mitreTechniques: ['T1566.002'],
        evidence: (scene) => [
          phishingMail(scene),
          mailboxEvidence(scene.affected, scene.victim),
          urlEvidence(scene.hostile, scene.attack.lureUrl),
        ],
        rare: ['mailCluster', 'submissionMail', 'teamsMessage'],
        namesUser: true,
        risks: [],
        activities: [],
      },
      {
        ...idProtection,
        title: 'Anomalous token',
        description: 'A session token was used with properties that do not fit the account it was issued to.',
        category: 'CredentialAccess',
        severity: 'high',
        mitreTechniques: ['T1539', 'T1528'],
        evidence: (scene) => [fromAttacker(scene)],
        rare: ['cloudLogonSession', 'cloudLogonRequest'],
        namesUser: true,
        risks: ['anomalousToken', 'tokenIssuerAnomaly', 'suspiciousBrowser', 'investigationsThreatIntelligence'],
        activities: ['login'],
      },
      {
        ...cloudApps,
        title: 'Suspicious inbox manipulation rule',
        description: 'A rule that hides or moves incoming mail was created in a mailbox from an unusual address.',
        category: 'DefenseEvasion',
        severity: 'medium',
        mitreTechniques: ['T1564.008', 'T1114.003'],
        evidence: (scene) => [
          fromAttacker(scene),
          mailboxEvidence(scene.affected, scene.victim),
          cloudApplicationEvidence(scene.affected, 20893, 'Microsoft Exchange Online'),
        ],
        rare: ['mailboxConfiguration'],
        namesUser: true,
        risks: ['mcasSuspiciousInboxManipulationRules', 'suspiciousInboxForwarding', 'suspiciousSendingPatterns'],
        activities: ['inboxRule', 'sendMail'],
        cloud: { typeId: 15_795_459, policy: 'Suspicious inbox manipulation rules', stories: [0], intent: [5] },
      },
      {
        ...xdr,
        title: 'Stolen session cookie was used',
        description: 'The same session was seen from the phishing infrastructure and from the user at the same time.',
        category: 'CredentialAccess',
        severity: 'high',
        mitreTechniques: ['T1539'],
        evidence: (scene) => [fromAttacker(scene), urlEvidence(scene.hostile, scene.attack.lureUrl), office365(scene)],
        rare: ['cloudLogonSession'],
        namesUser: true,
        risks: ['unfamiliarFeatures'],
        activities: ['login', 'viewFile'],
      },
    ],
  },
  {
    name: 'Impossible travel',
    victims: [1, 2],
    alerts: [
      {
        ...cloudApps,
        title: 'Impossible travel activity',
        description: 'One account was active in two countries within a time that no journey between them takes.',
        category: 'InitialAccess',
        severity: 'medium',
        mitreTechniques: ['T1078'],
        evidence: (scene) => [
          fromAttacker(scene),
          ipEvidence(scene.affected, scene.victim.homeIp, scene.victim.place),
          office365(scene),
        ],
        rare: ['cloudLogonRequest'],
        namesUser: true,
        risks: ['impossibleTravel', 'newCountry'],
        activities: ['login', 'login'],
        cloud: { typeId: 15_859_716, policy: 'Impossible travel', stories: [0], intent: [2] },
      },
      {
        ...idProtection,
        title: 'Atypical travel',
        description: 'Two sign-ins came from places that are far apart for the time between them.',
        category: 'InitialAccess',
        severity: 'medium',
        mitreTechniques: ['T1078'],
        evidence: (scene) => [fromAttacker(scene), ipEvidence(scene.affected, scene.victim.homeIp, scene.victim.place)],
        rare: [],
        namesUser: true,
        risks: ['unlikelyTravel', 'unfamiliarFeatures', 'anomalousUserActivity'],
        activities: ['login'],
      },
    ],
  },
  {
    name: 'Malware on a device',
    victims: [1, 1],
    alerts: [
      {
        ...endpoint,
        title: 'Malware was detected in an archive file',
        description: 'A downloaded archive held a known trojan, which was started before it was contained.',
        category: 'Malware',
        severity: 'medium',
        mitreTechniques: ['T1204.002'],
        evidence: (scene) => [
          deviceEvidence(scene.affected, scene.machine, 'high'),
          droppedFile(scene),
          startedProcess(scene, `"${scene.attack.file.filePath}\\${scene.attack.file.fileName}" /quiet`, false),
        ],
        rare: ['malware', 'fileHash'],
        namesUser: true,
        risks: [],
        activities: ['downloadFile'],
      },
      {
        ...endpoint,
        title: 'Suspicious persistence through a run key',
        description: 'A program registered itself to be started with each logon.',
        category: 'Persistence',
        severity: 'low',
        mitreTechniques: ['T1547.001'],
        evidence: (scene) => [
          deviceEvidence(scene.affected, scene.machine, 'medium'),
          startedProcess(scene, 'reg.exe add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v Updater', true),
          registryKeyEvidence(scene.hostile, 'HKEY_CURRENT_USER', 'Software\\Microsoft\\Windows\\CurrentVersion\\Run'),
          registryValueEvidence(
            scene.hostile,
            scene.machine,
            'Software\\Microsoft\\Windows\\CurrentVersion\\Run',
            'Updater',
            `${scene.attack.file.filePath}\\${scene.attack.file.fileName}`,
          ),
        ],
        rare: ['hostLogonSession'],
        namesUser: false,
        risks: [],
        activities: [],
      },
      {
        ...endpoint,
        title: 'Connection to a command and control address',
        description: 'The device contacted an address that is known to steer infected machines.',
        category: 'CommandAndControl',
        severity: 'high',
        mitreTechniques: ['T1071.001'],
        evidence: (scene) => [
          deviceEvidence(scene.affected, scene.machine, 'high'),
          fromAttacker(scene),
          urlEvidence(scene.hostile, `https://${scene.attack.attackerIp}/gate.php`),
        ],
        rare: ['networkConnection', 'dns'],
        namesUser: true,
        risks: ['malwareInfectedIPAddress', 'maliciousIPAddress'],
        activities: [],
      },
    ],
  },
  {
    name: 'Consent to a malicious app',
    victims: [1, 2],
    alerts: [
      {
        prefix: 'ma',
        serviceSource: 'microsoftAppGovernance',
        detectionSources: ['appGovernanceDetection', 'appGovernancePolicy'],
        productName: 'Microsoft App Governance',
        title: 'Suspicious OAuth app with mail permissions',
        description: 'An app of an unverified publisher asked for mailbox permissions and was granted them.',
        category: 'Persistence',
        severity: 'medium',
        mitreTechniques: ['T1098.003'],
        evidence: (scene) => [consentedApp(scene)],
        rare: ['servicePrincipal'],
        namesUser: true,
        risks: ['suspiciousAPITraffic'],
        activities: ['consent'],
      },
      {
        ...cloudApps,
        title: 'Unusual addition of credentials to an OAuth app',
        description: 'Credentials were added to an app at a time and from a place that do not fit the account.',
        category: 'PrivilegeEscalation',
        severity: 'high',
        mitreTechniques: ['T1098.001'],
        evidence: (scene) => [consentedApp(scene), fromAttacker(scene), office365(scene)],
        rare: ['servicePrincipal'],
        namesUser: true,
        risks: ['riskyIPAddress'],
        activities: ['consent'],
        cloud: { typeId: 15_859_721, policy: 'Unusual credential addition', stories: [0, 1], intent: [4] },
      },
    ],
  },
  {
    name: 'Leaked credential',
    victims: [1, 2],
    alerts: [
      {
        ...idProtection,
        title: 'Leaked credentials',
        description: 'The valid password of an account was found in a published collection.',
        category: 'CredentialAccess',
        severity: 'high',
        mitreTechniques: ['T1589.001'],
        evidence: () => [],
        rare: [],
        namesUser: true,
        risks: ['leakedCredentials', 'adminConfirmedUserCompromised', 'generic'],
        activities: [],
      },
      {
        ...cloudApps,
        title: 'Activity from an anonymous IP address',
        description: 'The account was used through a network that hides where its users are.',
        category: 'InitialAccess',
        severity: 'low',
        mitreTechniques: ['T1090.003'],
        evidence: (scene) => [fromAttacker(scene), office365(scene)],
        rare: [],
        namesUser: true,
        risks: ['anonymizedIPAddress', 'suspiciousIPAddress'],
        activities: ['login', 'viewFile'],
        cloud: { typeId: 15_859_713, policy: 'Activity from anonymous IP addresses', stories: [0], intent: [2] },
      },
    ],
  },
  {
    name: 'Data exfiltration',
    victims: [1, 1],
    alerts: [
      {
        prefix: 'dl',
        serviceSource: 'dataLossPrevention',
        detectionSources: ['microsoftDataLossPrevention'],
        productName: 'Microsoft Data Loss Prevention',
        title: 'DLP policy match for documents with customer data',
        description: 'Documents with many payment card numbers were shared outside the organisation.',
        category: 'Exfiltration',
        severity: 'medium',
        mitreTechniques: ['T1567.002'],
        evidence: (scene) => [
          cloudApplicationEvidence(scene.affected, 20892, 'Microsoft SharePoint Online'),
          fileEvidence(scene.affected, scene.machine, { ...scene.attack.file, fileName: 'customers.xlsx' }, 'detected'),
        ],
        rare: ['blob'],
        namesUser: true,
        risks: [],
        activities: ['viewFile', 'downloadFile'],
      },
      {
        ...cloudApps,
        title: 'Unusual file download by user',
        description: 'The user <b>downloaded</b> far more files than usual __siteIcon__.',
        category: 'Exfiltration',
        severity: 'high',
        mitreTechniques: ['T1530'],
        evidence: (scene) => [cloudApplicationEvidence(scene.affected, 15600, 'Microsoft OneDrive for Business')],
        rare: [],
        namesUser: true,
        risks: ['anomalousUserActivity'],
        activities: ['downloadFile', 'downloadFile', 'deleteObject'],
        cloud: { typeId: 15_859_718, policy: 'Unusual file download', stories: [0, 3], intent: [10, 11] },
      },
      {
        prefix: 'ir',
        serviceSource: 'microsoftInsiderRiskManagement',
        detectionSources: ['microsoftInsiderRiskManagement'],
        productName: 'Microsoft Purview Insider Risk Management',
        title: 'Potential data theft by a departing user',
        description: 'A user whose last day is set copied files in a pattern that the policy watches for.',
        category: 'Exfiltration',
        severity: 'medium',
        mitreTechniques: ['T1048'],
        evidence: (scene) => [deviceEvidence(scene.affected, scene.machine, 'low')],
        rare: [],
        namesUser: true,
        risks: [],
        activities: [],
      },
    ],
  },
  {
    name: 'Password spray',
    victims: [3, 6],
    alerts: [
      {
        ...idProtection,
        title: 'Password spray',
        description: 'One address tried the same few passwords on many accounts and got into some.',
        category: 'CredentialAccess',
        severity: 'high',
        mitreTechniques: ['T1110.003'],
        evidence: (scene) => [fromAttacker(scene)],
        rare: [],
        namesUser: true,
        risks: ['passwordSpray'],
        activities: ['failedLogin', 'failedLogin'],
      },
      {
        ...identity,
        title: 'Suspected brute-force attack (Kerberos, NTLM)',
        description: 'Many failed authentications of several accounts reached a domain controller.',
        category: 'CredentialAccess',
        severity: 'medium',
        mitreTechniques: ['T1110'],
        evidence: (scene) => [deviceEvidence(scene.affected, scene.machine, 'none'), fromAttacker(scene)],
        rare: ['activeDirectoryDomain', 'securityGroup', 'hostLogonSession'],
        namesUser: true,
        risks: [],
        activities: ['failedLogin'],
      },
      {
        prefix: 'sn',
        serviceSource: 'microsoftSentinel',
        detectionSources: ['scheduledAlerts', 'nrtAlerts', 'microsoftSentinel'],
        productName: 'Microsoft Sentinel',
        title: 'Brute force against the VPN concentrator',
        description: 'An analytics rule counted more failed logons than its threshold allows.',
        category: 'CredentialAccess',
        severity: 'medium',
        mitreTechniques: ['T1110.001'],
        evidence: (scene) => [fromAttacker(scene)],
        rare: ['dns', 'networkConnection'],
        namesUser: true,
        risks: [],
        activities: ['login'],
      },
    ],
  },
  {
    name: 'Intrusion into cloud workloads',
    victims: [1, 2],
    alerts: [
      {
        prefix: 'dc',
        serviceSource: 'microsoftDefenderForCloud',
        detectionSources: [
          'microsoftDefenderForCloud',
          'microsoftDefenderForIoT',
          'microsoftDefenderForServers',
          'microsoftDefenderForStorage',
          'microsoftDefenderForDNS',
          'microsoftDefenderForDatabases',
          'microsoftDefenderForContainers',
          'microsoftDefenderForNetwork',
          'microsoftDefenderForAppService',
          'microsoftDefenderForKeyVault',
          'microsoftDefenderForResourceManager',
          'microsoftDefenderForApiManagement',
        ],
        productName: 'Microsoft Defender for Cloud',
        title: 'Suspicious access to a cloud resource',
        description: 'A resource was reached by a sequence of calls that attackers use to explore an environment.',
        category: 'Discovery',
        severity: 'medium',
        mitreTechniques: ['T1580'],
        evidence: (scene) => [attackedResource(scene), fromAttacker(scene)],
        rare: [
          'kubernetesPod',
          'blob',
          'amazonResource',
          'googleCloudResource',
          'ioTDevice',
          'sasToken',
          'container',
          'containerImage',
          'containerRegistry',
          'kubernetesCluster',
          'kubernetesController',
          'kubernetesNamespace',
          'kubernetesSecret',
          'kubernetesService',
          'kubernetesServiceAccount',
          'blobContainer',
          'nic',
        ],
        namesUser: false,
        risks: [],
        activities: [],
      },
      {
        prefix: 'dc',
        serviceSource: 'microsoftDefenderForCloud',
        detectionSources: ['microsoftDefenderForCloud'],
        productName: 'Microsoft Defender for Cloud',
        title: 'Secret of a build pipeline was used from an unknown address',
        description: 'A deployment credential that only the pipeline should know opened a session elsewhere.',
        category: 'CredentialAccess',
        severity: 'high',
        mitreTechniques: ['T1552.004'],
        evidence: (scene) => [attackedResource(scene), fromAttacker(scene)],
        rare: ['gitHubOrganization', 'gitHubRepo', 'gitHubUser'],
        namesUser: true,
        risks: [],
        activities: [],
      },
      {
        prefix: 'dc',
        serviceSource: 'microsoftSecurityForAI',
        detectionSources: ['microsoftDefenderForAIServices', 'securityCopilot'],
        productName: 'Microsoft Defender for Cloud',
        title: 'Prompt injection attempt against an agent',
        description: 'Input to an agent tried to make it disclose its instructions.',
        category: 'InitialAccess',
        severity: 'low',
        mitreTechniques: ['T1190'],
        evidence: (scene) => [attackedResource(scene)],
        rare: ['aiAgent'],
        namesUser: true,
        risks: [],
        activities: [],
      },
      {
        prefix: 'ra',
        serviceSource: 'microsoftThreatIntelligence',
        detectionSources: ['microsoftThreatIntelligence', 'microsoftDefenderThreatIntelligenceAnalytics'],
        productName: 'Microsoft Threat Intelligence',
        title: 'Traffic to an address of a tracked actor',
        description: 'An address that a tracked actor uses at present appeared in the logs of the tenant.',
        category: 'CommandAndControl',
        severity: 'high',
        mitreTechniques: ['T1071'],
        evidence: (scene) => [fromAttacker(scene), urlEvidence(scene.hostile, scene.attack.lureUrl)],
        rare: ['dns'],
        namesUser: false,
        risks: [],
        activities: [],
      },
    ],
  },
];
