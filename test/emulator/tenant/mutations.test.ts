import { describe, expect, it } from '@jest/globals';
import { createChanges } from '../../../emulator/changes.js';
import type { EmulatorClock, TenantChange } from '../../../emulator/context.js';
import { buildEmptyTenant } from '../../../emulator/tenant/emptyTenant.js';
import {
  changeAlert,
  changeLegacyAlert,
  commentAlert,
  createAlert,
  followWrites,
  removeAlert,
} from '../../../emulator/tenant/mutations.js';
import { namedAccounts } from '../../../emulator/tenant/namedUsers.js';
import { createTenant, type Row, type Tenant } from '../../../emulator/tenant/Tenant.js';

const now = new Date('2026-11-21T12:00:00Z');
const at = '2026-11-21T12:00:05.1234567Z';

function build(): Tenant {
  return createTenant({ now, alerts: 200, users: 40 });
}

function findAlert(tenant: Tenant, prefix: string, status: string): Row {
  const found = [...tenant.alerts.values()].find(
    (alert) => String(alert.id).startsWith(prefix) && alert.status === status,
  );
  if (found === undefined) throw new Error(`no ${status} alert with prefix ${prefix}`);
  return found;
}

describe('a new alert', () => {
  it('carries the given members and the given instant to the last digit', () => {
    const tenant = build();
    const { row, changes } = createAlert(tenant, { title: 'Mine', severity: 'high' }, at);
    expect(row).toMatchObject({
      title: 'Mine',
      severity: 'high',
      status: 'new',
      createdDateTime: at,
      lastUpdateDateTime: at,
    });
    expect(tenant.alerts.get(String(row.id))).toBe(row);
    expect(tenant.incidents.has(String(row.incidentId))).toBe(true);
    expect(changes[0]).toEqual({ collection: 'alerts', id: row.id, changeType: 'created' });
  });

  it('may arrive late, with an earlier time than now', () => {
    const createdDateTime = '2026-11-21T09:00:00.0000001Z';
    const { row } = createAlert(build(), { createdDateTime }, at);
    expect(row).toMatchObject({ createdDateTime, lastUpdateDateTime: createdDateTime });
  });

  it('takes a given id and derives the provider id from it', () => {
    const { row } = createAlert(build(), { id: 'ra-given' }, at);
    expect(row).toMatchObject({ id: 'ra-given', providerAlertId: '-given' });
  });

  it('has an id of its own and names nobody whom recent alerts did not name', () => {
    const tenant = build();
    const before = new Set([...tenant.alerts.values()].slice(0, 50).flatMap(namedAccounts));
    const rows = Array.from({ length: 300 }, () => createAlert(tenant, {}, at).row);
    expect(tenant.alerts.size).toBe(500);
    expect(new Set(rows.map((row) => row.incidentId)).size).toBe(1);
    const outside = [...new Set(rows.flatMap(namedAccounts))].filter((name) => !before.has(name));
    expect(outside.length).toBeLessThanOrEqual(3);
  });

  it('can be made in a tenant that knows nobody', () => {
    const { row } = createAlert(buildEmptyTenant('t'), {}, at);
    expect(row.evidence).toEqual([]);
  });
});

describe('a changed alert', () => {
  it('takes its legacy shape, its Cloud Apps side and its incident along', () => {
    const tenant = build();
    const alert = findAlert(tenant, 'ca', 'new');
    const fields = { status: 'resolved', classification: 'truePositive', assignedTo: 'a@contoso.example' };
    const changed = changeAlert(tenant, String(alert.id), fields, at);
    expect(changed?.row).toMatchObject({ ...fields, lastUpdateDateTime: at, resolvedDateTime: at });
    expect(tenant.legacyAlerts.get(String(alert.providerAlertId))).toMatchObject({
      status: 'resolved',
      feedback: 'truePositive',
      assignedTo: 'a@contoso.example',
      lastModifiedDateTime: at,
    });
    expect(tenant.mcasAlerts.get(String(alert.providerAlertId))).toMatchObject({
      statusValue: 2,
      resolutionStatusValue: 5,
    });
    expect(tenant.incidents.get(String(alert.incidentId))?.lastUpdateDateTime).toBe(at);
    expect(changed?.changes.map((change) => change.collection)).toEqual([
      'alerts',
      'legacyAlerts',
      'mcasAlerts',
      'incidents',
    ]);
  });

  it('closes its incident when it was the last open one, and opens it again', () => {
    const tenant = build();
    const { row } = createAlert(tenant, {}, at);
    const incident = () => tenant.incidents.get(String(row.incidentId))?.status;
    changeAlert(tenant, String(row.id), { status: 'resolved' }, '2026-11-21T12:01:00.0000000Z');
    expect(incident()).toBe('resolved');
    const opened = changeAlert(tenant, String(row.id), { status: 'inProgress' }, '2026-11-21T12:02:00.0000000Z');
    expect(opened?.row.resolvedDateTime).toBeNull();
    expect(incident()).toBe('active');
  });

  it('gets comments, which may leave the last update where it was', () => {
    const tenant = build();
    const alert = findAlert(tenant, 'ad', 'new');
    const silent = commentAlert(tenant, String(alert.id), { text: 'one', author: 'A' }, at, false);
    expect(silent?.row.lastUpdateDateTime).toBe(alert.lastUpdateDateTime);
    const loud = commentAlert(tenant, String(alert.id), { text: 'two', author: 'A' }, at);
    expect(loud?.row.lastUpdateDateTime).toBe(at);
    expect(((loud?.row.comments ?? []) as Row[]).map((comment) => comment.comment)).toEqual(['one', 'two']);
  });

  it('follows its legacy shape', () => {
    const tenant = build();
    const alert = findAlert(tenant, 'ca', 'new');
    changeLegacyAlert(
      tenant,
      String(alert.providerAlertId),
      { status: 'dismissed', assignedTo: 'b@contoso.example' },
      at,
    );
    expect(tenant.alerts.get(String(alert.id))).toMatchObject({
      status: 'resolved',
      classification: 'falsePositive',
      assignedTo: 'b@contoso.example',
      lastUpdateDateTime: at,
    });
  });

  it('disappears in both shapes', () => {
    const tenant = build();
    const alert = findAlert(tenant, 'ca', 'new');
    expect(removeAlert(tenant, String(alert.id))?.changes).toHaveLength(2);
    expect(tenant.alerts.has(String(alert.id))).toBe(false);
    expect(tenant.legacyAlerts.has(String(alert.providerAlertId))).toBe(false);
    expect(removeAlert(tenant, String(alert.id))).toBeUndefined();
    expect(changeAlert(tenant, String(alert.id), {}, at)).toBeUndefined();
  });
});

describe('a write by another part of the emulator', () => {
  it('is carried into the other shapes once', () => {
    const tenant = build();
    const changes = createChanges();
    const seen: TenantChange[] = [];
    const unfollow = followWrites({ tenant, changes, clock: { timestamp: () => at } as EmulatorClock });
    changes.listen((change) => seen.push(change));
    const before = findAlert(tenant, 'ca', 'new');
    const id = String(before.id);
    tenant.alerts.set(id, { ...before, status: 'inProgress', lastUpdateDateTime: at });
    changes.publish({ collection: 'alerts', id, changeType: 'updated', before });
    expect(seen.map((change) => change.collection).sort()).toEqual([
      'alerts',
      'incidents',
      'legacyAlerts',
      'mcasAlerts',
    ]);
    expect(tenant.legacyAlerts.get(String(before.providerAlertId))?.status).toBe('inProgress');
    unfollow();
  });
});
