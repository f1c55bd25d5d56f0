import { createRandom, type Random } from '../random.js';
import { createAlertBuilder, firstIncidentNumber } from './alertRows.js';
import { addAttackActivities, addCloudAlert } from './attackTraces.js';
import { buildArchivedActivities, buildEverydayActivities } from './cloudActivities.js';
import { buildEntities, buildFiles, buildStreams, buildSubnets } from './cloudInventory.js';
import { buildEmptyTenant } from './emptyTenant.js';
import { groupBy } from './groupBy.js';
import { buildIncident, buildRedirectedIncident } from './incidentRows.js';
import { toLegacyAlert } from './legacyAlertRows.js';
import { nameUsersInNewest } from './namedUsers.js';
import { buildMachines, buildPeople, type Person } from './people.js';
import { type PlannedAlert, planAttacks } from './planAttacks.js';
import { buildHistory, buildRiskyUser, buildServicePrincipalDetections, createDetectionBuilder } from './riskRows.js';
import { buildControlProfiles, buildSecureScores } from './secureScoreRows.js';
import type { Row, Tenant, TenantOptions } from './Tenant.js';

/** How many of the newest alerts left activities behind; a log of ten thousands of attacks would tell nothing more. */
const loggedAlerts = 5000;
/** Every eighth incident had another one merged into it. */
const redirectEvery = 8;

/** Invents a tenant in which directory, alerts, incidents, risk, activities and scores belong together. */
export function generateTenant(options: TenantOptions): Tenant {
  const random = createRandom(options.seed ?? 'contoso');
  const nowMs = options.now.getTime();
  const tenant = buildEmptyTenant(random.fork('tenant').guid());
  const people = addDirectory(tenant, random, options, nowMs);
  const { plan, alerts } = addAlerts(tenant, random, people, options, nowMs);
  addIncidents(tenant, plan, alerts);
  addRisk(tenant, random.fork('risk'), plan, people);
  addCloudApps(tenant, random, { plan, alerts, people, options, nowMs });
  addScores(tenant, random, people.length, nowMs);
  return tenant;
}

function addDirectory(tenant: Tenant, random: Random, options: TenantOptions, nowMs: number): Person[] {
  const people = buildPeople(random.fork('people'), Math.max(1, options.users ?? 60), nowMs);
  fill(
    tenant.users,
    people.map((person) => person.row),
  );
  return people;
}

function addAlerts(
  tenant: Tenant,
  random: Random,
  people: readonly Person[],
  options: TenantOptions,
  nowMs: number,
): { plan: PlannedAlert[]; alerts: Row[] } {
  const machines = buildMachines(random.fork('machines'), people, nowMs);
  fill(
    tenant.devices,
    machines.map((machine) => machine.row),
  );
  const recentVictims = Math.min(people.length, options.usersInNewestAlerts ?? 14);
  const alertCount = options.alerts ?? 300;
  const plan = planAttacks(random.fork('plan'), { people, machines, alertCount, nowMs, recentVictims });
  const build = createAlertBuilder({
    random: random.fork('alerts'),
    tenantId: tenant.tenantId,
    nowMs,
    analysts: people.slice(0, 3).map((person) => person.upn),
    unknownEvidence: options.unknownEvidence ?? false,
  });
  const alerts = plan.map(build);
  if (options.usersInNewestAlerts !== undefined) nameUsersInNewest(alerts, people, recentVictims);
  fill(tenant.alerts, alerts);
  fill(
    tenant.legacyAlerts,
    alerts.map(toLegacyAlert).filter((row) => row !== undefined),
  );
  return { plan, alerts };
}

function addIncidents(tenant: Tenant, plan: readonly PlannedAlert[], alerts: readonly Row[]): void {
  const groups = groupBy(
    alerts.map((alert, index) => ({ alert, planned: plan[index] as PlannedAlert })),
    (pair) => pair.planned.incident,
  );
  for (const [number, group] of groups) {
    const title = `${group[0]?.planned.story.name} involving ${group[0]?.planned.attack.victims.length} user(s)`;
    const incident = buildIncident(
      group.map((pair) => pair.alert),
      title,
      number + 1,
    );
    tenant.incidents.set(String(incident.id), incident);
    if (number % redirectEvery !== 1) continue;
    const redirected = buildRedirectedIncident(incident, String(firstIncidentNumber + 5000 + number));
    tenant.incidents.set(String(redirected.id), redirected);
  }
}

function addRisk(tenant: Tenant, random: Random, plan: readonly PlannedAlert[], people: readonly Person[]): void {
  const build = createDetectionBuilder(random);
  const turns = new Map<string, number>();
  const detections = plan.flatMap((planned) => {
    const { risks, title } = planned.template;
    if (risks.length === 0) return [];
    const turn = turns.get(title) ?? 0;
    turns.set(title, turn + 1);
    return [build(planned, risks[turn % risks.length] as string)];
  });
  const oldest = plan[plan.length - 1];
  if (oldest !== undefined) detections.push(...buildServicePrincipalDetections(random, oldest));
  fill(tenant.riskDetections, detections);
  addRiskyUsers(tenant, random, people, detections);
}

function addRiskyUsers(tenant: Tenant, random: Random, people: readonly Person[], detections: readonly Row[]): void {
  const byUser = groupBy(detections, (row) => row.userId);
  for (const person of people) {
    const own = byUser.get(person.id);
    if (own === undefined) continue;
    const riskyUser = buildRiskyUser(person, own);
    tenant.riskyUsers.set(person.id, riskyUser);
    tenant.riskyUserHistory.set(person.id, buildHistory(random, riskyUser, own));
  }
}

function addCloudApps(
  tenant: Tenant,
  random: Random,
  facts: {
    plan: readonly PlannedAlert[];
    alerts: readonly Row[];
    people: readonly Person[];
    options: TenantOptions;
    nowMs: number;
  },
): void {
  const { plan, alerts, people, options, nowMs } = facts;
  const activityRandom = random.fork('activities');
  const everyday = { count: options.activities ?? 900, nowMs, skew: options.skew ?? false };
  fillById(tenant.activities, buildEverydayActivities(activityRandom, people, everyday));
  fillById(tenant.activities, buildArchivedActivities(activityRandom, people, nowMs));
  alerts.forEach((alert, index) => {
    const planned = plan[index] as PlannedAlert;
    const audits = index < loggedAlerts ? addAttackActivities(tenant, activityRandom, planned) : [];
    addCloudAlert(tenant, alert, planned, audits);
  });
  const inventory = random.fork('inventory');
  fillById(tenant.mcasEntities, buildEntities(inventory, people, nowMs));
  fillById(tenant.subnets, buildSubnets(inventory, nowMs));
  fillById(tenant.files, buildFiles(inventory, people, nowMs));
  fillById(tenant.streams, buildStreams(inventory, nowMs));
}

function addScores(tenant: Tenant, random: Random, userCount: number, nowMs: number): void {
  fill(tenant.secureScoreControlProfiles, buildControlProfiles(random.fork('profiles'), tenant.tenantId, nowMs));
  fill(tenant.secureScores, buildSecureScores(random.fork('scores'), tenant.tenantId, nowMs, userCount));
}

function fill(rows: Map<string, Row>, added: readonly Row[]): void {
  for (const row of added) rows.set(String(row.id), row);
}

function fillById(rows: Map<string, Row>, added: readonly Row[]): void {
  for (const row of added) rows.set(String(row._id), row);
}
