import type { SourcePage, SourcePaging, SourceSlice, SourceSplit, TimedRow } from './contract.js';
import { splitSlice, wholeInstant } from './splitSlice.js';
import { ticksOf, toVersioned, type Versioned } from './timedRows.js';

/** Rows as one answer brought them, in rising order of version. */
export interface WalkRows<R extends TimedRow> {
  readonly rows: readonly Versioned<R>[];
  /** Our clock, in milliseconds, when the request began. */
  readonly observedAt: number;
  /** The upstream's clock when it answered, RFC 3339. */
  readonly upstreamDate: string;
}

/** What came of reading every row of one instant. */
export interface TieOutcome {
  readonly at: bigint;
  /** Rows of the instant as the upstream counts them; null when it does not say. */
  readonly count: number | null;
  /** Rows that were read. */
  readonly reached: number;
  readonly isWhole: boolean;
}

export interface TieDeps<R extends TimedRow> {
  readonly paging: SourcePaging;
  readonly splits: readonly SourceSplit[];
  /** Reads rows of the instant only. */
  readonly read: (part: TieRead) => Promise<SourcePage<R>>;
  readonly now: () => number;
}

export interface TieRead {
  readonly slice: SourceSlice;
  readonly skip: number;
  readonly next?: string;
}

/** Rows may move away between two pages, which shifts those behind them: then the slice is read again. */
const maxAttempts = 2;
/** A tie that takes more answers than this is declared unreachable. */
const maxReads = 400;

interface Found {
  readonly ids: Set<string>;
  readonly created: bigint[];
}

/**
 * Reads the rows that share one last update, which paging by time cannot pass: by the upstream's links where it gives
 * them, else by skipping, and where that does not reach, slice by slice until as many are seen as the upstream counts.
 */
export class TieReader<R extends TimedRow> {
  readonly #seen = new Set<string>();
  #count: number | undefined;
  #reads = 0;

  constructor(
    private readonly at: bigint,
    private readonly deps: TieDeps<R>,
  ) {}

  async *read(): AsyncGenerator<WalkRows<R>, TieOutcome> {
    const allRead = yield* this.#readSlice(wholeInstant);
    const isWhole = allRead && (this.#isAllSeen() || (yield* this.#recount()));
    return { at: this.at, count: this.#count ?? null, reached: this.#seen.size, isWhole };
  }

  async *#readSlice(slice: SourceSlice): AsyncGenerator<WalkRows<R>, boolean> {
    const found: Found = { ids: new Set(), created: [] };
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const first = yield* this.#readPage({ slice, skip: 0 }, found);
      const { count } = first;
      if (slice === wholeInstant) this.#count = count;
      const linked = yield* this.#followLinks(slice, first, found);
      const isWithinReach = count === undefined || count <= this.#reach();
      const last = linked.hasMore && isWithinReach ? yield* this.#skipOn(slice, linked, found) : linked;
      if (count === undefined ? !last.hasMore : found.ids.size >= count) return true;
      if (!isWithinReach || count === undefined) break;
    }
    return yield* this.#readParts(slice, found);
  }

  async *#readParts(slice: SourceSlice, found: Found): AsyncGenerator<WalkRows<R>, boolean> {
    const parts = this.#reads < maxReads ? splitSlice(slice, this.deps.splits, found.created) : [];
    let isWhole = parts.length > 0;
    for (const part of parts) {
      if (this.#isAllSeen()) return true;
      isWhole = (yield* this.#readSlice(part)) && isWhole;
    }
    return isWhole;
  }

  async *#followLinks(
    slice: SourceSlice,
    first: SourcePage<R>,
    found: Found,
  ): AsyncGenerator<WalkRows<R>, SourcePage<R>> {
    const followed = new Set<string>();
    let page = first;
    while (page.next !== undefined && !followed.has(page.next)) {
      followed.add(page.next);
      page = yield* this.#readPage({ slice, skip: 0, next: page.next }, found);
    }
    return page;
  }

  async *#skipOn(slice: SourceSlice, first: SourcePage<R>, found: Found): AsyncGenerator<WalkRows<R>, SourcePage<R>> {
    const { maxSkip } = this.deps.paging;
    let page = first;
    let skip = 0;
    while (page.hasMore && page.rows.length > 0 && skip < maxSkip) {
      skip = Math.min(skip + page.rows.length, maxSkip);
      page = yield* this.#readPage({ slice, skip }, found);
    }
    return page;
  }

  /** Rows that moved away meanwhile are not missing. */
  async *#recount(): AsyncGenerator<WalkRows<R>, boolean> {
    if (this.#count === undefined) return true;
    const page = yield* this.#readPage({ slice: wholeInstant, skip: 0 }, { ids: new Set(), created: [] });
    this.#count = page.count;
    return this.#isAllSeen();
  }

  async *#readPage(part: TieRead, found: Found): AsyncGenerator<WalkRows<R>, SourcePage<R>> {
    const observedAt = this.deps.now();
    this.#reads += 1;
    const page = await this.deps.read(part);
    const rows = toVersioned(page.rows);
    for (const { row, version } of rows) {
      if (version !== this.at) continue;
      this.#seen.add(row.id);
      found.ids.add(row.id);
      const created = ticksOf(row.createdDateTime);
      if (created !== undefined) found.created.push(created);
    }
    yield { rows, observedAt, upstreamDate: page.upstreamDate };
    return page;
  }

  #isAllSeen(): boolean {
    return this.#count !== undefined && this.#seen.size >= this.#count;
  }

  /** Most rows that skipping can read. */
  #reach(): number {
    const { pageSize, maxSkip } = this.deps.paging;
    return maxSkip + pageSize;
  }
}
