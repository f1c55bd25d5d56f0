import type { CachePolicy } from '../../../cache/contract.js';
import { toGraphAlertId } from './alertId.js';

const seconds = 1_000;
const minutes = 60 * seconds;

/** Single alerts. Our own writes drop them by tag; other consoles write too, and there is no change feed. */
export const alertPolicy: CachePolicy = {
  resource: 'mcasAlert',
  upstream: 'MCAS',
  ttlMs: 30 * seconds,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 30 * minutes,
  negativeTtlMs: 30 * seconds,
};

export const alertListPolicy: CachePolicy = { ...alertPolicy, resource: 'mcasAlerts' };

/** Carried by every list of Cloud Apps alerts. */
export const alertsTag = 'mcasAlerts';

/** Carried by every entry that holds the Cloud Apps alert. */
export function alertTag(id: string): string {
  return `mcasAlert:${id}`;
}

/** Tags of all that a write to these alerts may make wrong, the alerts of Microsoft Graph that show them among it. */
export function tagsOfWrittenAlerts(ids: readonly string[]): string[] {
  return [alertsTag, ...ids.flatMap((id) => [alertTag(id), `alert:${toGraphAlertId(id)}`])];
}
