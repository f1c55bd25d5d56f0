import type { Random } from '../random.js';
import type { Person, Place } from './people.js';
import { tenantDomain } from './people.js';
import type { PlannedAlert } from './planAttacks.js';
import type { Row } from './Tenant.js';
import { MINUTE_MS, toGraphTime } from './timestamps.js';

/** How risk ends up: each pair occurs in turn among the detections that are no longer open. */
const outcomes: readonly (readonly [state: string, detail: string])[] = [
  ['remediated', 'userPerformedSecuredPasswordChange'],
  ['remediated', 'userPerformedSecuredPasswordReset'],
  ['remediated', 'userPassedMFADrivenByRiskBasedPolicy'],
  ['remediated', 'adminGeneratedTemporaryPassword'],
  ['remediated', 'userChangedPasswordOnPremises'],
  ['remediated', 'microsoftRevokedSessions'],
  ['dismissed', 'adminDismissedAllRiskForUser'],
  ['dismissed', 'm365DAdminDismissedDetection'],
  ['dismissed', 'adminDismissedRiskForSignIn'],
  ['confirmedSafe', 'adminConfirmedSigninSafe'],
  ['confirmedSafe', 'aiConfirmedSigninSafe'],
  ['confirmedSafe', 'adminConfirmedAccountSafe'],
  ['confirmedCompromised', 'adminConfirmedSigninCompromised'],
  ['confirmedCompromised', 'adminConfirmedUserCompromised'],
  ['none', 'hidden'],
];

const levels = ['medium', 'high', 'low', 'high', 'medium'] as const;
const timings = ['realtime', 'nearRealtime', 'offline', 'notDefined'] as const;
const issuers = [
  'AzureAD',
  'AzureAD',
  'ADFederationServices',
  'AzureADBackupAuth',
  'ADFederationServicesMFAAdapter',
  'NPSExtension',
];
const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/129.0 Safari/537.36',
  'python-requests/2.32',
];

/** Builds risk detections one after the other; the words of enumerations are taken in turn. */
export function createDetectionBuilder(random: Random): (planned: PlannedAlert, riskEventType: string) => Row {
  let serial = 0;
  return (planned, riskEventType) => {
    serial += 1;
    return buildDetection(random, planned, riskEventType, serial);
  };
}

function buildDetection(random: Random, planned: PlannedAlert, riskEventType: string, serial: number): Row {
  const { victim, attack } = planned;
  const isUserRisk = riskEventType === 'leakedCredentials' || riskEventType === 'adminConfirmedUserCompromised';
  const activityMs = planned.atMs - random.int(4, 30) * MINUTE_MS;
  const detectedDateTime = toGraphTime(Math.min(planned.atMs, activityMs + random.int(1, 20) * MINUTE_MS));
  const [riskState, riskDetail] = serial % 3 === 0 ? inTurn(outcomes, serial / 3) : ['atRisk', 'none'];
  const requestId = isUserRisk ? null : random.guid();
  const userAgent = inTurn(browsers, serial);
  return {
    id: random.hex(64),
    requestId,
    correlationId: isUserRisk ? null : random.guid(),
    riskEventType,
    riskState,
    riskLevel: riskDetail === 'hidden' ? 'hidden' : riskState === 'atRisk' ? inTurn(levels, serial) : 'none',
    riskDetail,
    source:
      riskEventType.startsWith('mcas') || riskEventType === 'impossibleTravel'
        ? 'MicrosoftCloudAppSecurity'
        : 'IdentityProtection',
    detectionTimingType: isUserRisk ? 'offline' : inTurn(timings, serial),
    activity: isUserRisk ? 'user' : 'signin',
    tokenIssuerType: inTurn(issuers, serial),
    ipAddress: isUserRisk ? null : attack.attackerIp,
    location: isUserRisk ? null : signInLocation(attack.attackerPlace),
    activityDateTime: toGraphTime(activityMs),
    detectedDateTime,
    lastUpdatedDateTime: detectedDateTime,
    userId: victim.id,
    userDisplayName: victim.displayName,
    userPrincipalName: victim.upn,
    additionalInfo: additionalInfo({ planned, riskEventType, userAgent, activityMs, random }),
  };
}

/** The upstream carries a list of keys and values as JSON text. */
function additionalInfo(facts: {
  planned: PlannedAlert;
  riskEventType: string;
  userAgent: string;
  activityMs: number;
  random: Random;
}): string {
  const { planned, riskEventType, activityMs, random } = facts;
  const pairs: [string, unknown][] = [['userAgent', facts.userAgent]];
  if (/travel/i.test(riskEventType)) {
    const { victim } = planned;
    pairs.push(
      ['relatedEventTimeInUtc', toGraphTime(activityMs - random.int(20, 80) * MINUTE_MS)],
      ['relatedUserAgent', browsers[0]],
      ['relatedLocation', relatedLocation(victim.place, victim.homeIp)],
      ['deviceInformation', 'Chrome 131.0; Windows 10'],
    );
  }
  if (riskEventType === 'malwareInfectedIPAddress') pairs.push(['malwareName', 'Kettlewell']);
  if (riskEventType.startsWith('mcas'))
    pairs.push(['alertUrl', 'https://contoso.portal.cloudappsecurity.com/#/alerts']);
  if (riskEventType === 'unfamiliarFeatures') pairs.push(['riskReasons', ['UnfamiliarASN', 'UnfamiliarBrowser']]);
  return JSON.stringify(pairs.map(([Key, Value]) => ({ Key, Value })));
}

function relatedLocation(place: Place, clientIP: string): Row {
  return {
    clientIP,
    latitude: place.latitude,
    longitude: place.longitude,
    asn: 64_496,
    countryCode: place.country,
    countryName: place.countryName,
    state: place.state,
    city: place.city,
  };
}

function signInLocation(place: Place): Row {
  return {
    city: place.city,
    state: place.state,
    countryOrRegion: place.country,
    geoCoordinates: { altitude: null, latitude: place.latitude, longitude: place.longitude },
  };
}

/** Two detections about workload identities, which no user of the directory owns. */
export function buildServicePrincipalDetections(random: Random, planned: PlannedAlert): Row[] {
  const builder = createDetectionBuilder(random);
  return ['adminConfirmedServicePrincipalCompromised', 'adminDismissedAllRiskForServicePrincipal'].map(
    (riskDetail) => ({
      ...builder(planned, 'leakedCredentials'),
      activity: 'servicePrincipal',
      riskState: riskDetail.includes('Dismissed') ? 'dismissed' : 'confirmedCompromised',
      riskDetail,
      riskLevel: riskDetail.includes('Dismissed') ? 'none' : 'high',
      userId: random.guid(),
      userDisplayName: 'svc-deploy',
      userPrincipalName: `svc-deploy@${tenantDomain}`,
    }),
  );
}

const levelOrder = ['none', 'hidden', 'low', 'medium', 'high'];

/** @param detections of this person, newest first; at least one. */
export function buildRiskyUser(person: Person, detections: readonly Row[]): Row {
  const open = detections.filter((row) => row.riskState === 'atRisk' || row.riskState === 'confirmedCompromised');
  const newest = detections[0] as Row;
  const decisive = open[0] ?? newest;
  return {
    id: person.id,
    isDeleted: false,
    isProcessing: false,
    riskLevel: decisive.riskState === 'confirmedCompromised' ? 'high' : highest(open),
    riskState: decisive.riskState,
    riskDetail: decisive.riskDetail,
    riskLastUpdatedDateTime: newest.lastUpdatedDateTime,
    userDisplayName: person.displayName,
    userPrincipalName: person.upn,
  };
}

function highest(open: readonly Row[]): string {
  return open
    .map((row) => String(row.riskLevel))
    .reduce((left, right) => (levelOrder.indexOf(left) >= levelOrder.indexOf(right) ? left : right), 'none');
}

/** One history item for each of the newest detections, newest first. */
export function buildHistory(random: Random, riskyUser: Row, detections: readonly Row[]): Row[] {
  return detections.slice(0, 10).map((row) => ({
    ...riskyUser,
    id: `${riskyUser.id}_${random.hex(12)}`,
    riskLevel: row.riskLevel,
    riskState: row.riskState,
    riskDetail: row.riskDetail,
    riskLastUpdatedDateTime: row.lastUpdatedDateTime,
    userId: riskyUser.id,
    initiatedBy: String(row.riskDetail).startsWith('admin') ? 'secops@contoso.onmicrosoft.com' : null,
    activity: { detail: row.riskDetail, riskEventTypes: [row.riskEventType] },
  }));
}

function inTurn<T>(items: readonly T[], turn: number): T {
  return items[turn % items.length] as T;
}
