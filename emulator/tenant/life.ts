import type { EmulatorContext } from '../context.js';
import { createRandom, type Random } from '../random.js';
import { buildActivity } from './cloudActivities.js';
import { inventAlert, toPerson } from './inventAlert.js';
import { changeAlert, commentAlert, createAlert, type Mutation } from './mutations.js';
import { buildHistory, buildRiskyUser, createDetectionBuilder } from './riskRows.js';
import type { Row, Tenant } from './Tenant.js';

/** What the tenant's life may be told. */
export interface LifeOptions {
  /** Time between two events, milliseconds. */
  readonly intervalMs?: number;
  /** Calls `step` again and again; returns what ends it. Replaced in tests. */
  readonly every?: (step: () => void, intervalMs: number) => () => void;
}

/** How many of the newest alerts people work on. */
const desk = 12;

/**
 * Lets the tenant live: every few seconds an alert is raised, taken up, commented on or closed, and now and then a
 * risk detection or an everyday activity appears.
 */
export function startLife(context: EmulatorContext, options: LifeOptions = {}): { stop(): void } {
  const every = options.every ?? repeat;
  const random = createRandom(`${context.tenant.tenantId}/life`);
  const end = every(() => liveOn(context, random), options.intervalMs ?? 4000);
  return { stop: end };
}

function repeat(step: () => void, intervalMs: number): () => void {
  const timer = setInterval(step, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

function liveOn(context: EmulatorContext, random: Random): void {
  const draw = random.next();
  if (draw < 0.45) raise(context);
  else work(context, random);
  if (random.chance(0.3)) detectRisk(context, random);
  if (random.chance(0.5)) beActive(context, random);
}

function raise(context: EmulatorContext): void {
  publish(context, createAlert(context.tenant, {}, context.clock.timestamp()));
}

/** Somebody takes an alert up, comments on it, or closes it. */
function work(context: EmulatorContext, random: Random): void {
  const { tenant } = context;
  const at = context.clock.timestamp();
  const alert = openAlert(tenant, random);
  if (alert === undefined) return raise(context);
  const id = String(alert.id);
  const analyst = analystOf(tenant, random);
  if (alert.status === 'new')
    return publish(context, changeAlert(tenant, id, { status: 'inProgress', assignedTo: analyst }, at));
  if (random.chance(0.5))
    return publish(context, commentAlert(tenant, id, { text: 'Checked with the user.', author: analyst }, at));
  const verdict = { status: 'resolved', classification: 'truePositive', determination: 'compromisedAccount' };
  publish(context, changeAlert(tenant, id, verdict, at));
}

function openAlert(tenant: Tenant, random: Random): Row | undefined {
  const rows = [...tenant.alerts.values()];
  const near = [...rows.slice(0, desk), ...rows.slice(-desk)].filter((row) => row.status !== 'resolved');
  return near.length === 0 ? undefined : random.pick(near);
}

function analystOf(tenant: Tenant, random: Random): string {
  const first = [...tenant.users.values()].slice(0, 3).map((user) => String(user.userPrincipalName));
  return first.length === 0 ? 'secops@contoso.onmicrosoft.com' : random.pick(first);
}

/** Identity Protection sees something; the user's risk moves with it. */
function detectRisk(context: EmulatorContext, random: Random): void {
  const { tenant } = context;
  const invented = inventAlert(tenant, context.clock.timestamp());
  if (invented === undefined) return;
  const { planned } = invented;
  const type = planned.template.risks[0] ?? 'unfamiliarFeatures';
  const seenAt = context.clock.timestamp();
  const detection: Row = {
    ...createDetectionBuilder(random)(planned, type),
    detectedDateTime: seenAt,
    lastUpdatedDateTime: seenAt,
  };
  tenant.riskDetections.set(String(detection.id), detection);
  const own = [...tenant.riskDetections.values()].filter((row) => row.userId === planned.victim.id).sort(newestFirst);
  const riskyUser = buildRiskyUser(planned.victim, own);
  tenant.riskyUsers.set(planned.victim.id, riskyUser);
  const history = tenant.riskyUserHistory.get(planned.victim.id) ?? [];
  tenant.riskyUserHistory.set(planned.victim.id, [...buildHistory(random, riskyUser, [detection]), ...history]);
  context.changes.publish({ collection: 'riskDetections', id: String(detection.id), changeType: 'created' });
}

function newestFirst(left: Row, right: Row): number {
  return String(right.detectedDateTime).localeCompare(String(left.detectedDateTime));
}

function beActive(context: EmulatorContext, random: Random): void {
  const users = [...context.tenant.users.values()];
  if (users.length === 0) return;
  const person = toPerson(random.pick(users));
  const kind = random.pick(['login', 'viewFile', 'sendMail', 'downloadFile'] as const);
  const atMs = Math.floor(context.clock.now());
  const activity = buildActivity(random, { person, kind, atMs, ip: person.homeIp, place: person.place });
  context.tenant.activities.set(String(activity._id), activity);
}

function publish(context: EmulatorContext, mutation: Mutation | undefined): void {
  for (const change of mutation?.changes ?? []) context.changes.publish(change);
}
