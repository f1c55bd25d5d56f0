import { userEvidence } from './evidence.js';
import type { Person } from './people.js';
import type { Row } from './Tenant.js';

/** Rows of the page that the promise about named users is made for. */
export const newestPage = 50;

/**
 * The accounts that an alert's evidence names, as `userPrincipalName` in lower case, else as object id.
 * Accounts of the machine itself have neither and are left out.
 */
export function namedAccounts(alert: Row): string[] {
  const evidence = (alert.evidence ?? []) as Row[];
  const keys = evidence
    .flatMap((item) => [item.userAccount, ((item.account ?? {}) as Row).userAccount])
    .map((account) => accountKey((account ?? {}) as Row));
  return [...new Set(keys.filter((key) => key !== undefined))];
}

function accountKey(account: Row): string | undefined {
  if (typeof account.userPrincipalName === 'string') return account.userPrincipalName.toLowerCase();
  return typeof account.azureAdUserId === 'string' ? account.azureAdUserId : undefined;
}

/**
 * Makes the newest 50 alerts name exactly `wanted` users of the directory, by adding contextual evidence where the
 * attacks alone name fewer.
 * @param alerts newest first; their evidence lists are extended.
 */
export function nameUsersInNewest(alerts: readonly Row[], people: readonly Person[], wanted: number): void {
  const newest = alerts.slice(0, newestPage);
  const named = new Set(newest.flatMap(namedAccounts));
  const known = people.filter((person) => named.has(person.upn.toLowerCase())).length;
  const missing = people.filter((person) => !named.has(person.upn.toLowerCase())).slice(0, Math.max(0, wanted - known));
  missing.forEach((person, index) => {
    const alert = newest[index % newest.length];
    if (alert !== undefined) (alert.evidence as Row[]).push(contextual(person, String(alert.createdDateTime)));
  });
}

function contextual(person: Person, createdDateTime: string): Row {
  const base = { createdDateTime, verdict: 'unknown', roles: ['contextual'], remediationStatus: 'none' };
  return userEvidence(base, person.account);
}
