import type { Random } from '../random.js';
import { buildActivity } from './cloudActivities.js';
import { buildCloudAlert } from './cloudAlerts.js';
import type { PlannedAlert } from './planAttacks.js';
import type { Row, Tenant } from './Tenant.js';
import { MINUTE_MS } from './timestamps.js';

/** What the victim's account did shortly before the alert. @returns the ids of the activities. */
export function addAttackActivities(tenant: Tenant, random: Random, planned: PlannedAlert): string[] {
  const { template, victim, attack } = planned;
  const activities = template.activities.map((kind, number) =>
    buildActivity(random, {
      person: victim,
      kind,
      atMs: Math.floor(planned.atMs) - (number + 2) * MINUTE_MS,
      ip: attack.attackerIp,
      place: attack.attackerPlace,
    }),
  );
  for (const row of activities) tenant.activities.set(String(row._id), row);
  return activities.map((row) => String(row._id));
}

/** The other side of an alert that Cloud Apps raised. @returns its id. */
export function addCloudAlert(
  tenant: Tenant,
  alert: Row,
  planned: PlannedAlert,
  audits: readonly string[],
): string | undefined {
  if (planned.template.cloud === undefined) return undefined;
  const cloudAlert = buildCloudAlert(alert, planned, planned.template.cloud, audits);
  const id = String(cloudAlert._id);
  tenant.mcasAlerts.set(id, cloudAlert);
  return id;
}
