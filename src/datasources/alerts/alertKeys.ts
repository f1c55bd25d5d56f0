import type { Change } from '../../changes/contract.js';
import type { AlertFilter } from '../../schema/inputs/alertFilter.input.js';
import type { Alert } from '../../schema/types/alert.type.js';
import type { UserEvidence } from '../../schema/types/evidence/identityEvidence.type.js';
import { toCloudAlertId } from '../mcas/alerts/alertId.js';
import { accountsOf, deviceIdsOf } from './namedInEvidence.js';

/** What an alert is found by without looking at all alerts: who, what and where it names, as texts without case. */

type KeyKind = 'account' | 'cloud' | 'device' | 'hash' | 'incident' | 'ip' | 'upn';

/** Members of evidence, however deep, that hold addresses and digests. */
const kindOfMember: ReadonlyMap<string, KeyKind> = new Map([
  ['ipAddress', 'ip'],
  ['lastIpAddress', 'ip'],
  ['lastExternalIpAddress', 'ip'],
  ['ipInterfaces', 'ip'],
  ['senderIp', 'ip'],
  ['senderIP', 'ip'],
  ['sha256', 'hash'],
  ['sha256Ac', 'hash'],
]);

/** Every key of an alert, each once. */
export function alertKeysOf(alert: Alert): string[] {
  const keys = new Set<string>();
  const add = (kind: KeyKind, text: string | null | undefined) => {
    if (text) keys.add(alertKey(kind, text));
  };
  add('incident', alert.incidentId);
  add('cloud', toCloudAlertId(alert.id));
  for (const account of accountsOf(alert)) add('account', account.azureAdUserId);
  for (const id of deviceIdsOf(alert)) add('device', id);
  for (const item of alert.evidence) {
    if (item.__typename === 'UserEvidence') add('upn', (item as UserEvidence).userAccount?.userPrincipalName);
  }
  visitTexts(alert.evidence, undefined, 0, add);
  return [...keys];
}

export function alertKey(kind: KeyKind, text: string): string {
  return `${kind} ${text.toLowerCase()}`;
}

/** Alerts that the upstream may have changed with what we wrote: it may resolve or classify those of an incident with it. */
export function alertsInDoubt({ topic, id, detectedBy }: Change): { readonly topic: 'alert'; readonly key: string }[] {
  const isOurs = topic === 'incident' && detectedBy === 'MUTATION' && id !== null;
  return isOurs ? [{ topic: 'alert', key: alertKey('incident', id) }] : [];
}

/** Keys that every alert carries which the filter matches. */
export function keysOfFilter(filter: AlertFilter | null | undefined): string[] {
  const wanted: [KeyKind, string | null | undefined][] = [
    ['hash', filter?.sha256],
    ['ip', filter?.ipAddress],
    ['device', filter?.deviceId],
    ['account', filter?.userId],
    ['upn', filter?.userPrincipalName],
  ];
  return wanted.flatMap(([kind, text]) => (text == null ? [] : [alertKey(kind, text)]));
}

/**
 * Finds the texts of the members above. What lies deeper than evidence nests is left out. Plain loops, because a mirror
 * that fills goes through every alert of a month.
 */
function visitTexts(
  value: object,
  kind: KeyKind | undefined,
  depth: number,
  found: (kind: KeyKind, text: string) => void,
): void {
  const isList = Array.isArray(value);
  for (const [name, member] of Object.entries(value)) {
    const kindHere = isList ? kind : kindOfMember.get(name);
    if (typeof member === 'string') {
      if (kindHere !== undefined) found(kindHere, member);
    } else if (member !== null && typeof member === 'object' && depth < maxDepth) {
      visitTexts(member, kindHere, depth + 1, found);
    }
  }
}

const maxDepth = 12;
