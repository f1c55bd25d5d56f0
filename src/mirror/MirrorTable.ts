import { type Direction, OrderIndex, type OrderPosition } from './OrderIndex.js';
import { SharedTexts } from './SharedTexts.js';

export type MirrorOrder = 'created' | 'updated';

/** An entity with what the tables order and find it by. Times are 100 ns ticks, {@link noTime} when there is none. */
export interface MirrorRow<E> {
  readonly id: string;
  readonly entity: E;
  /** Last update, or the time that stands in for it: what the window is about. */
  readonly updated: bigint;
  readonly created: bigint;
  /** What it is found by. */
  readonly keys: readonly string[];
}

/** Earlier than every time. */
export const noTime = -(2n ** 63n);

/** Rows may be more than wanted by so much, because trimming sorts them. */
const overfullShare = 1.25;

/** What readers see of a table. */
export interface MirrorRows<E> {
  get(id: string): MirrorRow<E> | undefined;
  /** Rows that carry a key, in no order. */
  keyed(key: string): Iterable<MirrorRow<E>>;
  scan(order: MirrorOrder, direction: Direction, after?: OrderPosition): Iterable<MirrorRow<E>>;
}

interface StoredRow<E> extends MirrorRow<E> {
  isGone: boolean;
}

/** Rows of one topic by id, by key, and in the order of creation and of last update. */
export class MirrorTable<E extends object> implements MirrorRows<E> {
  readonly #rows = new Map<string, StoredRow<E>>();
  readonly #byKey = new Map<string, Set<StoredRow<E>>>();
  readonly #orders: Readonly<Record<MirrorOrder, OrderIndex<StoredRow<E>>>> = {
    created: new OrderIndex(({ created }) => created),
    updated: new OrderIndex(({ updated }) => updated),
  };
  readonly #texts = new SharedTexts();
  #floor = noTime;

  /**
   * @param maxRows Rows kept; the longest unchanged leave first.
   * @param keysOf Texts under which an entity is found without looking at all of them.
   */
  constructor(
    private readonly maxRows: number,
    private readonly keysOf: (entity: E) => readonly string[],
  ) {}

  /** So much that it should be trimmed before more comes. */
  get isOverfull(): boolean {
    return this.#rows.size > this.maxRows * overfullShare;
  }

  /** Rows with a last update before this one may have left. */
  get floor(): bigint {
    return this.#floor;
  }

  get(id: string): MirrorRow<E> | undefined {
    return this.#rows.get(id);
  }

  keyed(key: string): Iterable<MirrorRow<E>> {
    return this.#byKey.get(key) ?? [];
  }

  scan(order: MirrorOrder, direction: Direction, after?: OrderPosition): Iterable<MirrorRow<E>> {
    return this.#orders[order].scan(direction, after);
  }

  /** Freezes the entity, however deep: readers of many answers share it. */
  put(row: Omit<MirrorRow<E>, 'keys'>): void {
    this.remove(row.id);
    settleForGood(row.entity, this.#texts);
    const keys = this.keysOf(row.entity).map((key) => this.#texts.share(key));
    const stored: StoredRow<E> = { ...row, keys, isGone: false };
    this.#rows.set(row.id, stored);
    this.#orders.created.add(stored);
    this.#orders.updated.add(stored);
    for (const key of stored.keys) this.#keyed(key).add(stored);
  }

  remove(id: string): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    row.isGone = true;
    this.#rows.delete(id);
    this.#orders.created.noteGone();
    this.#orders.updated.noteGone();
    for (const key of row.keys) {
      const rows = this.#byKey.get(key);
      rows?.delete(row);
      if (rows?.size === 0) this.#byKey.delete(key);
    }
  }

  clear(): void {
    this.#rows.clear();
    this.#byKey.clear();
    this.#orders.created.clear();
    this.#orders.updated.clear();
    this.#floor = noTime;
  }

  /** Drops what was not updated since an instant, and what is too much. */
  trim(before: bigint): void {
    let floor = before > this.#floor ? before : this.#floor;
    let excess = this.#rows.size - this.maxRows;
    for (const row of this.scan('updated', 'asc')) {
      if (row.updated >= floor && excess <= 0) break;
      if (row.updated >= floor) floor = row.updated + 1n;
      excess -= 1;
      this.remove(row.id);
    }
    this.#floor = floor;
  }

  #keyed(key: string): Set<StoredRow<E>> {
    const rows = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, rows);
    return rows;
  }
}

/** Freezes what was read for us alone; texts that other rows have too are replaced by theirs. */
function settleForGood(value: object, texts: SharedTexts): void {
  if (Object.isFrozen(value)) return;
  const members = value as Record<string, unknown>;
  for (const [name, member] of Object.entries(members)) {
    if (typeof member === 'string') members[name] = texts.share(member);
    else if (member !== null && typeof member === 'object') settleForGood(member, texts);
  }
  Object.freeze(value);
}
