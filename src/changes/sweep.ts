import { UpstreamError } from '../errors/GatewayError.js';
import type { Logger } from '../observability/logger.js';
import type { Alert } from '../schema/types/alert.type.js';
import type { Clock } from '../time/clock.js';
import { fromTicks, toTicks } from '../time/instant.js';
import { overlapTicks } from './applyStep.js';
import type { FeedGap, FeedState, FeedStep } from './changeStore.js';
import type { AlertFeedPage, AlertFeedSource } from './contract.js';
import { type Observation, versionOf } from './head.js';

/** What the upstream allows of paging. */
export interface FeedPaging {
  /** Rows per page; Microsoft Graph gives at most 1,000 alerts. */
  readonly pageSize: number;
  /** Most rows that may be skipped; Microsoft Graph refuses more than 500. */
  readonly maxSkip: number;
}

export interface SweepDeps {
  readonly source: AlertFeedSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly paging: FeedPaging;
  readonly commit: (step: FeedStep) => Promise<void>;
}

const ticksPerMs = 10_000n;
/** Rows may be stamped a little before they can be read; the position stays this far behind the upstream's clock. */
const settlingTicks = 30_000n * ticksPerMs;
const fillWindowTicks = 24n * 3_600_000n * ticksPerMs;
/** Heads of alerts that did not change for this long are forgotten. */
const rememberedTicks = 30n * 24n * 3_600_000n * ticksPerMs;

/**
 * Reads what changed since the feed's position, oldest first, page by page, until the present. Every page is committed
 * together with the position that it reaches, so a sweep that breaks off goes on where it stopped.
 */
export class Sweep {
  #begunAt: bigint | undefined;
  #upstreamDate = '';
  #position: bigint | null;

  constructor(
    readonly deps: SweepDeps,
    readonly before: FeedState,
    readonly signal: AbortSignal,
  ) {
    this.#position = before.position;
  }

  /** @returns the upstream's clock at the first answer, RFC 3339. */
  async run(): Promise<string> {
    let from = this.#firstInstant();
    for (;;) {
      const observedAt = this.deps.clock.now();
      const page = await this.#read({ from, skip: 0 });
      const rows = this.#observe(page.rows, observedAt);
      const last = rows.at(-1)?.version ?? from;
      const advances = last > from;
      if (this.#isFull(page) && !advances) {
        assertReaches(rows, from);
        await this.#readTie(from);
        from += 1n;
        continue;
      }
      const isEnd = !this.#isFull(page) && !(advances && (page.count ?? 0) > page.rows.length);
      await this.#commit(rows, last, isEnd);
      if (isEnd) return fromTicks(this.#begunAt as bigint);
      from = last;
    }
  }

  #firstInstant(): bigint {
    const { position } = this.before;
    if (position !== null) return position - overlapTicks;
    return BigInt(Math.trunc(this.deps.clock.now())) * ticksPerMs - fillWindowTicks;
  }

  /**
   * More alerts share one instant than a page holds: paging by time cannot pass them, so skipping does, as far as it may.
   * What lies beyond is declared as a gap.
   */
  async #readTie(at: bigint): Promise<void> {
    const { maxSkip } = this.deps.paging;
    const observedAt = this.deps.clock.now();
    const first = await this.#read({ from: at, to: at, skip: 0 });
    const second = await this.#read({ from: at, to: at, skip: maxSkip });
    const rows = this.#observe([...first.rows, ...second.rows], observedAt);
    const reached = new Set(rows.map(({ alert }) => alert.id)).size;
    const count = first.count ?? null;
    const isWhole = count === null ? !this.#isFull(second) : reached >= count;
    await this.#commit(rows, at, false, isWhole ? undefined : buildGap(at, count, reached));
  }

  async #read(range: { readonly from: bigint; readonly to?: bigint; readonly skip: number }): Promise<AlertFeedPage> {
    const page = await this.deps.source.read({
      from: fromTicks(range.from),
      ...(range.to === undefined ? {} : { to: fromTicks(range.to) }),
      skip: range.skip,
      top: this.deps.paging.pageSize,
      signal: this.signal,
    });
    this.signal.throwIfAborted();
    this.#upstreamDate = page.upstreamDate;
    this.#begunAt ??= toTicks(page.upstreamDate) ?? BigInt(this.deps.clock.now()) * ticksPerMs;
    if (range.to === undefined && this.#isFull(page)) assertRising(page.rows);
    return page;
  }

  #isFull(page: AlertFeedPage): boolean {
    return page.rows.length >= this.deps.paging.pageSize;
  }

  /** In rising order; rows without a readable time are left out, because nothing can be proved about them. */
  #observe(alerts: readonly Alert[], observedAt: number): Observation[] {
    const rows = alerts.flatMap((alert) => {
      const version = versionOf(alert);
      return version === undefined ? [] : [{ alert, version, observedAt }];
    });
    const without = alerts.length - rows.length;
    if (without > 0)
      this.deps.logger.warn({ rows: without }, 'alerts without a readable last update left out of the feed');
    return rows.sort((a, b) => (a.version < b.version ? -1 : a.version > b.version ? 1 : 0));
  }

  async #commit(observations: readonly Observation[], last: bigint, isEnd: boolean, gap?: FeedGap): Promise<void> {
    const begunAt = this.#begunAt as bigint;
    this.#position = nextPosition(this.#position, last, begunAt - settlingTicks);
    await this.deps.commit({
      observations,
      detectedBy: 'POLL',
      detectedAt: this.#upstreamDate,
      feed: { position: this.#position, start: this.before.start ?? begunAt, isFilled: this.before.isFilled || isEnd },
      ...(gap === undefined ? {} : { gap }),
      ...(isEnd ? { forgetBefore: begunAt - rememberedTicks } : {}),
    });
  }
}

/** The newest state seen, never ahead of what has settled, and never back. */
function nextPosition(current: bigint | null, last: bigint, settled: bigint): bigint {
  const reached = last < settled ? last : settled;
  return current !== null && current > reached ? current : reached;
}

function buildGap(at: bigint, count: number | null, reached: number): FeedGap {
  const of = count === null ? 'at least ' : '';
  const reason = `${of}${count ?? reached} alerts were last updated at ${fromTicks(at)}; the upstream lets ${reached} of them be read.`;
  return { at, count, reason: reason.charAt(0).toUpperCase() + reason.slice(1) };
}

/** A full page out of order says nothing about what lies before its last row. */
function assertRising(rows: readonly Alert[]): void {
  let previous = 0n;
  for (const row of rows) {
    const version = versionOf(row) ?? previous;
    if (version < previous) {
      throw badPage('The upstream did not order alerts by last update.');
    }
    previous = version;
  }
}

/** A full page that ends before the time it was asked for cannot be paged past. */
function assertReaches(rows: readonly Observation[], from: bigint): void {
  if (rows.at(-1)?.version !== from) throw badPage('The upstream did not keep to the time that it was asked for.');
}

function badPage(message: string): UpstreamError {
  return new UpstreamError('UPSTREAM_BAD_RESPONSE', message, { upstream: 'GRAPH_SECURITY' });
}
