import type { Random } from '../random.js';
import { cloudTenantNumber } from './activityKinds.js';
import type { Person } from './people.js';
import { buildSubnet } from './subnetRows.js';
import type { Row } from './Tenant.js';
import { DAY_MS, HOUR_MS } from './timestamps.js';

/** One user entity and one account entity for each person, and one application account. */
export function buildEntities(random: Random, people: readonly Person[], nowMs: number): Row[] {
  const app = applicationEntity(random, nowMs);
  return [...people.flatMap((person) => personEntities(random, person, nowMs)), app];
}

function personEntities(random: Random, person: Person, nowMs: number): Row[] {
  const account = accountOf(person, random.hex(24));
  const shared = {
    displayName: person.displayName,
    email: person.upn,
    domain: person.upn.slice(person.upn.indexOf('@') + 1),
    organization: 'Contoso',
    isAdmin: random.chance(0.05),
    lastSeen: new Date(nowMs - random.int(1, 72) * HOUR_MS).toISOString(),
    sid: (person.row.onPremisesSecurityIdentifier as string | undefined) ?? null,
  };
  const user = entity({ ...shared, _id: random.hex(24), id: person.id, type: 2, idType: 1, accounts: [account] });
  return [user, entity({ ...shared, _id: random.hex(24), id: person.upn, type: 1, idType: 1, accounts: [] })];
}

function accountOf(person: Person, id: string): Row {
  return {
    _id: `fa-${id}-11161`,
    i: person.upn,
    ii: `11161|0|${person.upn}`,
    inst: 0,
    saas: 11161,
    t: 1,
    dn: person.displayName,
    ext: false,
    s: 2,
    aliases: [person.accountName],
    isFake: false,
    pa: person.upn,
    em: person.upn,
    sublst: [],
    p: null,
    appData: { appId: 11161, name: 'Office 365' },
    actions: [],
  };
}

function applicationEntity(random: Random, nowMs: number): Row {
  return entity({
    _id: random.hex(24),
    id: random.guid(),
    type: 1,
    idType: 17,
    displayName: 'MS Graph Groups',
    email: null,
    domain: null,
    organization: null,
    isAdmin: false,
    isExternal: true,
    sid: null,
    lastSeen: new Date(nowMs - 5 * HOUR_MS).toISOString(),
    accounts: [],
  });
}

function entity(own: Row): Row {
  return {
    status: 2,
    isExternal: false,
    isFake: false,
    role: null,
    identifiers: [],
    subApps: [],
    userGroups: [
      {
        _id: '5e6fa9ade2367fc6340f487e',
        id: own.isExternal === true ? '0000003b0000000000000000' : '5f01dbbc68df27c17aa6ca81',
        name: own.isExternal === true ? 'Application (Cloud App Security)' : 'All employees',
        description: 'Imported group',
        usersCount: 60,
      },
    ],
    appData: { appId: 11161, name: 'Office 365', saas: 11161, instance: 0 },
    ii: `11161|0|${own.id}`,
    username: JSON.stringify({ id: own.id, saas: 11161, inst: 0 }),
    sctime: null,
    threatScore: null,
    scoreTrends: null,
    actions: [],
    ...own,
  };
}

/** The ranges that the tenant has named. */
export function buildSubnets(random: Random, nowMs: number): Row[] {
  const ranges: readonly (readonly [name: string, category: number, cidrs: string[], tag: string])[] = [
    ['Contoso Seattle', 1, ['203.0.113.0/24'], 'Head office'],
    ['Contoso Dublin and Munich', 1, ['203.0.112.0/24', '203.0.111.0/24'], 'Branch office'],
    ['Contoso VPN', 4, ['192.0.2.0/25'], 'VPN'],
    ['Administration network', 2, ['192.0.2.128/26', '2001:db8:42::/48'], 'Admin'],
    ['Known bad hosting', 3, ['198.51.100.0/24'], 'Risky'],
  ];
  return ranges.map(([name, category, subnets, tag]) =>
    buildSubnet({
      id: random.hex(24),
      name,
      category,
      subnets,
      organization: 'Contoso',
      tags: [tag],
      lastModifiedMs: nowMs - random.int(10, 300) * DAY_MS + random.next(),
    }),
  );
}

const documents = ['Budget.xlsx', 'Roadmap.pptx', 'Salaries.xlsx', 'Contract.docx', 'Notes.txt', 'Diagram.png'];
const fileTypes: Readonly<Record<string, readonly [code: number, name: string, mimeType: string]>> = {
  xlsx: [2, 'SPREADSHEET', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  pptx: [3, 'PRESENTATION', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  docx: [1, 'DOCUMENT', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  txt: [4, 'TEXT', 'text/plain'],
  png: [5, 'IMAGE', 'image/png'],
};
const accessLevels = ['PRIVATE', 'INTERNAL', 'EXTERNAL', 'PUBLIC', 'PUBLIC_INTERNET'] as const;

/** Two documents for each person. */
export function buildFiles(random: Random, people: readonly Person[], nowMs: number): Row[] {
  return people.flatMap((owner) => [buildFileRow(random, owner, nowMs), buildFileRow(random, owner, nowMs)]);
}

function buildFileRow(random: Random, owner: Person, nowMs: number): Row {
  const name = random.pick(documents);
  const extension = name.slice(name.indexOf('.') + 1);
  const [typeCode, typeName, mimeType] = fileTypes[extension] ?? [0, 'OTHER', 'application/octet-stream'];
  const access = random.int(0, accessLevels.length - 1);
  const modifiedDate = nowMs - random.int(1, 60 * 24) * HOUR_MS;
  const drive = random.hex(32);
  const item = random.hex(32);
  return {
    _id: random.hex(24),
    _tid: cloudTenantNumber,
    appId: 15600,
    saasId: 15600,
    instId: 0,
    appName: 'Microsoft OneDrive for Business',
    id: `${drive}|${item}`,
    originalId: item,
    driveId: drive,
    name,
    name_l: name.toLowerCase(),
    fileSize: random.int(2_000, 4_000_000),
    createdDate: modifiedDate - random.int(1, 300) * DAY_MS,
    modifiedDate,
    snapshotLastModifiedDate: new Date(modifiedDate).toISOString(),
    parentId: `${drive}|root`,
    parentIds: [`${drive}|root`],
    effectiveParents: [`${drive}|root`],
    alternateLink: `https://contoso-my.sharepoint.example/personal/${owner.accountName.toLowerCase()}/${name}`,
    filePath: `/personal/${owner.accountName.toLowerCase()}/Documents/${name}`,
    sitePath: `/personal/${owner.accountName.toLowerCase()}`,
    isFolder: false,
    isForeign: false,
    noGovernance: false,
    mimeType,
    fileExtension: extension,
    fileTypeDisplay: 'File',
    fileType: [typeCode, typeName],
    fileAccessLevel: [access, accessLevels[access]],
    fileStatus: [0, 'EXISTS'],
    ftype: typeCode,
    facl: access,
    fstat: 0,
    trashed: false,
    quarantined: false,
    ownerAddress: owner.upn,
    ownerName: owner.displayName,
    ownerExternal: false,
    owner: { id: owner.id, saas: 11161, inst: 0 },
    externalShares: [],
    emails: [],
    groupIds: [],
    groups: [],
    domains: ['contoso.onmicrosoft.com'],
    collaborators: [{ id: owner.upn, name: owner.displayName, role: 'OWNER', accessLevel: 2, type: 'USER' }],
    display_collaborators: [],
    dlpScanResults: [],
    fTags: [],
    enriched: true,
    scanVersion: 4,
    lastNrtTimestamp: modifiedDate,
    unseenScans: 0,
    actions: [],
  };
}

/** Continuous discovery reports. */
export function buildStreams(random: Random, nowMs: number): Row[] {
  return [
    buildStream({ id: random.hex(24), displayName: 'Global view', logType: 1, streamType: 3, nowMs, manual: false }),
    buildStream({
      id: random.hex(24),
      displayName: 'Seattle firewall',
      logType: 126,
      streamType: 1,
      nowMs,
      manual: false,
    }),
    buildStream({
      id: random.hex(24),
      displayName: 'Managed endpoints',
      logType: 195,
      streamType: 1,
      nowMs,
      manual: false,
    }),
  ];
}

/** One discovery report; uploads of logs make new ones. */
export function buildStream(facts: {
  id: string;
  displayName: string;
  logType: number;
  streamType: number;
  nowMs: number;
  manual: boolean;
}): Row {
  const seen = new Date(facts.nowMs - HOUR_MS).toISOString();
  return {
    _id: facts.id,
    displayName: facts.displayName,
    comment: '',
    logType: facts.logType,
    receiverType: facts.manual ? null : 'syslog',
    protocol: facts.manual ? null : 'tls',
    streamType: facts.streamType,
    builtInStreamType: facts.logType === 195 ? 1 : null,
    isManual: facts.manual,
    globalAggregated: facts.streamType === 3,
    snapshotData: null,
    anonymizeUsers: false,
    anonymizeMachines: false,
    created: new Date(facts.nowMs - (facts.manual ? 0 : 200 * DAY_MS)).toISOString(),
    lastModified: seen,
    lastDataReceived: seen,
    lastAlertProcessingTime: facts.nowMs - HOUR_MS,
    logFilesHistoryCount: facts.manual ? 1 : 412,
    logFilesFailsCount: 0,
    supportedEntityTypes: [1, 2, 3],
    supportedTrafficTypes: [1, 2, 3],
    timeFrames: { '7': true, '30': true, '90': true },
    validTimeFrames: [7, 30, 90],
    timeWithoutLogs: 0,
    sourceStreams: [],
    userTags: [],
  };
}
