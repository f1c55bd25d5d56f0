import type { MCASActivity } from '../../schema/types/mcasActivity.type.js';
import { compareInstants, toTicks } from '../../time/instant.js';
import { earlier } from './calls.js';
import { matchUser } from './matchUser.js';
import type { EpochSpan } from './operators.js';
import { ceilToEpochMs } from './time.js';

/** The newest activities of one user, as one caller wants them. */
export interface UserWant {
  readonly key: string;
  readonly userPrincipalName: string;
  /** Rows wanted; fewer are enough when there are no more. */
  readonly need: number;
  /** Whole epoch milliseconds, both ends inclusive. */
  readonly span: EpochSpan;
}

/** What a walk found for one want. */
export interface UserActivities {
  /** Newest first, equal times by id; complete as far as they go. */
  readonly rows: readonly MCASActivity[];
  /** False when these are all rows of the span; true when there may be more. */
  readonly more: boolean;
  /** True when the walk was stopped before there were enough. */
  readonly truncated: boolean;
  /** Rows that could not be told to be of one of the users asked for together. */
  readonly unattributed: number;
}

/** The next call of a walk. */
export interface UserRead {
  readonly users: readonly string[];
  readonly date: EpochSpan;
  readonly skip: number;
}

/**
 * The newest rows of many users from combined pages, which the upstream cuts by number of rows and not by user. Each page
 * completes everything newer than its last row; users with enough are left out of the next call, so that a busy one
 * cannot starve the others. The boundary is inclusive: rows at the edge come twice and are dropped once.
 */
export class UserWalk {
  readonly results = new Map<string, UserActivities>();
  private readonly pending: Set<UserWant>;
  private readonly rows = new Map<string, Map<string, MCASActivity>>();
  private edge: string | undefined;
  private read: UserRead | undefined;
  private lastPageRows = 0;
  private readonly unattributed = new Set<string>();

  constructor(wants: readonly UserWant[]) {
    this.pending = new Set(wants);
  }

  get isDone(): boolean {
    return this.pending.size === 0;
  }

  get unfinished(): readonly UserWant[] {
    return [...this.pending];
  }

  /** What to ask next. The same question as before goes on by offset: more rows than a page holds share one time. */
  next(): UserRead {
    const names = new Map(
      [...this.pending].map((want) => [want.userPrincipalName.toLowerCase(), want.userPrincipalName]),
    );
    const question = { users: [...names.values()], date: this.dateSpan() };
    const isRepeated = this.read !== undefined && isSameQuestion(this.read, question);
    this.read = { ...question, skip: isRepeated ? (this.read?.skip ?? 0) + this.lastPageRows : 0 };
    return this.read;
  }

  /** Takes the answer to the last question. */
  accept(rows: readonly MCASActivity[], hasNext: boolean): void {
    this.lastPageRows = rows.length;
    this.remember(rows);
    const isEnd = !hasNext || rows.length === 0;
    this.edge = rows.at(-1)?.timestamp ?? this.edge;
    for (const want of this.pending) this.settle(want, isEnd);
  }

  /** Ends the walk: who has not enough keeps what is complete. */
  stop(): void {
    for (const want of this.pending) this.finish(want, { rows: this.complete(want), more: true, truncated: true });
  }

  private remember(rows: readonly MCASActivity[]): void {
    const users = new Set((this.read?.users ?? []).map((name) => name.toLowerCase()));
    for (const row of rows) {
      const user = matchUser(row, users);
      if (user === undefined) this.unattributed.add(row.id);
      else this.rowsOf(user).set(row.id, row);
    }
  }

  private settle(want: UserWant, isEnd: boolean): void {
    const rows = isEnd ? this.inSpan(want) : this.complete(want);
    if (rows.length >= want.need) {
      this.finish(want, { rows: rows.slice(0, want.need), more: !isEnd || rows.length > want.need, truncated: false });
    } else if (isEnd || this.isPastSpan(want)) this.finish(want, { rows, more: false, truncated: false });
  }

  private finish(want: UserWant, found: Omit<UserActivities, 'unattributed'>): void {
    this.results.set(want.key, { ...found, unattributed: this.unattributed.size });
    this.pending.delete(want);
  }

  /** Rows that no later page can precede. */
  private complete(want: UserWant): MCASActivity[] {
    const edge = this.edge;
    return edge === undefined ? [] : this.inSpan(want).filter((row) => compareInstants(row.timestamp ?? '', edge) > 0);
  }

  private inSpan(want: UserWant): MCASActivity[] {
    const rows = [...this.rowsOf(want.userPrincipalName.toLowerCase()).values()];
    return rows.filter((row) => isInSpan(row, want.span)).sort(newestFirst);
  }

  private isPastSpan(want: UserWant): boolean {
    return want.span.gte !== undefined && this.edge !== undefined && ceilToEpochMs(this.edge) < want.span.gte;
  }

  private dateSpan(): EpochSpan {
    const gte = widest(
      [...this.pending].map((want) => want.span.gte),
      Math.min,
    );
    const latest = widest(
      [...this.pending].map((want) => want.span.lte),
      Math.max,
    );
    const lte = earlier(latest, this.edge === undefined ? undefined : ceilToEpochMs(this.edge));
    return { ...(gte === undefined ? {} : { gte }), ...(lte === undefined ? {} : { lte }) };
  }

  private rowsOf(user: string): Map<string, MCASActivity> {
    const known = this.rows.get(user) ?? new Map<string, MCASActivity>();
    this.rows.set(user, known);
    return known;
  }
}

function isSameQuestion(a: Omit<UserRead, 'skip'>, b: Omit<UserRead, 'skip'>): boolean {
  return a.date.gte === b.date.gte && a.date.lte === b.date.lte && a.users.join('\n') === b.users.join('\n');
}

/** The end that covers all; open when any of them is. */
function widest(ends: readonly (number | undefined)[], pick: (...ends: number[]) => number): number | undefined {
  const closed = ends.filter((end) => end !== undefined);
  return closed.length === ends.length && closed.length > 0 ? pick(...closed) : undefined;
}

function isInSpan(row: MCASActivity, span: EpochSpan): boolean {
  if (span.gte === undefined && span.lte === undefined) return true;
  const ticks = row.timestamp === null ? undefined : toTicks(row.timestamp);
  if (ticks === undefined) return false;
  const afterStart = span.gte === undefined || ticks >= BigInt(span.gte) * 10_000n;
  return afterStart && (span.lte === undefined || ticks < BigInt(span.lte + 1) * 10_000n);
}

/** Newest first, equal times by id: the order of every list of activities. */
function newestFirst(a: MCASActivity, b: MCASActivity): number {
  return compareInstants(b.timestamp ?? '', a.timestamp ?? '') || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
