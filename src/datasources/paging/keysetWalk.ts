import { compareInstants } from '../../time/instant.js';
import type { AnswerWarning } from '../../upstream/contract.js';
import type { KeysetPosition } from './cursor.js';

/** One read of a list that is ordered by a time. */
export interface WalkRead {
  /** Rows at this instant and beyond it in the list's direction; undefined reads from the start of the list. */
  readonly bound: string | undefined;
  /** True leaves out the rows at `bound` itself. */
  readonly exclusive: boolean;
  readonly skip: number;
  readonly limit: number;
}

export interface WalkRows<T> {
  readonly rows: readonly T[];
  /** Whether the upstream has rows after these. */
  readonly hasMore: boolean;
  readonly asOf: string;
  readonly warnings?: readonly AnswerWarning[];
  /** Rows of the whole list, when this read asked for it. */
  readonly total?: number | undefined;
}

/** An upstream list that can only be ordered by one time, without a second order for equal times. */
export interface WalkableList<T> {
  readonly direction: 'asc' | 'desc';
  /** The time that orders the list (RFC 3339); empty when a row has none. */
  readonly orderOf: (row: T) => string;
  readonly idOf: (row: T) => string;
  /** Rows per upstream call. */
  readonly limit: number;
  /** The largest offset that the upstream accepts. */
  readonly maxSkip: number;
  /** Asked before each call; false ends the walk early and marks the page truncated. */
  readonly mayCall: () => boolean;
  readonly read: (request: WalkRead) => Promise<WalkRows<T>>;
}

export interface WalkedPage<T> {
  readonly rows: readonly T[];
  readonly hasNextPage: boolean;
  readonly asOf: string;
  readonly warnings: readonly AnswerWarning[];
  /** True when the walk ended before the page was full, or a group of equal times was too large to be read whole. */
  readonly truncated: boolean;
  readonly total: number | undefined;
}

/**
 * Reads one page ordered by (time, id), where the upstream orders by time alone. It moves an inclusive time boundary,
 * so that rows at a page's edge are read again instead of lost, drops what it knows already, and answers only groups of
 * equal times that it has read whole. A page that does not get past one instant goes on by offset.
 */
export async function walkKeysetPage<T>(
  list: WalkableList<T>,
  first: number,
  after: KeysetPosition | undefined,
): Promise<WalkedPage<T> | undefined> {
  const walk = new Walk(list, after);
  while (!walk.ended && walk.ready().length <= first && list.mayCall()) await walk.step();
  return walk.page(first);
}

class Walk<T> {
  ended = false;
  private readonly known = new Map<string, T>();
  private readonly warnings: AnswerWarning[] = [];
  private bound: string | undefined;
  private exclusive = false;
  private skip = 0;
  private asOf: string | undefined;
  private overflowed = false;
  private total: number | undefined;

  constructor(
    private readonly list: WalkableList<T>,
    private readonly after: KeysetPosition | undefined,
  ) {
    this.bound = after === undefined || after.order === '' ? undefined : after.order;
  }

  async step(): Promise<void> {
    const { bound, exclusive, skip, list } = this;
    const answer = await list.read({ bound, exclusive, skip, limit: list.limit });
    this.remember(answer);
    if (!answer.hasMore || answer.rows.length === 0) this.ended = true;
    else this.advance(answer.rows);
  }

  /** Rows after the cursor that no later read can precede, in order. */
  ready(): readonly T[] {
    const edge = this.bound;
    return [...this.known.values()]
      .filter((row) => this.after === undefined || this.compare(this.positionOf(row), this.after) > 0)
      .filter((row) => this.ended || (edge !== undefined && this.isReadWhole(row, edge)))
      .sort((a, b) => this.compare(this.positionOf(a), this.positionOf(b)));
  }

  page(first: number): WalkedPage<T> | undefined {
    if (this.asOf === undefined) return undefined;
    const ready = this.ready();
    const stopped = !this.ended && ready.length <= first;
    return {
      rows: ready.slice(0, first),
      hasNextPage: ready.length > first || stopped,
      asOf: this.asOf,
      warnings: this.warnings,
      truncated: stopped || this.overflowed,
      total: this.total,
    };
  }

  private remember(answer: WalkRows<T>): void {
    for (const row of answer.rows) {
      const id = this.list.idOf(row);
      if (!this.known.has(id)) this.known.set(id, row);
    }
    this.asOf = this.asOf === undefined || compareInstants(answer.asOf, this.asOf) < 0 ? answer.asOf : this.asOf;
    this.total ??= answer.total;
    this.warnings.push(...(answer.warnings ?? []));
  }

  private advance(rows: readonly T[]): void {
    const edge = this.list.orderOf(rows.at(-1) as T);
    const isNew = edge !== '' && (this.bound === undefined || this.compareTimes(edge, this.bound) > 0);
    if (isNew) this.moveTo(edge, false);
    else if (this.skip < this.list.maxSkip) this.skip = Math.min(this.skip + rows.length, this.list.maxSkip);
    else this.leaveGroup();
  }

  /** Equal times beyond the upstream's reach: what was read has to do, and the walk goes on after them. */
  private leaveGroup(): void {
    this.overflowed = true;
    if (this.bound === undefined || this.exclusive) this.ended = true;
    else this.moveTo(this.bound, true);
  }

  private moveTo(bound: string, exclusive: boolean): void {
    this.bound = bound;
    this.exclusive = exclusive;
    this.skip = 0;
  }

  private isReadWhole(row: T, edge: string): boolean {
    const order = this.compareTimes(this.list.orderOf(row), edge);
    return order < 0 || (order === 0 && this.exclusive);
  }

  private positionOf(row: T): KeysetPosition {
    return { order: this.list.orderOf(row), id: this.list.idOf(row) };
  }

  private compare(a: KeysetPosition, b: KeysetPosition): number {
    return this.compareTimes(a.order, b.order) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  }

  private compareTimes(a: string, b: string): number {
    return this.list.direction === 'asc' ? compareInstants(a, b) : compareInstants(b, a);
  }
}
