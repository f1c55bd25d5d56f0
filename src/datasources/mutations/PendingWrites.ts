import type { Clock } from '../../time/clock.js';
import { compareInstants } from '../../time/instant.js';
import { stableJson } from '../paging/cursor.js';
import type { Triaged, TriagedComment } from './Triaged.js';

/** How long a write covers reads; after it the upstream is believed whatever it says. */
export const coverMs = 5 * 60_000;

/** What was written to one object. */
export interface ObjectWrite<T extends Triaged> {
  /** GraphQL fields with their written values, `raw…` twins included. */
  readonly fields: Partial<T>;
  /** Last update of the newest version that was seen with the write; null when none is known. */
  readonly lastUpdateDateTime: string | null;
  readonly comment?: TriagedComment;
}

interface PendingWrite<T extends Triaged> {
  readonly fields: Partial<T>;
  readonly lastUpdateDateTime: string | null;
  readonly comments: readonly TriagedComment[];
  /** The object as the caller was told it; undefined until then. */
  readonly answered?: T;
  readonly expiresAt: number;
}

/** Puts our own recent writes over what an upstream that lags still answers. */
export interface Overlay<T> {
  /** The object with the written fields that the upstream does not show yet; the same object when there are none. */
  apply(object: T): T;
}

/**
 * Remembers our own writes for five minutes. A read whose last update is not after the written version is stale and gets
 * the written fields; a later version is the upstream's word and passes. Comments are added until the upstream shows them.
 */
export class PendingWrites<T extends Triaged> implements Overlay<T> {
  /** In order of expiry, because every write lives equally long. */
  readonly #writes = new Map<string, PendingWrite<T>>();

  /** @param stamps Fields that the upstream sets by itself with every write; they tell no change of the object. */
  constructor(
    private readonly clock: Clock,
    private readonly stamps: readonly (keyof T)[],
  ) {}

  record(id: string, write: ObjectWrite<T>): void {
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
  settle(object: T): void {
    const write = this.#writes.get(object.id);
    if (write !== undefined) this.#writes.set(object.id, { ...write, answered: object });
  }

  /**
   * Whether the object differs from what a caller was told at `lastUpdateDateTime` by the upstream's own stamps alone: it
   * may stamp an object once more some time after a write, and an answer that lags lacks what follows from it.
   */
  isOnlyRestamped(object: T, lastUpdateDateTime: string): boolean {
    const answered = this.#writes.get(object.id)?.answered;
    if (!answered?.lastUpdateDateTime || compareInstants(answered.lastUpdateDateTime, lastUpdateDateTime) !== 0)
      return false;
    return stableJson(this.#withoutStamps(object)) === stableJson(this.#withoutStamps(answered));
  }

  apply(object: T): T {
    const write = this.#writes.get(object.id);
    if (write === undefined || write.expiresAt <= this.clock.now()) return object;
    const withFields = isNewer(object, write) ? object : overlayFields(object, write);
    const missing = write.comments.filter((comment) => !withFields.comments.some((shown) => isSame(shown, comment)));
    return missing.length === 0 ? withFields : { ...withFields, comments: [...withFields.comments, ...missing] };
  }

  #withoutStamps(object: T): object {
    const stamps: ReadonlySet<unknown> = new Set(this.stamps);
    return Object.fromEntries(Object.entries(object).filter(([name]) => !stamps.has(name)));
  }

  #forgetExpired(): void {
    for (const [id, write] of this.#writes) {
      if (write.expiresAt > this.clock.now()) return;
      this.#writes.delete(id);
    }
  }
}

/** The later of two instants; null is earlier than everything. */
export function later(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return compareInstants(a, b) >= 0 ? a : b;
}

function isNewer<T extends Triaged>(object: T, write: PendingWrite<T>): boolean {
  if (object.lastUpdateDateTime === null || write.lastUpdateDateTime === null) return false;
  return compareInstants(object.lastUpdateDateTime, write.lastUpdateDateTime) > 0;
}

function overlayFields<T extends Triaged>(object: T, write: PendingWrite<T>): T {
  const lastUpdateDateTime = later(object.lastUpdateDateTime, write.lastUpdateDateTime);
  return { ...object, ...write.fields, lastUpdateDateTime };
}

/** A comment whose time the answer did not tell is recognised by its text. */
function isSame(shown: TriagedComment, written: TriagedComment): boolean {
  if (shown.comment !== written.comment) return false;
  if (shown.createdDateTime === null || written.createdDateTime === null) return true;
  return compareInstants(shown.createdDateTime, written.createdDateTime) === 0;
}
