import type { Change } from '../../changes/contract.js';
import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import type { RiskyUser } from '../../schema/types/riskyUser.type.js';

/** The user that rows of Identity Protection are found by in the mirror; ids compare without case. */
export function userKey(id: string): string {
  return `user ${id.toLowerCase()}`;
}

export function riskEventKeysOf({ userId }: RiskEvent): string[] {
  return userId === null ? [] : [userKey(userId)];
}

export function riskyUserKeysOf({ id }: RiskyUser): string[] {
  return [userKey(id)];
}

/** Risk events that our own action on their user has changed at the upstream. */
export function riskEventsInDoubt({ topic, id, detectedBy }: Change): { topic: 'riskEvent'; key: string }[] {
  const isOurs = topic === 'riskyUser' && detectedBy === 'MUTATION' && id !== null;
  return isOurs ? [{ topic: 'riskEvent', key: userKey(id) }] : [];
}
