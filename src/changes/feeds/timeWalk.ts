import { UpstreamError } from '../../errors/GatewayError.js';
import type { UpstreamName } from '../../upstream/contract.js';
import type { SourcePage, SourcePaging, SourceRead, SourceSplit, TimedRow } from './contract.js';
import { type TieOutcome, type TieRead, TieReader, type WalkRows } from './tieReader.js';
import { toVersioned, type Versioned } from './timedRows.js';

/** Where and how to walk. */
export interface WalkDeps<R extends TimedRow> {
  readonly upstream: UpstreamName;
  readonly paging: SourcePaging;
  readonly splits: readonly SourceSplit[];
  readonly read: (range: WalkRange) => Promise<SourcePage<R>>;
  /** Our clock, in milliseconds. */
  readonly now: () => number;
  /**
   * How many rows of an instant were dealt with before: while they are still as many, they are passed over; null when
   * they cannot be counted and are passed over all the same. Default: no instant is known.
   */
  readonly knownTie?: (at: bigint) => Promise<number | null | undefined>;
}

export type WalkRange = Omit<SourceRead, 'purpose' | 'signal'>;

/** One answer of a walk. */
export interface WalkPage<R extends TimedRow> extends WalkRows<R> {
  /** Every row before this instant has been handed out; at the end, those of the instant too. */
  readonly reached: bigint;
  readonly isEnd: boolean;
  /** The rows of `reached` were too many for a page, and this came of reading them; with the last of them. */
  readonly tie?: TieOutcome;
}

/**
 * Reads rows by rising last update, page by page: the next page begins at the last row of the one before, so that rows
 * which move up meanwhile are met again and none is passed over. Each row is handed out at least once.
 */
export async function* walkByTime<R extends TimedRow>(
  deps: WalkDeps<R>,
  start: bigint,
  end?: bigint,
): AsyncGenerator<WalkPage<R>, void> {
  const to = end === undefined ? {} : { to: end };
  let from = start;
  for (;;) {
    if (end !== undefined && from > end) return;
    if (await isKnown(deps, from)) from += 1n;
    const observedAt = deps.now();
    const page = await deps.read({ from, ...to, skip: 0, top: deps.paging.pageSize });
    const rows = toVersioned(page.rows);
    const { upstreamDate } = page;
    if (page.hasMore) assertRising(page.rows, deps.upstream);
    const last = rows.at(-1)?.version ?? from;
    if (!page.hasMore || last > from) {
      yield { rows, observedAt, upstreamDate, reached: last, isEnd: !page.hasMore };
      if (!page.hasMore) return;
      from = last;
      continue;
    }
    assertReaches(rows, from, deps.upstream);
    yield* walkTie(deps, from, upstreamDate, from === end);
    from += 1n;
  }
}

async function isKnown<R extends TimedRow>(deps: WalkDeps<R>, at: bigint): Promise<boolean> {
  const known = await deps.knownTie?.(at);
  if (known === undefined || known === null) return known === null;
  return (await deps.read({ from: at, to: at, skip: 0, top: 1 })).count === known;
}

async function* walkTie<R extends TimedRow>(
  deps: WalkDeps<R>,
  at: bigint,
  upstreamDate: string,
  isLast: boolean,
): AsyncGenerator<WalkPage<R>, void> {
  const top = deps.paging.pageSize;
  const read = (part: TieRead) => deps.read({ from: at, to: at, top, ...part });
  const reader = new TieReader<R>(at, { ...deps, read }).read();
  for (;;) {
    const step = await reader.next();
    if (step.done === true) {
      yield { rows: [], observedAt: deps.now(), upstreamDate, reached: at, isEnd: isLast, tie: step.value };
      return;
    }
    yield { ...step.value, reached: at, isEnd: false };
  }
}

/** A page out of order says nothing about what lies before its last row. */
function assertRising(rows: readonly TimedRow[], upstream: UpstreamName): void {
  const versions = rows.flatMap((row) => toVersioned([row]).map(({ version }) => version));
  const isRising = versions.every((version, index) => version >= (versions[index - 1] ?? version));
  if (!isRising) throw badPage('The upstream did not order rows by last update.', upstream);
}

/** A page that ends before the time it was asked for, or is empty, cannot be paged past. */
function assertReaches(rows: readonly Versioned[], from: bigint, upstream: UpstreamName): void {
  if (rows.at(-1)?.version !== from) {
    throw badPage('The upstream did not keep to the time that it was asked for.', upstream);
  }
}

function badPage(message: string, upstream: UpstreamName): UpstreamError {
  return new UpstreamError('UPSTREAM_BAD_RESPONSE', message, { upstream });
}
