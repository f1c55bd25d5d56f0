import type { Random } from '../random.js';
import { activityKinds, agents, cloudTenantNumber, type KindFacts } from './activityKinds.js';
import type { Person, Place } from './people.js';
import type { ActivityKind } from './storyBook.js';
import type { Row } from './Tenant.js';
import { DAY_MS } from './timestamps.js';

/** One activity to be built. */
export interface ActivityFacts {
  readonly person: Person;
  readonly kind: ActivityKind;
  /** When it happened, milliseconds since 1970. */
  readonly atMs: number;
  readonly ip: string;
  readonly place: Place;
}

/** Everyday work, in the proportions of an ordinary log. */
const everyday: readonly ActivityKind[] = [
  'login',
  'login',
  'login',
  'viewFile',
  'viewFile',
  'viewFile',
  'downloadFile',
  'sendMail',
  'sendMail',
  'logout',
  'failedLogin',
  'deleteObject',
];

/** Days that everyday activities reach back; older ones are found in the archive only. */
export const activityDays = 30;

/**
 * The everyday activities of everybody. One person is three times as busy as the others; with `skew` one account
 * writes nine of ten activities, as a script does.
 */
export function buildEverydayActivities(
  random: Random,
  people: readonly Person[],
  options: { count: number; nowMs: number; skew: boolean },
): Row[] {
  const busy = people[Math.floor(people.length / 3)] as Person;
  const crowd = [...people, busy, busy];
  return Array.from({ length: options.count }, () => {
    const person = options.skew && random.chance(0.9) ? busy : random.pick(crowd);
    const atMs = options.nowMs - Math.floor((random.next() ** 1.3 * activityDays - 0.002) * DAY_MS) - 3 * 60_000;
    return buildActivity(random, {
      person,
      kind: random.pick(everyday),
      atMs: Math.max(atMs, options.nowMs - activityDays * DAY_MS + 3_600_000),
      ip: person.homeIp,
      place: person.place,
    });
  });
}

/** A few activities from before the window of the ordinary list. */
export function buildArchivedActivities(random: Random, people: readonly Person[], nowMs: number): Row[] {
  return Array.from({ length: 60 }, () => {
    const person = random.pick(people);
    const atMs = nowMs - random.int(activityDays + 2, 170) * DAY_MS;
    return buildActivity(random, { person, kind: random.pick(everyday), atMs, ip: person.homeIp, place: person.place });
  });
}

/** Builds one record of the activity log. */
export function buildActivity(random: Random, facts: ActivityFacts): Row {
  const { person, atMs } = facts;
  const about = activityKinds[facts.kind];
  const agent = random.pick(agents);
  const failed = facts.kind === 'failedLogin';
  const id = facts.kind.toLowerCase().includes('log')
    ? random.hex(64)
    : `${cloudTenantNumber}_${about.appId}_${random.guid()}`;
  const receivedMs = atMs + random.int(20, 240) * 1000;
  const createdMs = receivedMs + random.int(300, 4000);
  return {
    _id: id,
    uid: id,
    tenantId: cloudTenantNumber,
    appId: about.appId,
    saasId: about.appId,
    appName: about.appName,
    srcAppId: 11161,
    source: 2,
    timestamp: atMs,
    timestampRaw: atMs,
    instantiation: receivedMs,
    instantiationRaw: receivedMs,
    created: createdMs,
    createdRaw: createdMs,
    eventType: about.eventType,
    eventTypeValue: about.eventTypeValue,
    eventTypeName: about.eventTypeName,
    genericEventType: about.generic,
    actionType: about.operation,
    description: `${about.text}: <b>${person.displayName}</b>`,
    description_id: `EVENT_DESCRIPTION_${about.eventTypeValue}`,
    description_metadata: { event_category: about.text, actor: person.displayName },
    severity: 'INFO',
    confidenceLevel: failed ? 20 : 30,
    device: {
      clientIP: facts.ip,
      userAgent: `${agent.name}/131.0 (${agent.system})`,
      countryCode: facts.place.country,
    },
    location: locationOf(facts.place),
    user: failed ? { userTags: [] } : { userName: writtenName(random, person), userTags: ['5f01dbbc68df27c17aa6ca81'] },
    ...(failed ? { failedUserData: { userName: person.upn } } : {}),
    userAgent: {
      family: agent.family,
      name: agent.name,
      operatingSystem: { name: agent.system, family: agent.systemFamily },
      type: agent.type,
      typeName: agent.type,
      deviceType: agent.deviceType,
      nativeBrowser: agent.native,
      os: agent.system,
      browser: agent.family,
      tags: agent.native ? ['000000000000000000000000'] : [],
    },
    internals: { otherIPs: [facts.ip] },
    mainInfo: mainInfo(facts, about),
    resolvedActor: {
      id: person.id,
      name: person.displayName,
      saasId: '11161',
      instanceId: '0',
      objType: '23',
      role: '4',
      resolved: true,
      tags: [],
    },
    entityData: entityData(person),
    eventRouting: { auditing: true, lograbber: true, scubaUnpacker: false },
    lograbberService: { o365EventGrabber: true, gediEvent: true },
    classifications: failed ? [] : ['access'],
    rawDataJson: rawRecord(random, facts, about),
  };
}

/** Logs write one name in several cases. */
function writtenName(random: Random, person: Person): string {
  return random.chance(0.3) ? person.upn.toLowerCase() : person.upn;
}

function locationOf(place: Place): Row {
  return {
    countryCode: place.country,
    city: place.city,
    region: place.state,
    latitude: place.latitude,
    longitude: place.longitude,
    organizationSearchable: place.isp,
    anonymousProxy: place.country === 'NL',
    isSatelliteProvider: false,
    category: 0,
    categoryValue: 'NONE',
  };
}

function mainInfo(facts: ActivityFacts, about: KindFacts): Row {
  const { person } = facts;
  const failed = facts.kind === 'failedLogin';
  const link = -162_371_649;
  const account = { tags: [], name: person.displayName, instanceId: 0, saasId: 11161, resolved: true, link };
  return {
    type: failed ? 'failedLogin' : facts.kind === 'login' ? 'login' : 'basic',
    rawOperationName: about.operation,
    prettyOperationName: about.operation,
    ...(failed
      ? { activityResult: { isSuccess: false, message: 'Invalid username or password.' } }
      : { activityResult: { isSuccess: true } }),
    eventObjects: [
      {
        objType: 1,
        role: 1,
        tags: [],
        name: about.appName,
        id: String(about.appId),
        instanceId: 0,
        saasId: about.appId,
      },
      { ...account, objType: 21, role: failed ? 5 : 4, id: person.upn },
      { ...account, objType: 23, role: failed ? 5 : 4, id: person.id },
    ],
  };
}

function entityData(person: Person): Row {
  const entity = (id: string) => ({
    displayName: person.displayName,
    id: { id, saas: 11161, inst: 0 },
    resolved: true,
  });
  return { '0': entity(person.upn), '1': null, '2': entity(person.id) };
}

/** The source's own audit record. Some of its keys differ by case only. */
function rawRecord(random: Random, facts: ActivityFacts, about: KindFacts): Row {
  const id = random.guid();
  return {
    Id: id,
    id,
    CreationTime: new Date(facts.atMs).toISOString().slice(0, 19),
    Operation: about.operation,
    UserId: facts.person.upn,
    ClientIP: facts.ip,
    Level: 'Informational',
    level: 4,
  };
}
