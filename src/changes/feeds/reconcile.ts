import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../time/clock.js';
import { toTicks } from '../../time/instant.js';
import type { Observation } from '../changeStore.js';
import { CallPace } from './CallPace.js';
import type { TimeOrderedSource, TimeOrderedTopic } from './contract.js';
import type { FeedLedger } from './FeedLedger.js';
import { type ReconcileRun, type ReconcileSpan, runOf } from './reconcileMarks.js';
import { ReconcilePage } from './reconcilePage.js';

export interface ReconcileDeps<T extends TimeOrderedTopic = TimeOrderedTopic> {
  readonly source: TimeOrderedSource<T>;
  readonly ledger: FeedLedger;
  readonly clock: Clock;
  readonly windowMs: number;
  /** Most reads of lists that begin in any hour. */
  readonly callsPerHour: number;
  /** See `SweepDeps`. */
  readonly companions?: (observations: readonly Observation<T>[]) => Promise<readonly Observation[]>;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The rest of the calls is kept for the last day, whose rows are promised within the hour. */
const windowShare = 0.6;
/** Most reads by id that begin in any hour. */
const lookupsPerHour = 60;

/**
 * Finds what no position shows: rows that came late, and rows that the upstream took away. Reads ids and times of the last
 * day every hour and of the whole window every day, within a fixed number of calls; runs are cut into pages, and each
 * page is one step, so that an interrupted run goes on.
 */
export class Reconcile<T extends TimeOrderedTopic> {
  readonly #pace: CallPace;
  readonly #lookups: CallPace;
  readonly #spans: readonly ReconcileSpan[];

  constructor(private readonly deps: ReconcileDeps<T>) {
    const { clock, callsPerHour, windowMs } = deps;
    this.#pace = new CallPace(clock, callsPerHour);
    this.#lookups = new CallPace(clock, lookupsPerHour);
    const day: ReconcileSpan = { name: 'day', everyMs: hourMs, reachMs: Math.min(dayMs, windowMs) };
    this.#spans = windowMs > dayMs ? [day, { name: 'window', everyMs: dayMs, reachMs: windowMs }] : [day];
  }

  /** Does what is due. @returns the upstream's clock when the last sweep began; null when nothing was due. */
  async sweep(signal: AbortSignal, fence: number | undefined): Promise<string | null> {
    for (let sweptAt: string | null = null; ; ) {
      const due = await this.#due();
      if (due === undefined) return sweptAt;
      sweptAt = due.sweptAt;
      const paces = { pace: this.#pace, lookups: this.#lookups };
      await new ReconcilePage({ ...this.deps, ...paces, signal, fence }).take(due.run);
      await setImmediate(undefined, { signal });
    }
  }

  async #due(): Promise<{ readonly run: ReconcileRun; readonly sweptAt: string } | undefined> {
    const state = await this.deps.ledger.state();
    const { sweptAt, isFilled } = state;
    const now = toTicks(sweptAt ?? '');
    if (!isFilled || sweptAt === null || now === undefined) return undefined;
    for (const span of this.#spans) {
      const run = runOf(span, state, now);
      const mayRead = span.name === 'day' || this.#pace.usedShare() < windowShare;
      if (run !== undefined) return mayRead ? { run, sweptAt } : undefined;
    }
    return undefined;
  }
}
