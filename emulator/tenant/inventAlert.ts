import { createRandom } from '../random.js';
import { buildAlert } from './alertRows.js';
import { newestPage } from './namedUsers.js';
import { attackOrigins, type Machine, offices, type Person, windowsDomain } from './people.js';
import type { PlannedAlert } from './planAttacks.js';
import { buildAttack } from './scene.js';
import { storyBook } from './storyBook.js';
import type { Row, Tenant } from './Tenant.js';
import { fromGraphTime } from './timestamps.js';

/** An alert that was not part of the generated history. */
export interface InventedAlert {
  readonly alert: Row;
  readonly planned: PlannedAlert;
}

/**
 * Invents one more alert about a user whom recent alerts name, so that new rows do not widen the circle of users.
 * @param at when it is raised, as Graph prints times; kept to the last digit.
 * @returns `undefined` for a tenant without users or devices to tell a story about.
 */
export function inventAlert(tenant: Tenant, at: string): InventedAlert | undefined {
  const random = createRandom(`${tenant.tenantId}/${tenant.serial}`);
  const machines = [...tenant.devices.values()];
  const people = knownPeople(tenant);
  if (people.length === 0 || machines.length === 0) return undefined;
  const victim = random.pick(people);
  const story = random.pick(storyBook);
  const planned: PlannedAlert = {
    story,
    template: random.pick(story.alerts),
    attack: buildAttack(random, [victim], attackOrigins),
    victim,
    machine: toMachine(random.pick(machines), victim),
    atMs: fromGraphTime(at),
    incident: 0,
  };
  const world = { random, tenantId: tenant.tenantId, nowMs: planned.atMs, analysts: [], unknownEvidence: false };
  const alert = buildAlert(world, planned, tenant.serial * 18 + 1, tenant.serial);
  return { alert: { ...alert, ...untouched, createdDateTime: at, lastUpdateDateTime: at }, planned };
}

/** State of an alert that nobody has looked at yet. */
const untouched: Row = {
  status: 'new',
  classification: 'unknown',
  determination: 'unknown',
  assignedTo: null,
  resolvedDateTime: null,
  comments: [],
};

/** Users of the directory that the first page of alerts names; any users when there is none. */
function knownPeople(tenant: Tenant): Person[] {
  const named = new Set<unknown>();
  let seen = 0;
  for (const alert of tenant.alerts.values()) {
    for (const item of (alert.evidence ?? []) as Row[])
      named.add((item.userAccount as Row | null | undefined)?.azureAdUserId);
    seen += 1;
    if (seen === newestPage) break;
  }
  const users = [...tenant.users.values()];
  const recent = users.filter((user) => named.has(user.id));
  return (recent.length > 0 ? recent : users).map(toPerson);
}

/** Reads a directory row back into what the stories need. */
export function toPerson(row: Row): Person {
  const upn = String(row.userPrincipalName);
  const displayName = String(row.displayName ?? upn);
  const accountName = upn.split('@')[0] ?? upn;
  const place = offices.find((office) => office.city === row.city) ?? offices[0];
  return {
    id: String(row.id),
    upn,
    displayName,
    accountName,
    place,
    homeIp: `203.0.${113 - offices.indexOf(place)}.77`,
    account: {
      accountName,
      domainName: windowsDomain,
      userSid: row.onPremisesSecurityIdentifier ?? null,
      azureAdUserId: row.id,
      userPrincipalName: upn,
      displayName,
    },
    row,
  };
}

function toMachine(row: Row, owner: Person): Machine {
  const name = String(row.displayName ?? row.id);
  return {
    objectId: String(row.id),
    deviceId: String(row.deviceId ?? row.id),
    mdeDeviceId: String(row.deviceId ?? row.id)
      .replaceAll('-', '')
      .padEnd(40, '0')
      .slice(0, 40),
    name,
    dnsName: `${name.toLowerCase()}.corp.contoso.com`,
    owner,
    row,
  };
}
