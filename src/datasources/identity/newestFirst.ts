import type { Connection } from '../../schema/types/connection.js';
import { compareInstants } from '../../time/instant.js';
import { type RowsInfo, toConnection } from '../paging/connection.js';
import { decodeTimeCursor, encodeCursor, type KeysetPosition } from '../paging/cursor.js';
import type { PageRequest } from '../paging/pageArgs.js';

/** Rows by a time, latest first, rows without the time last; equal times by id. */
export class NewestFirst<T extends { readonly id: string }> {
  constructor(private readonly timeOf: (row: T) => string | null) {}

  sort(rows: readonly T[]): T[] {
    return [...rows].sort((a, b) => comparePositions(this.positionOf(a), this.positionOf(b)));
  }

  /** Rows behind a position, or all; sorted rows stay sorted. */
  after(rows: readonly T[], position: KeysetPosition | undefined): readonly T[] {
    return position === undefined ? rows : rows.filter((row) => comparePositions(this.positionOf(row), position) > 0);
  }

  /** @throws {UserInputError} when the cursor belongs to another list; {@link checkCursor} says so before rows are read. */
  page(sorted: readonly T[], page: PageRequest, list: ListFacts): Connection<T> {
    const rest = this.after(sorted, checkCursor(page, list.key));
    return this.connection(rest.slice(0, page.first), { ...list, hasNextPage: rest.length > page.first });
  }

  /** @param rows Of one page, sorted. */
  connection(rows: readonly T[], { key, ...facts }: ListFacts & { readonly hasNextPage: boolean }): Connection<T> {
    return toConnection({ rows, cursorOf: (row) => encodeCursor(this.positionOf(row), key), ...facts });
  }

  private positionOf(row: T): KeysetPosition {
    return { order: this.timeOf(row) ?? '', id: row.id };
  }
}

/**
 * The position that a page begins behind; undefined at the start of the list.
 * @throws {UserInputError} when the cursor belongs to another list.
 */
export function checkCursor({ after }: PageRequest, listKey: string): KeysetPosition | undefined {
  return after === undefined ? undefined : decodeTimeCursor(after, listKey);
}

/** What a page says of its whole list. */
export interface ListFacts {
  /** Made by `listKeyOf`. */
  readonly key: string;
  readonly totalCount: number | null;
  readonly info: RowsInfo;
}

function comparePositions(a: KeysetPosition, b: KeysetPosition): number {
  return compareInstants(b.order, a.order) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
