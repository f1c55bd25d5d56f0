import type { Alert } from '../schema/types/alert.type.js';
import { toTicks } from '../time/instant.js';
import type { AlertSnapshot } from './contract.js';
import { type Fingerprint, fingerprintOf } from './fingerprint.js';

/** An alert as it was seen at one moment. */
export interface Observation {
  readonly alert: Alert;
  /** Its last update in 100 ns ticks. */
  readonly version: bigint;
  /** Our clock, in milliseconds, when the request that saw it began. */
  readonly observedAt: number;
  /** For our own write: until when (our clock, milliseconds) a read that shows nothing newer is taken for a lagging one. */
  readonly trustedUntil?: number;
}

/** What is remembered of the newest known state of an alert. */
export interface Head {
  readonly id: string;
  readonly version: bigint;
  readonly observedAt: number;
  /** 0 unless the state is our own write. */
  readonly trustedUntil: number;
  readonly fingerprint: Fingerprint;
  readonly snapshot: AlertSnapshot;
}

/** Last update of an alert in ticks, its creation when that is absent; `undefined` when it carries no readable time at all. */
export function versionOf(alert: Alert): bigint | undefined {
  return ticksOf(alert.lastUpdateDateTime) ?? ticksOf(alert.createdDateTime);
}

export function ticksOf(text: string | null | undefined): bigint | undefined {
  return text == null ? undefined : toTicks(text);
}

export function buildHead({ alert, version, observedAt, trustedUntil = 0 }: Observation): Head {
  return {
    id: alert.id,
    version,
    observedAt,
    trustedUntil,
    fingerprint: fingerprintOf(alert),
    snapshot: buildSnapshot(alert),
  };
}

function buildSnapshot(alert: Alert): AlertSnapshot {
  return {
    status: alert.status,
    severity: alert.severity,
    assignedTo: alert.assignedTo,
    classification: alert.classification,
    determination: alert.determination,
    lastUpdateDateTime: alert.lastUpdateDateTime,
  };
}
