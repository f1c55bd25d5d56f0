/** What an order compares: a time in 100 ns ticks, and the id among equal times. */
export interface OrderPosition {
  readonly ticks: bigint;
  readonly id: string;
}

export type Direction = 'asc' | 'desc';

export interface IndexedRow {
  readonly id: string;
  /** True once the row has left. */
  readonly isGone: boolean;
}

/** Rows that are put into place one by one; more are merged in one pass. */
const fewRows = 32;
/** Rows that have left stay in the list until they are this part of it. */
const deadShare = 0.25;

/**
 * Rows in the order of a time. Rows wait unsorted until somebody reads, and rows that leave are only marked, so that a
 * filling mirror does not sort for each row.
 */
export class OrderIndex<Row extends IndexedRow> {
  #sorted: Row[] = [];
  #waiting: Row[] = [];
  #gone = 0;

  constructor(private readonly ticksOf: (row: Row) => bigint) {}

  add(row: Row): void {
    this.#waiting.push(row);
  }

  /** Told after a row was marked as gone. */
  noteGone(): void {
    this.#gone += 1;
  }

  clear(): void {
    this.#sorted = [];
    this.#waiting = [];
    this.#gone = 0;
  }

  /** Rows by time in a direction, equal times always by ascending id; from behind a position on, if one is given. */
  *scan(direction: Direction, after?: OrderPosition): Generator<Row> {
    this.#settle();
    const rows = this.#sorted;
    if (direction === 'asc') {
      const from = after === undefined ? 0 : this.#countUntil(after);
      for (let at = from; at < rows.length; at += 1) if (!(rows[at] as Row).isGone) yield rows[at] as Row;
      return;
    }
    let end = after === undefined ? rows.length : this.#countBefore(after.ticks + 1n);
    let behind = after;
    while (end > 0) {
      const ticks = this.ticksOf(rows[end - 1] as Row);
      const start = this.#countBefore(ticks);
      const from = behind?.ticks === ticks ? this.#countUntil(behind) : start;
      for (let at = from; at < end; at += 1) if (!(rows[at] as Row).isGone) yield rows[at] as Row;
      end = start;
      behind = undefined;
    }
  }

  #countBefore(ticks: bigint): number {
    return this.#count((row) => this.ticksOf(row) < ticks);
  }

  #countUntil(limit: OrderPosition): number {
    return this.#count((row) => compare(this.ticksOf(row), row.id, limit.ticks, limit.id) <= 0);
  }

  /** Rows at the start of the list for which the condition holds; it holds for none behind the first without. */
  #count(isBefore: (row: Row) => boolean): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(this.#sorted[middle] as Row)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #settle(): void {
    const waiting = this.#waiting.filter((row) => !row.isGone);
    this.#waiting = [];
    if (waiting.length <= fewRows && this.#gone <= fewRows + this.#sorted.length * deadShare) {
      for (const row of waiting)
        this.#sorted.splice(this.#countUntil({ ticks: this.ticksOf(row), id: row.id }), 0, row);
      return;
    }
    const rows = this.#sorted.filter((row) => !row.isGone);
    for (const row of waiting) rows.push(row);
    this.#sorted = rows.sort((a, b) => compare(this.ticksOf(a), a.id, this.ticksOf(b), b.id));
    this.#gone = 0;
  }
}

/** By time, then by id. */
function compare(ticks: bigint, id: string, otherTicks: bigint, otherId: string): number {
  if (ticks !== otherTicks) return ticks < otherTicks ? -1 : 1;
  return id < otherId ? -1 : id > otherId ? 1 : 0;
}
