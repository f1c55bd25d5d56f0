import type { RiskyUser } from '../../schema/types/riskyUser.type.js';
import type { Clock } from '../../time/clock.js';
import { fromTicks } from '../../time/instant.js';
import { CallPace } from './CallPace.js';
import type { Feed } from './contract.js';
import type { FeedLedger } from './FeedLedger.js';
import type { Marks } from './feedMarks.js';
import { findFillStart } from './fillStart.js';
import type { RiskyUserSource } from './listContract.js';
import { type ListWalkPage, walkList } from './listWalk.js';
import { observeUsers } from './observeUsers.js';
import { RoundWriter } from './RoundWriter.js';
import { upstreamTicks } from './timedRows.js';

export interface RiskyUserFeedDeps {
  readonly source: RiskyUserSource;
  readonly ledger: FeedLedger;
  readonly clock: Clock;
  /** Between two snapshots, while one takes no more calls than fit. */
  readonly intervalMs: number;
  /** Most calls of snapshots in an hour; the interval grows with the pages of a snapshot. */
  readonly callsPerHour: number;
  /** Most calls of one snapshot; a collection of more rows is never known whole. */
  readonly maxPages: number;
}

const hourMs = 3_600_000;
/** Missing users that are asked for by id after a snapshot, and in an hour: when many leave, the rest waits. */
const lookupsPerSnapshot = 10;
const lookupsPerHour = 60;
/** Pages of the last snapshot, so that another leader knows the interval too. */
const pagesMark = 'pages';
/** Stands among the marks while the collection has more pages than are read; `FeedLedger` knows such marks. */
const tooManyMark = 'gap:0';

/**
 * Reads all risky users at an interval and compares them with those remembered. Who is missing is asked for by id, and is
 * gone when the upstream does not know them.
 */
export function buildRiskyUserFeed(deps: RiskyUserFeedDeps): Feed {
  const { ledger, clock } = deps;
  const lookups = new CallPace(clock, lookupsPerHour);
  return {
    topic: 'riskyUser',
    name: 'riskyUsers',
    get intervalMs() {
      return snapshotIntervalMs(deps, ledger.lastKnown()?.marks ?? {});
    },
    state: () => ledger.lastKnown(),
    sweep: (signal, fence) => new Snapshot(deps, lookups, signal, fence).take(),
  };
}

/** Milliseconds between two snapshots, by the marks of the last one. */
export function snapshotIntervalMs(
  { intervalMs, callsPerHour }: Pick<RiskyUserFeedDeps, 'intervalMs' | 'callsPerHour'>,
  marks: Marks,
): number {
  const pages = Number(marks[pagesMark] ?? 1);
  return Math.max(intervalMs, Math.ceil((pages * hourMs) / callsPerHour));
}

class Snapshot {
  readonly #writer: RoundWriter;
  readonly #shown = new Set<string>();
  #begunAt: bigint | undefined;

  constructor(
    private readonly deps: RiskyUserFeedDeps,
    private readonly lookups: CallPace,
    private readonly signal: AbortSignal,
    fence: number | undefined,
  ) {
    this.#writer = new RoundWriter(deps.ledger, signal, fence);
  }

  /** @returns the upstream's clock at the first page, RFC 3339. */
  async take(): Promise<string> {
    const { source, ledger, clock, maxPages } = this.deps;
    const { isFilled } = await ledger.state();
    const purpose = isFilled ? 'feed' : 'background';
    const read = (next: string | undefined) =>
      source.read({ purpose, signal: this.signal, ...(next === undefined ? {} : { next }) });
    let last: ListWalkPage<RiskyUser> | undefined;
    for await (const page of walkList({ upstream: source.upstream, read, now: () => clock.now(), maxPages })) {
      await this.#begin(page.upstreamDate);
      for (const { id } of page.rows) this.#shown.add(id);
      const seen = await observeUsers(ledger.store, page.rows, page.observedAt);
      await this.#writer.write(seen, page.upstreamDate);
      last = page;
    }
    await this.#end(last as ListWalkPage<RiskyUser>);
    return fromTicks(this.#begunAt as bigint);
  }

  /** The first fill begins with its first answer; one that was interrupted goes on from its own start. */
  async #begin(upstreamDate: string): Promise<void> {
    if (this.#begunAt !== undefined) return;
    this.#begunAt = upstreamTicks(upstreamDate, this.deps.clock.now());
    const { ledger, clock } = this.deps;
    if (ledger.lastKnown()?.start !== null) return;
    const { start, ...declared } = await findFillStart(ledger.store, this.#begunAt, clock.now());
    await this.#writer.write([], upstreamDate, { feed: { start, coveredFrom: 0n }, ...declared });
  }

  async #end({ pages, isWhole, upstreamDate }: ListWalkPage<RiskyUser>): Promise<void> {
    const begunAt = this.#begunAt as bigint;
    await this.#writer.write([], upstreamDate, {
      feed: { position: begunAt, isFilled: true, sweptAt: fromTicks(begunAt) },
      marks: (marks) => withPages(marks, pages, isWhole),
    });
    if (isWhole) await this.#lookUpMissing();
  }

  async #lookUpMissing(): Promise<void> {
    const { ledger, source, clock } = this.deps;
    const known = await ledger.store.versions('riskyUser', 0n, this.#justAfterBeginning());
    const missing = [...known.keys()].filter((id) => !this.#shown.has(id)).slice(0, lookupsPerSnapshot);
    for (const id of missing) {
      if (this.lookups.usedShare() >= 1) return;
      await this.lookups.take(this.signal);
      const observedAt = clock.now();
      const user = await source.byId(id, 'background', this.signal);
      const now = new Date(observedAt).toISOString();
      if (user === null) await this.#writer.write([], now, { removals: [id] });
      else await this.#writer.write(await observeUsers(ledger.store, [user], observedAt), now);
    }
  }

  /** Who became risky since the snapshot began may be missing from it. */
  #justAfterBeginning(): bigint {
    return (this.#begunAt as bigint) + 1n;
  }
}

function withPages({ [tooManyMark]: _tooMany, ...marks }: Marks, pages: number, isWhole: boolean): Marks {
  return { ...marks, [pagesMark]: String(pages), ...(isWhole ? {} : { [tooManyMark]: '' }) };
}
