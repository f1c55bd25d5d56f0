import { compareInstants, fromTicks, toTicks } from '../../src/time/instant.js';
import type { NaiveTenant, RawRow } from './naiveTenant.js';

/**
 * The table of joins in docs/schema.md as plain loops over everything that the upstreams hold. Answers are ids in the
 * order of the lists; `users` and `devices` have none and are sorted.
 */
export interface JoinRules {
  usersOfAlert(alert: RawRow): string[];
  devicesOfAlert(alert: RawRow): string[];
  riskEventsOfAlert(alert: RawRow, windowMinutes: number): string[];
  activitiesOfAlert(alert: RawRow, windowMinutes: number): Promise<string[]>;
  alertsOfRiskEvent(event: RawRow, windowMinutes: number): string[];
  alertsOfDevice(device: RawRow): string[];
  timelineOf(user: RawRow, wanted: TimelineWish): Promise<string[]>;
}

export interface TimelineWish {
  readonly kinds: readonly string[];
  readonly from: string | null;
  readonly to: string | null;
}

interface Timed {
  readonly id: string;
  readonly at: string | null;
}

export function buildJoinRules(tenant: NaiveTenant): JoinRules {
  const userOf = ({ id, name }: Account) =>
    tenant.users.find((user) => (id === null ? lower(user.userPrincipalName) === name : lower(user.id) === id));
  const namedBy = (upn: string) => tenant.alerts.filter((alert) => userEvidenceNames(alert).includes(upn));

  return {
    usersOfAlert: (alert) => sortedIds(accountsOf(alert).map(userOf)),
    devicesOfAlert: (alert) => {
      const ids = deviceIdsOf(alert);
      return sortedIds(tenant.devices.filter(({ deviceId }) => ids.includes(lower(deviceId) ?? '')));
    },
    riskEventsOfAlert: (alert, windowMinutes) => {
      const ids = accountsOf(alert).map((account) => account.id ?? lower(userOf(account)?.id));
      const events = tenant.riskDetections.filter(({ userId }) => ids.includes(lower(userId)));
      return newestFirst(events.map(toRiskItem).filter(isInside(spanOf(alert, windowMinutes))));
    },
    activitiesOfAlert: async (alert, windowMinutes) => {
      const names = accountsOf(alert).map((account) => account.name ?? lower(userOf(account)?.userPrincipalName));
      const known = [...new Set(names)].filter((name) => name !== null);
      const found = (await Promise.all(known.map((name) => tenant.activitiesOf(name)))).flat().map(toActivityItem);
      return newestFirst(found.filter(isInside(spanOf(alert, windowMinutes))));
    },
    alertsOfRiskEvent: (event, windowMinutes) => {
      const { at } = toRiskItem(event);
      const near = namedBy(lower(event.userPrincipalName) ?? '').filter((alert) =>
        isInside(spanOf(alert, windowMinutes))({ id: '', at }),
      );
      return newestFirst(near.map(toAlertItem));
    },
    alertsOfDevice: ({ deviceId }) =>
      newestFirst(tenant.alerts.filter((alert) => deviceIdsOf(alert).includes(lower(deviceId) ?? '')).map(toAlertItem)),
    timelineOf: async (user, { kinds, from, to }) => {
      const upn = lower(user.userPrincipalName) ?? '';
      const all: Readonly<Record<string, readonly Timed[]>> = {
        ALERT: namedBy(upn).map(toAlertItem).map(ofSystem('alert')),
        MCAS_ACTIVITY: (await tenant.activitiesOf(upn)).map(toActivityItem).map(ofSystem('mcas')),
        RISK_EVENT: tenant.riskDetections
          .filter(({ userId }) => userId === user.id)
          .map(toRiskItem)
          .map(ofSystem('risk')),
      };
      const items = kinds.flatMap((kind) => all[kind] ?? []);
      return newestFirst(items.filter(isInside({ from, to }))).map((id) => id.slice(id.indexOf(' ') + 1));
    },
  };
}

interface Account {
  readonly id: string | null;
  readonly name: string | null;
}

/** By object id, or else by name; a name that comes with an id in the same alert is that account. */
function accountsOf(alert: RawRow): Account[] {
  const all = (alert.evidence as RawRow[]).map(accountOf).filter(({ id, name }) => id !== null || name !== null);
  const withId = all.filter(({ id }) => id !== null);
  const namesWithId = withId.map(({ name }) => name);
  const ids = [...new Set(withId.map(({ id }) => id))];
  const byId = ids.map((id) => withId.find((one) => one.id === id && one.name !== null) ?? { id, name: null });
  return [...byId, ...all.filter(({ id, name }) => id === null && !namesWithId.includes(name))];
}

function accountOf(item: RawRow): Account {
  const kind = String(item['@odata.type']).replace('#microsoft.graph.security.', '');
  const account = kind === 'cloudLogonSessionEvidence' ? item.account?.userAccount : item.userAccount;
  const named = ['userEvidence', 'processEvidence', 'mailboxEvidence', 'cloudLogonSessionEvidence'].includes(kind);
  const upn = account?.userPrincipalName || (kind === 'mailboxEvidence' ? item.upn : null);
  return named ? { id: lower(account?.azureAdUserId), name: lower(upn) } : { id: null, name: null };
}

function userEvidenceNames(alert: RawRow): (string | null)[] {
  return (alert.evidence as RawRow[])
    .filter((item) => String(item['@odata.type']).endsWith('.userEvidence'))
    .map((item) => lower(item.userAccount?.userPrincipalName));
}

function deviceIdsOf(alert: RawRow): (string | null)[] {
  return (alert.evidence as RawRow[])
    .filter((item) => String(item['@odata.type']).endsWith('.deviceEvidence'))
    .map((item) => lower(item.azureAdDeviceId));
}

interface Span {
  readonly from: string | null;
  readonly to: string | null;
}

function spanOf(alert: RawRow, windowMinutes: number): Span {
  const reach = BigInt(windowMinutes) * 600_000_000n;
  const ticks = (instant: string | null) => toTicks(instant ?? alert.createdDateTime) ?? 0n;
  return {
    from: fromTicks(ticks(alert.firstActivityDateTime) - reach),
    to: fromTicks(ticks(alert.lastActivityDateTime) + reach),
  };
}

function isInside({ from, to }: Span): (item: Timed) => boolean {
  return ({ at }) =>
    (from === null || (at !== null && compareInstants(at, from) >= 0)) &&
    (to === null || (at !== null && compareInstants(at, to) < 0));
}

const toAlertItem = (row: RawRow): Timed => ({ id: row.id, at: row.createdDateTime });
const toRiskItem = (row: RawRow): Timed => ({ id: row.id, at: row.activityDateTime ?? row.detectedDateTime });
const toActivityItem = (row: RawRow): Timed => ({ id: row._id, at: new Date(row.timestamp).toISOString() });
const ofSystem =
  (system: string) =>
  ({ id, at }: Timed): Timed => ({ id: `${system} ${id}`, at });

function newestFirst(items: readonly Timed[]): string[] {
  const distinct = [...new Map(items.map((item) => [item.id, item])).values()];
  return distinct.sort((a, b) => compareInstants(b.at ?? '', a.at ?? '') || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
}

function sortedIds(rows: readonly (RawRow | undefined)[]): string[] {
  return [...new Set(rows.filter((row) => row !== undefined).map(({ id }) => String(id)))].sort();
}

function lower(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.toLowerCase() : null;
}
