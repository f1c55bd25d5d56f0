import type { Alert, AlertComment } from '../../../schema/types/alert.type.js';
import type { Clock } from '../../../time/clock.js';
import { compareInstants } from '../../../time/instant.js';
import { stableJson } from '../../paging/cursor.js';
import type { AlertOverlay } from '../overlay.js';

/** How long a write covers reads; after it the upstream is believed whatever it says. */
const coverMs = 5 * 60_000;

/** What was written to one alert. */
export interface AlertWrite {
  /** GraphQL fields with their written values, `raw…` twins included. */
  readonly fields: Partial<Alert>;
  /** Last update of the newest version that was seen with the write; null when none is known. */
  readonly lastUpdateDateTime: string | null;
  readonly comment?: AlertComment;
}

interface PendingWrite {
  readonly fields: Partial<Alert>;
  readonly lastUpdateDateTime: string | null;
  readonly comments: readonly AlertComment[];
  /** The alert as the caller was told it; undefined until then. */
  readonly answered?: Alert;
  readonly expiresAt: number;
}

/**
 * Remembers our own writes for five minutes. A read whose last update is not after the written version is stale and gets
 * the written fields; a later version is the upstream's word and passes. Comments are added until the upstream shows them.
 */
export class PendingWrites implements AlertOverlay {
  /** In order of expiry, because every write lives equally long. */
  readonly #writes = new Map<string, PendingWrite>();

  constructor(private readonly clock: Clock) {}

  record(id: string, write: AlertWrite): void {
    this.#forgetExpired();
    const earlier = this.#writes.get(id);
    this.#writes.delete(id);
    this.#writes.set(id, {
      fields: { ...earlier?.fields, ...write.fields },
      lastUpdateDateTime: later(earlier?.lastUpdateDateTime ?? null, write.lastUpdateDateTime),
      comments: [...(earlier?.comments ?? []), ...(write.comment ? [write.comment] : [])],
      expiresAt: this.clock.now() + coverMs,
    });
  }

  /** Remembers what the caller was told after a recorded write. */
  settle(alert: Alert): void {
    const write = this.#writes.get(alert.id);
    if (write !== undefined) this.#writes.set(alert.id, { ...write, answered: alert });
  }

  /**
   * Whether the alert differs from what a caller was told at `lastUpdateDateTime` by the upstream's own stamps alone: it
   * may stamp an alert once more some time after a write, and an answer that lags lacks when the alert was resolved.
   */
  isOnlyRestamped(alert: Alert, lastUpdateDateTime: string): boolean {
    const answered = this.#writes.get(alert.id)?.answered;
    if (!answered?.lastUpdateDateTime || compareInstants(answered.lastUpdateDateTime, lastUpdateDateTime) !== 0)
      return false;
    return stableJson(withoutStamps(alert)) === stableJson(withoutStamps(answered));
  }

  apply(alert: Alert): Alert {
    const write = this.#writes.get(alert.id);
    if (write === undefined || write.expiresAt <= this.clock.now()) return alert;
    const withFields = isNewer(alert, write) ? alert : overlayFields(alert, write);
    const missing = write.comments.filter((comment) => !withFields.comments.some((shown) => isSame(shown, comment)));
    return missing.length === 0 ? withFields : { ...withFields, comments: [...withFields.comments, ...missing] };
  }

  #forgetExpired(): void {
    for (const [id, write] of this.#writes) {
      if (write.expiresAt > this.clock.now()) return;
      this.#writes.delete(id);
    }
  }
}

/** `resolvedDateTime` follows from the status, which is compared. */
function withoutStamps(alert: Alert): Partial<Alert> {
  const { lastUpdateDateTime: _last, resolvedDateTime: _resolved, ...rest } = alert;
  return rest;
}

/** The later of two instants; null is earlier than everything. */
export function later(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return compareInstants(a, b) >= 0 ? a : b;
}

function isNewer(alert: Alert, write: PendingWrite): boolean {
  if (alert.lastUpdateDateTime === null || write.lastUpdateDateTime === null) return false;
  return compareInstants(alert.lastUpdateDateTime, write.lastUpdateDateTime) > 0;
}

function overlayFields(alert: Alert, write: PendingWrite): Alert {
  const lastUpdateDateTime = later(alert.lastUpdateDateTime, write.lastUpdateDateTime);
  return { ...alert, ...write.fields, lastUpdateDateTime };
}

/** A comment whose time the answer did not tell is recognised by its text. */
function isSame(shown: AlertComment, written: AlertComment): boolean {
  if (shown.comment !== written.comment) return false;
  if (shown.createdDateTime === null || written.createdDateTime === null) return true;
  return compareInstants(shown.createdDateTime, written.createdDateTime) === 0;
}
