import type { CachePolicy } from '../../cache/contract.js';
import type { AnswerWarning } from '../../upstream/contract.js';

const seconds = 1_000;
const minutes = 60 * seconds;

/** Single incidents. Our own writes and changes of their alerts drop them by tag. */
export const incidentPolicy: CachePolicy = {
  resource: 'incident',
  upstream: 'GRAPH_SECURITY',
  ttlMs: 60 * seconds,
  staleWhileRevalidateMs: 60 * seconds,
  staleIfErrorMs: 30 * minutes,
  negativeTtlMs: 30 * seconds,
};

/** Pages of lists. */
export const incidentListPolicy: CachePolicy = {
  ...incidentPolicy,
  resource: 'incidents',
  ttlMs: 30 * seconds,
  staleWhileRevalidateMs: 0,
};

/** How many incidents match a filter, without the incidents. */
export const incidentCountPolicy: CachePolicy = { ...incidentListPolicy, resource: 'incidentCount' };

/** Carried by every list of incidents. */
export const incidentsTag = 'incidents';

/** Carried by every entry that holds the incident. */
export function incidentTag(id: string): string {
  return `incident:${id}`;
}

/** Beside a list of which not every row could be read. */
export const truncatedWarning: AnswerWarning = {
  code: 'TRUNCATED',
  upstream: 'GRAPH_SECURITY',
  message: 'More incidents share one time than the upstream lets anybody read; some of them are missing.',
};
