import type { Observation } from './changeStore.js';
import type { ChangeTopic, EntityOf } from './contract.js';

/** What names an entity in the journal. */
export interface HeadRef {
  readonly topic: ChangeTopic;
  readonly id: string;
}

/** The newest known state of an entity, and how much it is to be believed. */
export interface Head<T extends ChangeTopic = ChangeTopic> extends HeadRef {
  readonly topic: T;
  /** Last update in 100 ns ticks. */
  readonly version: bigint;
  /** Our clock, in milliseconds, when the request that saw it began. */
  readonly observedAt: number;
  /** Until when (our clock, milliseconds) a read that shows nothing newer lags; 0 unless the state is our own write. */
  readonly trustedUntil: number;
  readonly entity: EntityOf<T>;
}

export function buildHead(observation: Observation): Head {
  const { topic, id, version, observedAt, trustedUntil = 0, entity } = observation;
  return { topic, id, version, observedAt, trustedUntil, entity };
}

/** One text for both parts of the name: topics hold no colon. */
export function headKey({ topic, id }: HeadRef): string {
  return `${topic}:${id}`;
}
