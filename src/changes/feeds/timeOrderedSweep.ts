import { setImmediate } from 'node:timers/promises';
import type { Logger } from '../../observability/logger.js';
import type { Clock } from '../../time/clock.js';
import { fromTicks } from '../../time/instant.js';
import type { Purpose } from '../../upstream/contract.js';
import { overlapTicks } from '../applyStep.js';
import type { FeedState, Observation } from '../changeStore.js';
import type { EntityOf } from '../contract.js';
import type { SourcePage, TimeOrderedSource, TimeOrderedTopic } from './contract.js';
import type { FeedLedger, LedgerStep } from './FeedLedger.js';
import { gapOf, tieAt, withoutPast, withTie } from './feedMarks.js';
import { findFillStart } from './fillStart.js';
import type { TieOutcome } from './tieReader.js';
import { countUnreadable, earlier, inParts, later, msToTicks, upstreamTicks } from './timedRows.js';
import { type WalkPage, type WalkRange, walkByTime } from './timeWalk.js';

export interface SweepDeps<T extends TimeOrderedTopic = TimeOrderedTopic> {
  readonly source: TimeOrderedSource<T>;
  readonly ledger: FeedLedger;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How far back the first fill reads, and how long rows that do not change are remembered. */
  readonly windowMs: number;
  /** What else changes with the rows that were seen; part of the same step. Default: nothing. */
  readonly companions?: (observations: readonly Observation<T>[]) => Promise<readonly Observation[]>;
}

/** Rows may be stamped a little before they can be read; the position stays this far behind the upstream's clock. */
const settlingTicks = msToTicks(30_000);
/**
 * The position stays at the newest row seen, because the upstream's index may stand still; but a quiet tenant's feed falls
 * no further behind than the hourly reconcile covers.
 */
const furthestBehindTicks = msToTicks(3_600_000);
/** Who is further behind catches up as background work, so that a long catching up starves nobody. */
const catchingUpTicks = 2n * furthestBehindTicks;
/** Rows are forgotten not at every sweep but once so much has left the window. */
const forgettingTicks = msToTicks(600_000);
/** Comparing a thousand rows at once would keep everything else waiting for a tenth of a second. */
const rowsPerStep = 200;

/**
 * Reads what changed since the feed's position, oldest first, page by page, until the present. Every part of a page is
 * committed together with the position that it reaches, so a sweep that breaks off goes on where it stopped.
 */
export class TimeOrderedSweep<T extends TimeOrderedTopic> {
  #upstreamDate = '';
  #begunAt: bigint | undefined;
  #purpose: Purpose = 'feed';
  #state: FeedState | undefined;

  constructor(
    private readonly deps: SweepDeps<T>,
    private readonly signal: AbortSignal,
    private readonly fence: number | undefined,
  ) {}

  /** @returns the upstream's clock at the first answer, RFC 3339. */
  async run(): Promise<string> {
    const from = await this.#begin();
    const { source, clock } = this.deps;
    const walk = walkByTime<EntityOf<T>>(
      {
        upstream: source.upstream,
        paging: source.paging,
        splits: source.splits,
        read: (range) => this.#read(range),
        now: () => clock.now(),
        knownTie: (at) => this.#knownTie(at),
      },
      from,
    );
    for await (const page of walk) await this.#take(page);
    return fromTicks(this.#begunAt as bigint);
  }

  /** Where to read from. Begins the first fill, and begins it again when what was missed is older than the window. */
  async #begin(): Promise<bigint> {
    this.#state = await this.deps.ledger.state();
    const { position, coveredFrom, isFilled } = this.#state;
    const now = msToTicks(this.deps.clock.now());
    const isKnown = position !== null && coveredFrom !== null;
    this.#purpose = isFilled && isKnown && now - position < catchingUpTicks ? 'feed' : 'background';
    if (!isKnown || now - position > this.#window()) {
      const begunAt = await this.#readUpstreamClock(now);
      const from = begunAt - this.#window();
      if (!isKnown || position < from) return this.#beginFill(from, begunAt, position !== null);
    }
    return later(position - overlapTicks, isFilled ? 0n : coveredFrom);
  }

  async #beginFill(from: bigint, begunAt: bigint, isAgain: boolean): Promise<bigint> {
    this.#purpose = 'background';
    const lost = 'The feed was away for longer than the window that it reads; changes of that time are not known.';
    const { ledger, clock } = this.deps;
    const first = isAgain ? { start: begunAt, resync: lost } : await findFillStart(ledger.store, begunAt, clock.now());
    const { start, ...declared } = first;
    await this.#commit({
      observations: [],
      feed: { position: from, start, isFilled: false, coveredFrom: from },
      marks: (marks) => withoutPast(marks, from, from),
      ...declared,
      ...(isAgain ? { forgetBefore: from } : {}),
    });
    return from;
  }

  async #readUpstreamClock(now: bigint): Promise<bigint> {
    const { source } = this.deps;
    const page = await source.ids({ from: now, skip: 0, top: 1, purpose: this.#purpose, signal: this.signal });
    this.#see(page.upstreamDate);
    return this.#begunAt as bigint;
  }

  async #read(range: WalkRange): Promise<SourcePage<EntityOf<T>>> {
    const page = await this.deps.source.read({ ...range, purpose: this.#purpose, signal: this.signal });
    this.#see(page.upstreamDate);
    const rows = countUnreadable(page.rows);
    if (rows > 0)
      this.deps.logger.warn({ topic: this.deps.source.topic, rows }, 'rows without a readable time left out');
    return page;
  }

  /**
   * Of an instant that was read whole, the rows that are remembered: one that left it and one that came late do not make
   * up for each other. Of one that cannot be reached, the rows that it had.
   */
  async #knownTie(at: bigint): Promise<number | null | undefined> {
    const tie = tieAt(this.#current().marks, at);
    if (tie === undefined || !tie.isWhole) return tie?.count;
    return (await this.deps.ledger.store.versions(this.deps.source.topic, at, at + 1n)).size;
  }

  #see(upstreamDate: string): void {
    this.signal.throwIfAborted();
    this.#upstreamDate = upstreamDate;
    this.#begunAt ??= upstreamTicks(upstreamDate, this.deps.clock.now());
  }

  /** Rows of a page in steps that leave others a turn between them. */
  async #take(page: WalkPage<EntityOf<T>>): Promise<void> {
    const { rows, observedAt, reached } = page;
    const { topic } = this.deps.source;
    const parts = inParts(
      rows.map(({ row, version }) => ({ topic, id: row.id, entity: row, version, observedAt })),
      rowsPerStep,
    );
    const last = parts.pop() ?? [];
    for (const part of parts) {
      await this.#commitRows(part, { position: this.#nextPosition(part.at(-1)?.version ?? reached) });
      await setImmediate(undefined, { signal: this.signal });
    }
    if (page.isEnd) await this.#end(last, reached);
    else await this.#commitRows(last, { position: this.#nextPosition(reached) }, page.tie);
  }

  async #commitRows(
    observations: readonly Observation<T>[],
    feed: NonNullable<LedgerStep['feed']>,
    tie?: TieOutcome,
  ): Promise<void> {
    await this.#commit({
      observations: await this.#withCompanions(observations),
      feed,
      ...(tie === undefined ? {} : { marks: (marks) => withTie(marks, tie), ...gapOf(tie) }),
    });
  }

  /** The last step of a whole sweep: the fill is over, and what has left the window is forgotten. */
  async #end(observations: readonly Observation<T>[], reached: bigint): Promise<void> {
    const begunAt = this.#begunAt as bigint;
    const position = later(this.#nextPosition(reached), begunAt - furthestBehindTicks);
    const windowStart = begunAt - this.#window();
    const forgets = (this.#current().coveredFrom ?? windowStart) < windowStart - forgettingTicks;
    await this.#commit({
      observations: await this.#withCompanions(observations),
      feed: { position, isFilled: true, sweptAt: fromTicks(begunAt) },
      marks: (marks) => withoutPast(marks, position - overlapTicks, forgets ? windowStart : 0n),
      ...(forgets ? { forgetBefore: windowStart } : {}),
    });
  }

  /** A fill reads everything whole, so nothing else can have changed with it. */
  async #withCompanions(observations: readonly Observation<T>[]): Promise<readonly Observation[]> {
    if (this.deps.companions === undefined || !this.#current().isFilled) return observations;
    return [...observations, ...(await this.deps.companions(observations))];
  }

  /** The newest state seen, never ahead of what has settled, and never back. */
  #nextPosition(last: bigint): bigint {
    const reached = earlier(last, (this.#begunAt as bigint) - settlingTicks);
    return later(this.#current().position ?? reached, reached);
  }

  async #commit(step: Omit<LedgerStep, 'detectedBy' | 'detectedAt' | 'fence'>): Promise<void> {
    const { ledger } = this.deps;
    this.signal.throwIfAborted();
    const fence = this.fence === undefined ? {} : { fence: this.fence };
    await ledger.commit({ ...step, detectedBy: 'POLL', detectedAt: this.#upstreamDate, ...fence });
    this.#state = ledger.lastKnown();
  }

  #current(): FeedState {
    return this.#state as FeedState;
  }

  #window(): bigint {
    return msToTicks(this.deps.windowMs);
  }
}
