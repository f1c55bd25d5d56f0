import type { Clock } from '../../time/clock.js';
import type { Waiting, Want } from '../crowd/Crowd.js';
import type { ReadRows } from './calls.js';

const memoryMs = 3_600_000;

/**
 * Whether reading a list of the whole tenant takes fewer calls than asking for those who wait. One operation alone does
 * not try to find out: its cost stays the same whatever else the tenant holds.
 */
export class TenantWide {
  #pages = 0;
  #learnedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly wantsPerCall: number,
    /** Pages that an unfiltered reading may cost. */
    private readonly maxPages: number,
  ) {}

  pays(waiting: readonly Waiting<Want>[]): boolean {
    const isKnown = this.clock.now() - this.#learnedAt < memoryMs;
    const pages = isKnown ? this.#pages : this.maxPages;
    return waiting.length > this.wantsPerCall * pages && new Set(waiting.map(({ requestId }) => requestId)).size > 1;
  }

  /** Remembers for an hour how far an unfiltered reading went. */
  learn({ whole, pages }: Pick<ReadRows<never>, 'whole' | 'pages'>): void {
    this.#pages = whole ? pages : Number.POSITIVE_INFINITY;
    this.#learnedAt = this.clock.now();
  }
}
