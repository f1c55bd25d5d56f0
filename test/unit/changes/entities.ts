import type { FeedStep, Observation } from '../../../src/changes/changeStore.js';
import type { Change, ChangeTopic, EntityOf } from '../../../src/changes/contract.js';
import { fromTicks, toTicks } from '../../../src/time/instant.js';

export const detectedAt = '2026-11-21T08:00:00Z';
/** When the feeds of these tests began, in ticks. */
export const start = toTicks(detectedAt) as bigint;
/** A feed that has reached the present. */
export const live = { position: start, start, isFilled: true };

/** Fields of an entity; what a test does not say is what a quiet row of the topic would have. */
type Fields = Readonly<Record<string, unknown>> & { readonly id: string };

const quiet: { readonly [T in ChangeTopic]: Readonly<Record<string, unknown>> } = {
  alert: { __typename: 'Alert', title: 'Suspicious sign-in', status: 'NEW', incidentId: '12', comments: [] },
  incident: { __typename: 'Incident', displayName: 'Multi-stage', status: 'ACTIVE', redirectIncidentId: null },
  riskEvent: { __typename: 'OtherRiskEvent', riskEventType: 'generic', riskState: 'AT_RISK', userId: 'U1' },
  riskyUser: { __typename: 'RiskyUser', riskLevel: 'HIGH', riskState: 'AT_RISK' },
  secureScore: { __typename: 'SecureScore', currentScore: 40, maxScore: 100, controlScores: [] },
};
const versionFields: { readonly [T in ChangeTopic]: string } = {
  alert: 'lastUpdateDateTime',
  incident: 'lastUpdateDateTime',
  riskEvent: 'lastUpdatedDateTime',
  riskyUser: 'riskLastUpdatedDateTime',
  secureScore: 'createdDateTime',
};
const creationFields: { readonly [T in ChangeTopic]: string | null } = {
  alert: 'createdDateTime',
  incident: 'createdDateTime',
  riskEvent: 'detectedDateTime',
  riskyUser: null,
  secureScore: null,
};

/** A row of a topic at a version, made when the feed began unless told otherwise. */
export function entityOf<T extends ChangeTopic>(topic: T, version: bigint, fields: Fields): EntityOf<T> {
  const created = creationFields[topic];
  const times = { ...(created === null ? {} : { [created]: detectedAt }), [versionFields[topic]]: fromTicks(version) };
  return { ...quiet[topic], ...times, ...fields } as unknown as EntityOf<T>;
}

export function seen<T extends ChangeTopic>(
  topic: T,
  version: bigint,
  fields: Fields,
  times: { readonly observedAt?: number; readonly trustedUntil?: number } = {},
): Observation<T> {
  return { topic, id: fields.id, entity: entityOf(topic, version, fields), version, observedAt: 1, ...times };
}

export function poll(change: Partial<FeedStep> = {}): FeedStep {
  return { topic: 'alert', observations: [], detectedBy: 'POLL', detectedAt, ...change };
}

/** What an entry says, short. */
export function brief({ change, id, isSilent, changedFields }: Change): unknown[] {
  return [isSilent ? `${change} silently` : change, id, [...changedFields]];
}
