import type { Alert } from '../../schema/types/alert.type.js';
import type { Connection } from '../../schema/types/connection.js';
import type { Device } from '../../schema/types/device.type.js';
import type { MCASActivity } from '../../schema/types/mcasActivity.type.js';
import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import type { User } from '../../schema/types/user.type.js';
import { compareInstants, fromTicks, toTicks } from '../../time/instant.js';
import type { DataSources } from '../createDataSources.js';
import { NewestFirst } from '../identity/newestFirst.js';
import { spanAround } from '../mcas/spanAround.js';
import type { RowsInfo } from '../paging/connection.js';
import { decodeTimeCursor, listKeyOf } from '../paging/cursor.js';
import type { PageRequest } from '../paging/pageArgs.js';
import { mergeRowsInfo } from '../paging/rowsInfo.js';
import { accountsOf, deviceIdsOf, type NamedAccount } from './namedInEvidence.js';

/** Joins from an alert to the other upstreams, by what its evidence names. */

export interface WindowedPage {
  readonly page: PageRequest;
  /** How far before the first and after the last activity of the alert to look. */
  readonly windowMinutes: number;
}

const riskEvents = new NewestFirst<RiskEvent>(riskTimeOf);
const activities = new NewestFirst<MCASActivity>((activity) => activity.timestamp);

/** The user that evidence names, by object id or else by user principal name; null when the directory has none. */
export async function userOfAccount(sources: DataSources, account: NamedAccount | null): Promise<User | null> {
  if (account?.azureAdUserId) return sources.directory.user({ id: account.azureAdUserId });
  if (account?.userPrincipalName) return sources.directory.user({ userPrincipalName: account.userPrincipalName });
  return null;
}

/** Users that the alert names, each once; accounts without a directory object are absent. */
export async function usersOfAlert(sources: DataSources, alert: Alert): Promise<User[]> {
  const found = await Promise.all(accountsOf(alert).map((account) => userOfAccount(sources, account)));
  return distinctById(found);
}

/** Devices that the alert names, each once; devices without a directory object are absent. */
export async function devicesOfAlert(sources: DataSources, alert: Alert): Promise<Device[]> {
  const found = await Promise.all(deviceIdsOf(alert).map((deviceId) => sources.directory.device({ deviceId })));
  return distinctById(found);
}

/** Risk events of the alert's users around it, latest first; null when the alert has no time. */
export async function riskEventsOfAlert(
  sources: DataSources,
  alert: Alert,
  { page, windowMinutes }: WindowedPage,
): Promise<Connection<RiskEvent> | null> {
  const span = spanOfAlert(alert, windowMinutes);
  if (span === null) return null;
  const ids = await Promise.all(accountsOf(alert).map((account) => userIdOf(sources, account)));
  const known = [...new Set(ids.filter((id) => id !== null))];
  const parts = await Promise.all(known.map((id) => sources.identity.riskEventsOfUser({ id }, span.from)));
  const rows = riskEvents.sort(parts.flatMap((part) => part.rows).filter((event) => isInside(riskTimeOf(event), span)));
  const info = mergeRowsInfo(
    parts.map((part) => part.info),
    nowOf(sources),
  );
  const key = listKeyOf('alert.riskEvents', { id: alert.id, windowMinutes });
  return riskEvents.page(rows, page, { key, totalCount: info.truncated ? null : rows.length, info });
}

/** Cloud Apps activities of the alert's users around it, latest first; null when the alert has no time. */
export async function activitiesOfAlert(
  sources: DataSources,
  alert: Alert,
  { page, windowMinutes }: WindowedPage,
): Promise<Connection<MCASActivity> | null> {
  const span = spanOfAlert(alert, windowMinutes);
  if (span === null) return null;
  const key = listKeyOf('alert.mcasActivities', { id: alert.id, windowMinutes });
  const to = page.after === undefined ? span.to : endAt(decodeTimeCursor(page.after, key).order, span.to);
  const names = await Promise.all(accountsOf(alert).map((account) => userNameOf(sources, account)));
  const known = [...new Set(names.filter((name) => name !== null))];
  const request = { page: { first: page.first + 1, after: undefined }, from: span.from, to, withNextPage: true };
  const parts = await Promise.all(known.map((name) => sources.mcasActivities.ofUser(name, request)));
  const rows = activities.sort(distinctById(parts.flatMap((part) => part.nodes)));
  const info = mergeRowsInfo(
    parts.map((part) => part.info as RowsInfo),
    nowOf(sources),
  );
  const isWhole = page.after === undefined && parts.every((part) => !part.pageInfo.hasNextPage) && !info.truncated;
  return activities.page(rows, page, { key, totalCount: isWhole ? rows.length : null, info });
}

export interface Span {
  readonly from: string;
  readonly to: string;
}

/** From before the first activity to after the last; the creation stands in for what is missing. */
export function spanOfAlert(alert: Alert, windowMinutes: number): Span | null {
  const first = spanAround(alert.firstActivityDateTime ?? alert.createdDateTime, windowMinutes);
  const last = spanAround(alert.lastActivityDateTime ?? alert.createdDateTime, windowMinutes);
  return first === null || last === null ? null : { from: first.from, to: last.to };
}

/** Whether an instant lies in a half-open span; no instant does not. */
export function isInside(instant: string | null, span: Span): boolean {
  return instant !== null && compareInstants(instant, span.from) >= 0 && compareInstants(instant, span.to) < 0;
}

/** The age of an answer for which nobody had to be asked. */
function nowOf(sources: DataSources): string {
  return new Date(sources.alerts.clock.now()).toISOString();
}

/** Just behind the row of a cursor, whose neighbours of the same instant are read again. */
function endAt(instant: string, latest: string): string {
  const ticks = toTicks(instant);
  return ticks === undefined ? latest : fromTicks(ticks + 1n);
}

function riskTimeOf(event: RiskEvent): string | null {
  return event.activityDateTime ?? event.detectedDateTime;
}

async function userIdOf(sources: DataSources, account: NamedAccount): Promise<string | null> {
  if (account.azureAdUserId !== null) return account.azureAdUserId.toLowerCase();
  return (await userOfAccount(sources, account))?.id ?? null;
}

async function userNameOf(sources: DataSources, account: NamedAccount): Promise<string | null> {
  if (account.userPrincipalName !== null) return account.userPrincipalName.toLowerCase();
  return (await userOfAccount(sources, account))?.userPrincipalName?.toLowerCase() ?? null;
}

function distinctById<T extends { readonly id: string }>(rows: readonly (T | null)[]): T[] {
  const present = rows.filter((row) => row !== null);
  return [...new Map(present.map((row) => [row.id, row])).values()];
}
