import type { Row } from './Tenant.js';

/** `vendorInformation.provider` of each source that the retired alerts API federated. */
const providers: Readonly<Record<string, string>> = {
  microsoftDefenderForCloud: 'ASC',
  azureAdIdentityProtection: 'IPC',
  microsoftDefenderForCloudApps: 'MCAS',
  microsoftDefenderForIdentity: 'Azure Advanced Threat Protection',
  microsoftSentinel: 'Azure Sentinel',
  microsoftDefenderForEndpoint: 'Microsoft Defender ATP',
  microsoftDefenderForOffice365: 'Office 365 Security and Compliance',
  dataLossPrevention: 'Office 365 Security and Compliance',
};

/** One list for all rows; see the evidence builders. */
const none: readonly never[] = [];

const legacyStatus: Readonly<Record<string, string>> = { new: 'newAlert' };
const legacyFeedback: Readonly<Record<string, string>> = {
  truePositive: 'truePositive',
  falsePositive: 'falsePositive',
  informationalExpectedActivity: 'benignPositive',
};

/** Id under which the retired API knew an alert: the providing product's own. */
export function legacyIdOf(alert: Row): string {
  return String(alert.providerAlertId ?? alert.id);
}

/**
 * The same alert as `/security/alerts` showed it; `undefined` for sources which that API never carried.
 * @see https://learn.microsoft.com/en-us/graph/alertsv1-alertsv2-migration
 */
export function toLegacyAlert(alert: Row): Row | undefined {
  const provider = providers[String(alert.serviceSource)];
  if (provider === undefined) return undefined;
  const evidence = Array.isArray(alert.evidence) ? (alert.evidence as Row[]) : [];
  return {
    id: legacyIdOf(alert),
    azureTenantId: alert.tenantId,
    azureSubscriptionId: provider === 'ASC' ? '5c0fd3ab-5b5d-4c2d-9a1c-3c2f3d1f7a10' : '',
    activityGroupName: alert.actorDisplayName,
    assignedTo: alert.assignedTo ?? '',
    category: provider === 'MCAS' ? 'MCAS_ALERT_SUSPICIOUS_ACTIVITY' : alert.category,
    closedDateTime: alert.resolvedDateTime,
    comments: none,
    confidence: 0,
    createdDateTime: alert.createdDateTime,
    description: alert.description,
    detectionIds: none,
    eventDateTime: alert.lastActivityDateTime,
    feedback: legacyFeedback[String(alert.classification)] ?? null,
    incidentIds: alert.incidentId ? [alert.incidentId] : none,
    lastEventDateTime: alert.lastActivityDateTime,
    lastModifiedDateTime: alert.lastUpdateDateTime,
    recommendedActions: String(alert.recommendedActions ?? '').split('\n'),
    severity: alert.severity,
    sourceMaterials: [alert.alertWebUrl],
    status: legacyStatus[String(alert.status)] ?? alert.status,
    tags: none,
    title: alert.title,
    vendorInformation: {
      provider,
      providerVersion: provider === 'MCAS' ? '3.0' : null,
      subProvider: null,
      vendor: 'Microsoft',
    },
    ...statesOf(evidence),
  };
}

/** The evidence, sorted into the typed lists that the retired API had instead. */
function statesOf(evidence: readonly Row[]): Row {
  const states: Record<string, Row[]> = {};
  for (const item of evidence) {
    const [list, toState] = stateOf[String(item['@odata.type'])] ?? [];
    if (list === undefined || toState === undefined) continue;
    states[list] = [...(states[list] ?? []), toState(item)];
  }
  return { ...noStates, ...states };
}

const noStates: Row = Object.fromEntries(
  [
    'userStates',
    'hostStates',
    'fileStates',
    'networkConnections',
    'processes',
    'registryKeyStates',
    'cloudAppStates',
    'malwareStates',
    'messageSecurityStates',
    'securityResources',
    'historyStates',
    'alertDetections',
    'investigationSecurityStates',
    'triggers',
    'uriClickSecurityStates',
    'vulnerabilityStates',
  ].map((list) => [list, none]),
);

/** List and shape for each type of evidence. */
const stateOf: Readonly<Record<string, readonly [list: string, toState: (item: Row) => Row]>> = Object.fromEntries(
  Object.entries({
    user: ['userStates', userState],
    device: ['hostStates', hostState],
    file: ['fileStates', fileState],
    ip: ['networkConnections', ipConnection],
    url: ['networkConnections', urlConnection],
    process: ['processes', legacyProcess],
    registryKey: ['registryKeyStates', registryKeyState],
    cloudApplication: ['cloudAppStates', cloudAppState],
    analyzedMessage: ['messageSecurityStates', messageState],
    azureResource: ['securityResources', securityResource],
  } as const).map(([name, entry]) => [`#microsoft.graph.security.${name}Evidence`, entry]),
);

function part(item: Row, name: string): Row {
  return (item[name] as Row | null | undefined) ?? {};
}

function userState(item: Row): Row {
  const account = part(item, 'userAccount');
  return {
    aadUserId: account.azureAdUserId,
    accountName: account.accountName,
    domainName: account.domainName,
    emailRole: 'unknown',
    isVpn: null,
    logonDateTime: null,
    logonId: null,
    logonIp: null,
    logonLocation: null,
    logonType: null,
    onPremisesSecurityIdentifier: account.userSid,
    riskScore: null,
    userAccountType: null,
    userPrincipalName: account.userPrincipalName,
  };
}

function hostState(item: Row): Row {
  return {
    fqdn: item.deviceDnsName,
    isAzureAdJoined: true,
    isAzureAdRegistered: false,
    isHybridAzureDomainJoined: true,
    netBiosName: item.hostName,
    os: item.osPlatform,
    privateIpAddress: item.lastIpAddress,
    publicIpAddress: item.lastExternalIpAddress,
    riskScore: item.riskScore,
  };
}

function fileState(item: Row): Row {
  const file = part(item, 'fileDetails');
  return {
    fileHash: { hashType: 'sha256', hashValue: file.sha256 },
    name: file.fileName,
    path: file.filePath,
    riskScore: null,
  };
}

function ipConnection(item: Row): Row {
  return { ...emptyConnection, destinationAddress: item.ipAddress, destinationLocation: item.countryLetterCode };
}

function urlConnection(item: Row): Row {
  return { ...emptyConnection, destinationUrl: item.url };
}

const emptyConnection: Row = {
  applicationName: null,
  destinationAddress: null,
  destinationDomain: null,
  destinationLocation: null,
  destinationPort: null,
  destinationUrl: null,
  direction: 'unknown',
  domainRegisteredDateTime: null,
  localDnsName: null,
  protocol: 'unknown',
  riskScore: null,
  sourceAddress: null,
  sourceLocation: null,
  sourcePort: null,
  status: 'unknown',
  urlParameters: null,
};

function legacyProcess(item: Row): Row {
  const image = part(item, 'imageFile');
  const parent = part(item, 'parentProcessImageFile');
  const account = part(item, 'userAccount');
  return {
    accountName: account.accountName ?? null,
    commandLine: item.processCommandLine,
    createdDateTime: item.processCreationDateTime,
    fileHash: { hashType: 'sha256', hashValue: image.sha256 },
    integrityLevel: 'unknown',
    isElevated: null,
    name: image.fileName,
    parentProcessCreatedDateTime: item.parentProcessCreationDateTime,
    parentProcessId: item.parentProcessId,
    parentProcessName: parent.fileName,
    path: image.filePath,
    processId: item.processId,
  };
}

function registryKeyState(item: Row): Row {
  return {
    hive: 'currentUser',
    key: item.registryKey,
    oldKey: null,
    oldValueData: null,
    oldValueName: null,
    operation: 'create',
    processId: null,
    valueData: null,
    valueName: null,
    valueType: 'unknown',
  };
}

function cloudAppState(item: Row): Row {
  return { destinationServiceIp: null, destinationServiceName: item.displayName, riskScore: null };
}

function messageState(item: Row): Row {
  return {
    connectingIP: item.senderIp,
    deliveryAction: item.deliveryAction,
    deliveryLocation: item.deliveryLocation,
    directionality: 'Inbound',
    internetMessageId: item.internetMessageId,
    messageFingerprint: null,
    messageReceivedDateTime: item.receivedDateTime,
    messageSubject: item.subject,
    networkMessageId: item.networkMessageId,
  };
}

function securityResource(item: Row): Row {
  return { resource: item.resourceId, resourceType: 'attacked' };
}
