import type { AnswerSource } from '../../schema/types/answerInfo.type.js';
import type { Connection } from '../../schema/types/connection.js';
import type { CallMeter } from '../../upstream/contract.js';
import { type RowsInfo, toConnection } from './connection.js';
import { encodeCursor, type KeysetPosition } from './cursor.js';
import type { WalkedPage } from './keysetWalk.js';
import { mergeRowsInfo } from './rowsInfo.js';

/** Pages that are read on when rows of the first had to be dropped. */
const maxRefills = 3;

/** What the cache keeps of a page: rows as the upstream had them, because cursors are made from those. */
export type StoredPage<T> = Omit<WalkedPage<T>, 'asOf'>;

/** A page and where it comes from. */
export interface ReadPage<T> {
  /** Null when there is nothing. */
  readonly value: StoredPage<T> | null;
  readonly asOf: string;
  readonly stale: boolean;
  readonly source: AnswerSource;
}

/** A list at the upstream that our own recent writes cover. */
export interface CoveredList<T extends { readonly id: string }> {
  readonly listKey: string;
  readonly first: number;
  readonly meter: CallMeter;
  /** Reads the page behind a position, from wherever it is good; only the head of the answer tells a total. */
  read(after: KeysetPosition | undefined, isHead: boolean): Promise<ReadPage<T>>;
  /** The row with our own writes. */
  cover(row: T): T;
  /** Whether the covered row still belongs to the list. */
  belongs(row: T): boolean;
  /** Of the row as the upstream had it. */
  positionOf(row: T): KeysetPosition;
}

interface Row<T> {
  readonly node: T;
  readonly position: KeysetPosition;
}

/** One page of the list. Rows that our own writes took out of it are dropped, and the page is filled up with those behind it. */
export async function readCoveredPage<T extends { readonly id: string }>(
  list: CoveredList<T>,
  start: KeysetPosition | undefined,
): Promise<Connection<T>> {
  const head = await list.read(start, true);
  const pages = [head];
  const rows = keep(list, head);
  let [last, after] = [head, start];
  for (let refill = 0; rows.length < list.first && hasNext(last) && refill < maxRefills; refill += 1) {
    after = endOf(list, last) ?? after;
    last = await list.read(after, false);
    pages.push(last);
    rows.push(...keep(list, last));
  }
  const shown = rows.slice(0, list.first);
  const isCut = rows.length > list.first;
  const infos = pages.map((page) => tell(list, page));
  return toPage(shown, list.listKey, {
    end: isCut ? shown.at(-1)?.position : endOf(list, last),
    hasNextPage: isCut || hasNext(last),
    totalCount: head.value?.total ?? null,
    info: mergeRowsInfo(infos, head.asOf),
  });
}

/** The answer to a list that can have no rows. @param asOf RFC 3339. */
export function emptyPage<T extends { readonly id: string }>(asOf: string): Connection<T> {
  return toConnection<T>({
    rows: [],
    cursorOf: ({ id }) => id,
    hasNextPage: false,
    totalCount: 0,
    info: { asOf, source: 'CACHE' },
  });
}

function keep<T extends { readonly id: string }>(list: CoveredList<T>, page: ReadPage<T>): Row<T>[] {
  return (page.value?.rows ?? [])
    .map((row) => ({ node: list.cover(row), position: list.positionOf(row) }))
    .filter(({ node }) => list.belongs(node));
}

/** What is true of a page; its warnings are told beside the whole answer too. */
function tell<T extends { readonly id: string }>(list: CoveredList<T>, page: ReadPage<T>): RowsInfo {
  const { value, asOf, source, stale } = page;
  const warnings = value?.warnings ?? [];
  for (const warning of warnings) list.meter.warning(warning);
  return { asOf, source, stale, truncated: value?.truncated ?? false, warnings };
}

interface PageFacts {
  /** Where the next page begins; rows that were dropped at the end are not read again. */
  readonly end: KeysetPosition | undefined;
  readonly hasNextPage: boolean;
  readonly totalCount: number | null;
  readonly info: RowsInfo;
}

function toPage<T extends { readonly id: string }>(
  rows: readonly Row<T>[],
  listKey: string,
  { end, ...facts }: PageFacts,
): Connection<T> {
  const cursors = new Map(rows.map(({ node, position }) => [node.id, encodeCursor(position, listKey)]));
  const nodes = rows.map(({ node }) => node);
  const connection = toConnection({ rows: nodes, cursorOf: ({ id }) => cursors.get(id) ?? '', ...facts });
  const endCursor = end === undefined ? null : encodeCursor(end, listKey);
  return { ...connection, pageInfo: { ...connection.pageInfo, endCursor } };
}

function hasNext<T>(page: ReadPage<T>): boolean {
  return page.value?.hasNextPage ?? false;
}

function endOf<T extends { readonly id: string }>(list: CoveredList<T>, page: ReadPage<T>): KeysetPosition | undefined {
  const last = page.value?.rows.at(-1);
  return last === undefined ? undefined : list.positionOf(last);
}
