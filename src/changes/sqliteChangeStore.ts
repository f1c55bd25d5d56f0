import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../time/clock.js';
import { planStep } from './applyStep.js';
import type { ChangeStore, FeedState, FeedStep, RememberedRow, StepResult, TailPage } from './changeStore.js';
import { type Change, type ChangeTopic, changeTopics } from './contract.js';
import { printCursor } from './cursor.js';
import { NewsBell } from './newsBell.js';
import { defaultRetention, type JournalRetention } from './retention.js';
import { inTransaction, openStateFile } from './sqliteSchema.js';
import { prepareTables, type SqliteTables } from './sqliteTables.js';
import { type StepPlan, toChange } from './stepPlan.js';

export interface SqliteChangeStoreOptions {
  /** Directory of the state file; made when absent. */
  readonly directory: string;
  /** Whose data the journal holds; that of another owner is dropped. Default: nobody in particular. */
  readonly owner?: string;
  /** Dates entries, so that they can grow old. */
  readonly clock: Clock;
  /** Default: a week, 200,000 entries. */
  readonly retention?: JournalRetention;
}

/** Read and parsed in one go, a few milliseconds of work at most. */
const rowsPerPage = 50;
/** Deleted by one step at most; the next one goes on. */
const trimmedPerStep = 2_000;

/**
 * The journal in `state.sqlite`, through Node's own SQLite: after a crash heads, feeds and entries are those of one
 * committed step. One process writes; it is its own leader, so fencing tokens say nothing here.
 * @throws when the file is not a database, or was written by a newer gateway.
 */
export function createSqliteChangeStore(options: SqliteChangeStoreOptions): ChangeStore {
  return new SqliteChangeStore(openStateFile(options.directory, options.owner ?? '', options.clock.now()), options);
}

class SqliteChangeStore implements ChangeStore {
  readonly #tables: SqliteTables;
  readonly #news = new NewsBell();
  readonly #retention: JournalRetention;

  constructor(
    private readonly database: DatabaseSync,
    private readonly options: SqliteChangeStoreOptions,
  ) {
    this.#tables = prepareTables(database);
    this.#retention = options.retention ?? defaultRetention;
  }

  async commit(step: FeedStep): Promise<StepResult> {
    const entries = inTransaction(this.database, () => this.#apply(step));
    this.#news.ring();
    return { entries };
  }

  async feed(topic: ChangeTopic): Promise<FeedState> {
    return this.#tables.feed(topic);
  }

  async read(sequence: number, limit: number): Promise<TailPage> {
    return inTransaction(this.database, () => this.#look(sequence, limit), 'DEFERRED');
  }

  async *rows<T extends ChangeTopic>(topic: T): AsyncGenerator<readonly RememberedRow<T>[]> {
    for (let after = ''; ; ) {
      const page = this.#tables.rowsAfter(topic, after, rowsPerPage);
      const last = page.at(-1);
      if (last === undefined) return;
      yield page;
      after = last.id;
      await nextTurn();
    }
  }

  async remembered<T extends ChangeTopic>(topic: T, ids: readonly string[]): Promise<RememberedRow<T>[]> {
    const rows: RememberedRow<T>[] = [];
    for (const [index, id] of ids.entries()) {
      if (index > 0 && index % rowsPerPage === 0) await nextTurn();
      const row = this.#tables.row(topic, id);
      if (row !== undefined) rows.push(row);
    }
    return rows;
  }

  async versions(topic: ChangeTopic, from: bigint, to: bigint): Promise<ReadonlyMap<string, bigint>> {
    return this.#tables.versionsBetween(topic, from, to);
  }

  onNews(listener: () => void): () => void {
    return this.#news.listen(listener);
  }

  async close(): Promise<void> {
    if (this.database.isOpen) this.database.close();
  }

  #apply(step: FeedStep): Change[] {
    const tables = this.#tables;
    const { topic } = step;
    const plan = planStep({ ...tables, gapCount: (at) => tables.gapCount(topic, at) }, step);
    const entries = this.#journal(plan, step);
    for (const head of plan.heads) tables.writeHead(head);
    for (const head of plan.deletedHeads) tables.deleteHead(head.topic, head.id);
    for (const { at, count } of plan.gaps) tables.writeGap(topic, at, count);
    if (plan.feed !== undefined) tables.writeFeed(topic, plan.feed);
    if (plan.forgetBefore !== undefined) {
      tables.forgetHeads(topic, plan.forgetBefore);
      tables.forgetGaps(topic, plan.forgetBefore);
    }
    return entries;
  }

  #journal({ drafts }: StepPlan, step: FeedStep): Change[] {
    const { epoch, newest } = this.#tables.journal();
    const now = Math.trunc(this.options.clock.now());
    const entries = drafts.map((draft, index) => {
      const sequence = newest + index + 1;
      const change = toChange(draft, step, printCursor({ epoch, sequence }));
      this.#tables.writeEntry(sequence, now, change);
      return change;
    });
    if (entries.length > 0) this.#tables.writeNewest(newest + entries.length);
    this.#trim(newest + entries.length, now);
    return entries;
  }

  #trim(newest: number, now: number): void {
    const oldest = this.#tables.oldestEntry();
    if (oldest === undefined) return;
    const young = this.#tables.firstEntrySince(now - this.#retention.maxAgeMs) ?? newest + 1;
    const kept = Math.max(young, newest - this.#retention.maxEntries + 1);
    if (kept > oldest) this.#tables.deleteEntriesBefore(Math.min(kept, oldest + trimmedPerStep));
  }

  #look(sequence: number, limit: number): TailPage {
    const { epoch, newest } = this.#tables.journal();
    return {
      epoch,
      newest,
      oldest: this.#tables.oldestEntry() ?? newest + 1,
      entries: this.#tables.entriesAfter(epoch, sequence, limit),
      feeds: this.#feeds(),
    };
  }

  #feeds(): TailPage['feeds'] {
    const feeds = changeTopics.map((topic) => [topic, this.#tables.feed(topic)]);
    return Object.fromEntries(feeds) as TailPage['feeds'];
  }
}
