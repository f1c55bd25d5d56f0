import type { Logger } from '../../observability/logger.js';
import type { RiskEvent } from '../../schema/types/riskEvent.type.js';
import type { Clock } from '../../time/clock.js';
import { fromTicks } from '../../time/instant.js';
import type { Purpose } from '../../upstream/contract.js';
import { overlapTicks } from '../applyStep.js';
import type { FeedState } from '../changeStore.js';
import type { Change } from '../contract.js';
import type { FeedLedger } from './FeedLedger.js';
import { findFillStart } from './fillStart.js';
import type { RiskEventSource } from './listContract.js';
import { type ListWalkPage, walkList } from './listWalk.js';
import { observe } from './observe.js';
import { RoundWriter } from './RoundWriter.js';
import { earlier, later, msToTicks, upstreamTicks } from './timedRows.js';

export interface RiskEventSweepDeps {
  readonly source: RiskEventSource;
  readonly ledger: FeedLedger;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How far back the first fill reads, and how long rows that do not change are remembered. */
  readonly windowMs: number;
  /** Hears of the entries that somebody is told of. */
  readonly onNews: (entries: readonly Change<'riskEvent'>[], fence: number | undefined) => void;
}

/** Rows may be stamped a little before they can be read; the position stays this far behind the upstream's clock. */
const settlingTicks = msToTicks(30_000);
/** The position stays at the newest row seen, because the upstream's index may stand still, but not longer than this. */
const furthestBehindTicks = msToTicks(3_600_000);
/** Who is further behind catches up as background work, so that a long catching up starves nobody. */
const catchingUpTicks = 2n * furthestBehindTicks;
/** Rows are forgotten not at every sweep but once so much has left the window. */
const forgettingTicks = msToTicks(600_000);

/**
 * Reads every risk detection that changed since the position, to the end of the list. The list has no order, so the
 * position moves only with the last page; what an interrupted sweep saw is kept all the same, and read again.
 */
export class RiskEventSweep {
  readonly #writer: RoundWriter;
  #purpose: Purpose = 'feed';
  #pages = 0;

  constructor(
    private readonly deps: RiskEventSweepDeps,
    private readonly signal: AbortSignal,
    private readonly fence: number | undefined,
  ) {
    this.#writer = new RoundWriter(deps.ledger, signal, fence);
  }

  /** Pages that the sweep has read. */
  get pages(): number {
    return this.#pages;
  }

  /** @returns the upstream's clock at the first page, RFC 3339. */
  async run(): Promise<string> {
    const { source, clock } = this.deps;
    const from = await this.#begin();
    const { purpose, signal } = { purpose: this.#purpose, signal: this.signal };
    const read = (next: string | undefined) =>
      source.read({ from, purpose, signal, ...(next === undefined ? {} : { next }) });
    let begunAt: bigint | undefined;
    let newest = from;
    for await (const page of walkList({ upstream: source.upstream, read, now: () => clock.now() })) {
      begunAt ??= upstreamTicks(page.upstreamDate, clock.now());
      newest = await this.#take(page, begunAt, newest);
    }
    return fromTicks(begunAt as bigint);
  }

  /** Where to read from. Begins the first fill, and begins it again when what was missed is older than the window. */
  async #begin(): Promise<bigint> {
    const state = await this.deps.ledger.state();
    const { position, start, coveredFrom } = state;
    const now = msToTicks(this.deps.clock.now());
    const age = position === null ? undefined : now - position;
    this.#purpose = age !== undefined && age < catchingUpTicks ? 'feed' : 'background';
    // A fill that was interrupted goes on from its own start, so that what changed since then is told.
    const isUnderWay = position === null && start !== null && now - start <= this.#window();
    if (isUnderWay && coveredFrom !== null) return coveredFrom;
    if (position !== null && now - position <= this.#window()) return position - overlapTicks;
    const begunAt = await this.#readUpstreamClock(now);
    const from = begunAt - this.#window();
    if (position !== null && position >= from) return position - overlapTicks;
    await this.#beginFill(from, begunAt, position !== null);
    return from;
  }

  async #readUpstreamClock(now: bigint): Promise<bigint> {
    const { source, clock } = this.deps;
    const page = await source.read({ from: now, top: 1, purpose: this.#purpose, signal: this.signal });
    return upstreamTicks(page.upstreamDate, clock.now());
  }

  async #beginFill(from: bigint, begunAt: bigint, isAgain: boolean): Promise<void> {
    const lost = 'The feed was away for longer than the window that it reads; changes of that time are not known.';
    const { ledger, clock } = this.deps;
    const first = isAgain ? { start: begunAt, resync: lost } : await findFillStart(ledger.store, begunAt, clock.now());
    const { start, ...declared } = first;
    await this.#writer.write([], fromTicks(begunAt), {
      feed: { position: null, start, isFilled: false, coveredFrom: from },
      ...declared,
      ...(isAgain ? { forgetBefore: from } : {}),
    });
  }

  /** @returns the newest last update seen. */
  async #take(page: ListWalkPage<RiskEvent>, begunAt: bigint, newestBefore: bigint): Promise<bigint> {
    this.#pages = page.pages;
    const seen = observe('riskEvent', page.rows, page.observedAt);
    const unreadable = page.rows.length - seen.length;
    if (unreadable > 0)
      this.deps.logger.warn({ topic: 'riskEvent', rows: unreadable }, 'rows without a readable time left out');
    const newest = seen.reduce((latest, { version }) => later(latest, version), newestBefore);
    const rest = page.isLast ? this.#end(begunAt, newest) : undefined;
    const entries = await this.#writer.write(seen, page.upstreamDate, rest);
    const told = entries.filter((entry): entry is Change<'riskEvent'> => !entry.isSilent && entry.entity !== null);
    if (told.length > 0) this.deps.onNews(told, this.fence);
    return newest;
  }

  /** The fill is over, the position moves, and what has left the window is forgotten. */
  #end(begunAt: bigint, newest: bigint) {
    const { position, coveredFrom } = this.#state();
    const reached = later(earlier(newest, begunAt - settlingTicks), begunAt - furthestBehindTicks);
    const windowStart = begunAt - this.#window();
    const forgets = (coveredFrom ?? windowStart) < windowStart - forgettingTicks;
    return {
      feed: { position: later(position ?? reached, reached), isFilled: true, sweptAt: fromTicks(begunAt) },
      ...(forgets ? { forgetBefore: windowStart } : {}),
    };
  }

  #state(): FeedState {
    return this.deps.ledger.lastKnown() as FeedState;
  }

  #window(): bigint {
    return msToTicks(this.deps.windowMs);
  }
}
