import type { Random } from '../random.js';
import { accountByName, userEvidence } from './evidence.js';
import type { Person } from './people.js';
import { tenantDomain } from './people.js';
import type { PlannedAlert } from './planAttacks.js';
import { rareEvidence, unknownEvidence } from './rareEvidence.js';
import { buildScene, type Scene } from './scene.js';
import type { AlertTemplate } from './storyBook.js';
import type { Row } from './Tenant.js';
import { HOUR_MS, MINUTE_MS, toGraphTime } from './timestamps.js';

/** What alerts need to know beside their plan. */
export interface AlertWorld {
  readonly random: Random;
  readonly tenantId: string;
  readonly nowMs: number;
  /** Who works on alerts; user principal names. */
  readonly analysts: readonly string[];
  readonly unknownEvidence: boolean;
}

/** Number that the id of the newest incident starts from; ids are decimal numbers as text. */
export const firstIncidentNumber = 28_000;

/** Portal links of one alert or incident. */
export function portalUrl(kind: 'alerts' | 'incidents', id: string, tenantId: string): string {
  return `https://security.microsoft.com/${kind}/${id}?tid=${tenantId}`;
}

const investigationStates = [
  'unknown',
  'terminated',
  'successfullyRemediated',
  'benign',
  'failed',
  'partiallyRemediated',
  'running',
  'pendingApproval',
  'pendingResource',
  'queued',
  'innerFailure',
  'preexistingAlert',
  'unsupportedOs',
  'unsupportedAlertType',
  'suppressedAlert',
  'partiallyInvestigated',
  'terminatedByUser',
  'terminatedBySystem',
] as const;

const verdicts: readonly (readonly [classification: string, determination: string])[] = [
  ['truePositive', 'malware'],
  ['truePositive', 'phishing'],
  ['truePositive', 'compromisedAccount'],
  ['truePositive', 'multiStagedAttack'],
  ['truePositive', 'maliciousUserActivity'],
  ['truePositive', 'unwantedSoftware'],
  ['truePositive', 'apt'],
  ['truePositive', 'other'],
  ['falsePositive', 'notMalicious'],
  ['falsePositive', 'notEnoughDataToValidate'],
  ['informationalExpectedActivity', 'securityTesting'],
  ['informationalExpectedActivity', 'securityPersonnel'],
  ['informationalExpectedActivity', 'confirmedActivity'],
  ['informationalExpectedActivity', 'lineOfBusinessApplication'],
];

/** Accounts that attacks name and the directory does not know. */
const outsiders = [
  accountByName('m.duarte@fabrikam.example', 'Marta Duarte (Fabrikam)'),
  accountByName(`former.employee@${tenantDomain}`, null),
  {
    ...accountByName(`svc-backup@${tenantDomain}`, 'svc-backup'),
    azureAdUserId: '6f0b4f0e-6a55-4c0c-9d5b-5d1f7f1f0c11',
  },
] as const;

/** Builds alerts_v2 rows one after the other; the words of enumerations are taken in turn. */
export function createAlertBuilder(world: AlertWorld): (planned: PlannedAlert) => Row {
  const turns = new Map<AlertTemplate, number>();
  let serial = 0;
  return (planned) => {
    serial += 1;
    const turn = turns.get(planned.template) ?? 0;
    turns.set(planned.template, turn + 1);
    return buildAlert(world, planned, serial, turn);
  };
}

/**
 * Builds one alerts_v2 row.
 * @param serial number of the alert in the tenant; @param turn number of the alert among those of its template.
 */
export function buildAlert(world: AlertWorld, planned: PlannedAlert, serial: number, turn: number): Row {
  const { random, tenantId } = world;
  const { template, atMs } = planned;
  const scene = buildScene({ random, tenantId, ...planned }, serial);
  const detectionSource = inTurn(template.detectionSources, turn);
  const prefix = prefixOf(template.prefix, detectionSource);
  const providerAlertId = providerId(random, prefix, atMs);
  const id = `${prefix}${providerAlertId}`;
  const incidentId = String(firstIncidentNumber - planned.incident);
  return {
    id,
    providerAlertId,
    incidentId,
    ...triage(world, serial, atMs),
    severity: serial % 23 === 0 ? 'unknown' : template.severity,
    serviceSource: template.serviceSource,
    detectionSource,
    detectorId: detectorId(template.title),
    productName: template.productName,
    tenantId,
    title: template.title,
    description: template.description,
    recommendedActions:
      'Confirm with the user whether the activity is known.\nContain the account or device.\nReview related alerts.',
    category: template.category,
    categories: [template.category],
    alertWebUrl: portalUrl('alerts', id, tenantId),
    incidentWebUrl: portalUrl('incidents', incidentId, tenantId),
    actorDisplayName: serial % 31 === 0 ? 'Storm-0219' : null,
    threatDisplayName: null,
    threatFamilyName: template.category === 'Malware' ? 'Kettlewell' : null,
    mitreTechniques: template.mitreTechniques,
    createdDateTime: toGraphTime(atMs),
    firstActivityDateTime: toGraphTime(atMs - random.int(10, 90) * MINUTE_MS),
    lastActivityDateTime: toGraphTime(atMs - random.int(1, 9) * MINUTE_MS),
    alertPolicyId: template.prefix === 'dl' ? 'c7f1d0a4-5d9e-4a0e-8d57-1f8f5a2f4b10' : null,
    additionalData: null,
    customDetails: serial % 13 === 0 ? { ticket: `SEC-${1000 + serial}` } : {},
    evidence: evidenceOf(scene, template, serial, turn, world.unknownEvidence),
    systemTags: serial % 29 === 0 ? ['Defender Experts'] : [],
  };
}

function evidenceOf(scene: Scene, template: AlertTemplate, serial: number, turn: number, unknown: boolean): Row[] {
  const rare = template.rare.length === 0 ? [] : [rareEvidence(inTurn(template.rare, turn), scene)];
  return [
    ...(template.namesUser ? namedUsers(scene, serial) : []),
    ...template.evidence(scene),
    ...rare,
    ...(unknown && serial % 10 === 0 ? [unknownEvidence(scene)] : []),
  ];
}

/** The victim, a fellow victim of a large attack and, now and then, somebody whom the directory does not know. */
function namedUsers(scene: Scene, serial: number): Row[] {
  const { victims } = scene.attack;
  const fellow = victims.length > 2 ? victims[(victims.indexOf(scene.victim) + 1) % victims.length] : undefined;
  const outsider = serial % 17 === 0 ? inTurn(outsiders, serial) : undefined;
  return [
    userEvidence(scene.affected, serial % 9 === 0 ? nameOnly(scene.victim) : scene.victim.account),
    ...(fellow === undefined ? [] : [userEvidence(scene.affected, fellow.account)]),
    ...(outsider === undefined ? [] : [userEvidence(scene.hostile, outsider)]),
  ];
}

/** Sources write principal names in their own case. */
function nameOnly(person: Person): Row {
  return accountByName(person.upn.toLowerCase(), person.displayName);
}

/** Who works on it, how far they are, and when that last changed. The older an alert, the likelier it is closed. */
function triage(world: AlertWorld, serial: number, atMs: number): Row {
  const { random, nowMs } = world;
  const ageHours = (nowMs - atMs) / HOUR_MS;
  const closedShare = Math.min(0.8, ageHours / 240);
  const draw = random.next();
  const status = draw < closedShare ? 'resolved' : draw < closedShare + 0.15 ? 'inProgress' : 'new';
  const touchedMs = status === 'new' ? atMs + random.next() * 60_000 : atMs + random.next() * (nowMs - atMs);
  const lastUpdateDateTime = toGraphTime(touchedMs);
  const [classification, determination] = status === 'resolved' ? inTurn(verdicts, serial) : ['unknown', 'unknown'];
  const assignedTo = status === 'new' ? null : random.pick(world.analysts);
  return {
    status,
    classification,
    determination,
    assignedTo,
    investigationState: inTurn(investigationStates, serial),
    lastUpdateDateTime,
    resolvedDateTime: status === 'resolved' ? lastUpdateDateTime : null,
    comments:
      assignedTo !== null && random.chance(0.3)
        ? [alertComment('Looked at the sign-ins.', assignedTo, lastUpdateDateTime)]
        : [],
  };
}

/** @param createdDateTime as Graph prints times. */
export function alertComment(comment: string, createdByDisplayName: string, createdDateTime: string): Row {
  return {
    '@odata.type': '#microsoft.graph.security.alertComment',
    comment,
    createdByDisplayName,
    createdDateTime,
  };
}

/** Ids of custom detections and of hunting experts have prefixes of their own. */
function prefixOf(prefix: string, detectionSource: string): string {
  if (detectionSource === 'customDetection') return 'ea';
  return detectionSource === 'microsoftThreatExperts' ? 'ta' : prefix;
}

/** The source product's own id, in that product's form. */
export function providerId(random: Random, prefix: string, atMs: number): string {
  if (prefix === 'ca') {
    return `${Math.floor(atMs / 1000)
      .toString(16)
      .padStart(8, '0')}${random.hex(16)}`;
  }
  if (prefix === 'da') return `${Math.floor(atMs * 10_000 + 621_355_968_000_000_000)}_${random.int(1, 2_000_000_000)}`;
  return random.guid();
}

/** One detector id for each title. */
function detectorId(title: string): string {
  let hash = 7;
  for (const char of title) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) >>> 0;
  const digits = hash.toString(16).padStart(8, '0');
  return `${digits}-affd-43ef-b1d5-afc2${digits}`;
}

function inTurn<T>(items: readonly T[], turn: number): T {
  return items[turn % items.length] as T;
}
