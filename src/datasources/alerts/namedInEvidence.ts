import type { Alert } from '../../schema/types/alert.type.js';
import type { AlertEvidence } from '../../schema/types/evidence/alertEvidence.type.js';
import type { DeviceEvidence, ProcessEvidence } from '../../schema/types/evidence/endpointEvidence.type.js';
import type {
  CloudLogonSessionEvidence,
  MailboxEvidence,
  UserEvidence,
} from '../../schema/types/evidence/identityEvidence.type.js';

/** What evidence says of an account that may be in the directory; at least one of the two is there. */
export interface NamedAccount {
  readonly azureAdUserId: string | null;
  readonly userPrincipalName: string | null;
}

/**
 * The accounts that an alert names, each once, in the order of the evidence. An account is known by its object id, or
 * else by its user principal name without case; a name that comes with an id elsewhere in the alert is that account.
 */
export function accountsOf(alert: Alert): NamedAccount[] {
  const accounts = alert.evidence.map(accountOf).filter((account) => account !== null);
  const ids = new Map<string, NamedAccount>();
  for (const account of accounts) {
    const id = account.azureAdUserId?.toLowerCase();
    if (id !== undefined && !ids.get(id)?.userPrincipalName) ids.set(id, account);
  }
  const names = new Set([...ids.values()].map((account) => lowerCase(account.userPrincipalName)));
  const distinct = new Map<string, NamedAccount>();
  for (const account of accounts) {
    const id = lowerCase(account.azureAdUserId);
    const name = lowerCase(account.userPrincipalName);
    if (id !== null) distinct.set(`id ${id}`, ids.get(id) ?? account);
    else if (!names.has(name)) distinct.set(`name ${name}`, account);
  }
  return [...distinct.values()];
}

/** The account behind one piece of evidence; null when it names none that the directory could know. */
export function accountOf(evidence: AlertEvidence): NamedAccount | null {
  const { azureAdUserId, userPrincipalName } = readAccount(evidence);
  const account = { azureAdUserId: azureAdUserId || null, userPrincipalName: userPrincipalName || null };
  return account.azureAdUserId === null && account.userPrincipalName === null ? null : account;
}

/** `deviceId`s of the devices that an alert names, each once; devices that the directory does not know are left out. */
export function deviceIdsOf(alert: Alert): string[] {
  const ids = alert.evidence.map((item) =>
    item.__typename === 'DeviceEvidence' ? lowerCase((item as DeviceEvidence).azureAdDeviceId) : null,
  );
  return [...new Set(ids.filter((id) => id !== null))];
}

function readAccount(evidence: AlertEvidence): Partial<NamedAccount> {
  switch (evidence.__typename) {
    case 'UserEvidence':
      return (evidence as UserEvidence).userAccount ?? {};
    case 'ProcessEvidence':
      return (evidence as ProcessEvidence).userAccount ?? {};
    case 'CloudLogonSessionEvidence':
      return (evidence as CloudLogonSessionEvidence).account?.userAccount ?? {};
    case 'MailboxEvidence': {
      const { userAccount, upn } = evidence as MailboxEvidence;
      const userPrincipalName = userAccount?.userPrincipalName || upn;
      return { azureAdUserId: userAccount?.azureAdUserId ?? null, userPrincipalName };
    }
    default:
      return {};
  }
}

function lowerCase(text: string | null): string | null {
  return text === null || text === '' ? null : text.toLowerCase();
}
