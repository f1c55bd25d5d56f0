import type { Alert } from '../../schema/types/alert.type.js';
import type { Connection } from '../../schema/types/connection.js';
import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import type { User } from '../../schema/types/user.type.js';
import { isInside, spanOfAlert, type WindowedPage } from '../alerts/alertJoins.js';
import type { DataSources } from '../createDataSources.js';
import type { RowsInfo } from '../paging/connection.js';
import { listKeyOf } from '../paging/cursor.js';
import { checkCursor, NewestFirst } from './newestFirst.js';
import { truncationWarning } from './truncation.js';

/** Alerts of one user that are looked at; more are seldom, and one upstream page holds them. */
const maxAlerts = 200;

const newestAlerts = new NewestFirst<Alert>((alert) => alert.createdDateTime);

/** The user at risk, by object id or else by user principal name; null when the directory has none. */
export async function userOfRiskEvent(sources: DataSources, event: RiskEvent): Promise<User | null> {
  if (event.userId) return sources.directory.user({ id: event.userId });
  if (event.userPrincipalName) return sources.directory.user({ userPrincipalName: event.userPrincipalName });
  return null;
}

/**
 * Alerts that name the user of a risk event and whose activity, widened by the window on both sides, holds the event: the
 * other direction of the join from alerts. The upstream filters alerts by user but not by activity, so the user's newest
 * alerts are read and the window is checked here. Null when the event names no user or no time.
 */
export async function alertsOfRiskEvent(
  sources: DataSources,
  event: RiskEvent,
  { page, windowMinutes }: WindowedPage,
): Promise<Connection<Alert> | null> {
  const key = listKeyOf('riskEvent.alerts', { id: event.id, windowMinutes });
  checkCursor(page, key);
  const happenedAt = event.activityDateTime ?? event.detectedDateTime;
  const name = event.userPrincipalName ?? (await userOfRiskEvent(sources, event))?.userPrincipalName;
  if (!name || happenedAt === null) return null;
  const ofUser = await sources.alerts.ofUser(name, { first: maxAlerts, after: undefined });
  const rows = ofUser.nodes.filter((alert) => {
    const span = spanOfAlert(alert, windowMinutes);
    return span !== null && isInside(happenedAt, span);
  });
  const cut = ofUser.pageInfo.hasNextPage;
  const warnings = cut
    ? [truncationWarning('GRAPH_SECURITY', `alerts of the user beyond the newest ${maxAlerts}`)]
    : [];
  const truncated = ofUser.info.truncated || cut;
  return newestAlerts.page(newestAlerts.sort(rows), page, {
    key,
    totalCount: truncated ? null : rows.length,
    info: { ...ofUser.info, truncated, warnings: [...ofUser.info.warnings, ...warnings] } as RowsInfo,
  });
}
