import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ChangeStore, FeedState, RememberedRow } from '../changes/changeStore.js';
import type { Change, ChangeTopic, EntityOf } from '../changes/contract.js';
import { creationOf, rulesOf, versionOf } from '../changes/topics.js';
import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';
import { Doubts } from './Doubts.js';
import { MirrorTable, noTime } from './MirrorTable.js';
import { SweepWatch } from './SweepWatch.js';

export interface TopicMirrorOptions<T extends ChangeTopic> {
  readonly topic: T;
  readonly store: ChangeStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Rows are kept for so long after their last update; null: as long as the feed remembers them. */
  readonly days: number | null;
  readonly maxRows: number;
  readonly intervalOf: (feed: FeedState) => number;
  readonly keysOf: (entity: EntityOf<T>) => readonly string[];
  readonly onRow: (entity: EntityOf<T>, updated: bigint) => void;
}

const dayTicks = 864_000_000_000n;
const ticksPerMs = 10_000n;
/** After a load that failed. */
const retryMs = 5_000;

/** A load under way: what the journal told meanwhile is newer than what the load brings. */
interface Load {
  readonly touched: Set<string>;
  /** Set at the end: the journal has to be applied up to here before the rows are one state. */
  through: number | undefined;
}

/** The mirrored rows of one topic, and how far they can be trusted. */
export class TopicMirror<T extends ChangeTopic> {
  readonly table: MirrorTable<EntityOf<T>>;
  readonly doubts = new Doubts();
  readonly #sweeps: SweepWatch;
  #feed: FeedState | undefined;
  #load: Load | undefined;
  #isLoaded = false;
  #retryAt = Number.NEGATIVE_INFINITY;
  #loading: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(private readonly options: TopicMirrorOptions<T>) {
    this.table = new MirrorTable(options.maxRows, options.keysOf);
    this.#sweeps = new SweepWatch(options.intervalOf);
  }

  /** The upstream's clock at the last whole sweep that is applied here; `undefined` while nothing is to be answered. */
  get asOf(): string | undefined {
    return this.#isLoaded ? (this.#feed?.sweptAt ?? undefined) : undefined;
  }

  /** Every row with a last update from here on is here, in 100 ns ticks. `undefined` before the window is known. */
  get coveredFrom(): bigint | undefined {
    const covered = this.#feed?.coveredFrom ?? undefined;
    return covered !== undefined && covered < this.table.floor ? this.table.floor : covered;
  }

  get isCaughtUp(): boolean {
    return this.wasCaughtUp(0);
  }

  /** Whether the rows are those of a mirror that was caught up in the last so many milliseconds. */
  wasCaughtUp(lateMs: number): boolean {
    return this.#isLoaded && this.#feed?.isFilled === true && this.#sweeps.isRecent(this.options.clock.now(), lateMs);
  }

  get isComplete(): boolean {
    return this.#feed?.isComplete === true;
  }

  forget(): void {
    this.table.clear();
    this.#sweeps.forget();
    this.#feed = undefined;
    this.#unload();
  }

  applyEntry(entry: Change): void {
    if (entry.topic !== this.options.topic || (!this.#isLoaded && this.#load === undefined)) return;
    if (entry.change === 'RESYNC' || entry.id === null) return this.#unload();
    this.#load?.touched.add(entry.id);
    if (entry.entity === null) this.table.remove(entry.id);
    else this.#put(entry.id, entry.entity as EntityOf<T>);
  }

  /** @param feed Where the feed stands now, with every entry up to `applied` applied. */
  look(feed: FeedState, applied: number): void {
    if (this.#feed !== undefined && isRefilled(this.#feed, feed)) this.#unload();
    this.#feed = feed;
    const now = this.options.clock.now();
    if (this.#sweeps.look(feed, now)) this.doubts.noteSweep();
    if (!feed.isFilled) return this.#unload();
    if (this.#load === undefined && !this.#isLoaded && now >= this.#retryAt) this.#startLoad();
    if (this.#load?.through !== undefined && applied >= this.#load.through) {
      this.#load = undefined;
      this.#isLoaded = true;
    }
    if (this.#isLoaded) this.#trim();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unload();
    await this.#loading;
  }

  #trim(): void {
    const { clock, days } = this.options;
    this.table.trim(days === null ? noTime : BigInt(clock.now()) * ticksPerMs - BigInt(days) * dayTicks);
  }

  #unload(): void {
    this.#isLoaded = false;
    this.#load = undefined;
  }

  #startLoad(): void {
    if (this.#stopped) return;
    const load: Load = { touched: new Set(), through: undefined };
    this.#load = load;
    this.table.clear();
    this.#loading = this.#loading.then(() => this.#fill(load));
  }

  /** Given up as soon as another load takes its place. Others have their turn between two pages. */
  async #fill(load: Load): Promise<void> {
    const { store, topic, logger, clock } = this.options;
    try {
      for await (const rows of store.rows(topic)) {
        if (this.#load !== load) return;
        for (const row of rows) this.#putLoaded(row, load);
        if (this.table.isOverfull) this.#trim();
        await nextTurn();
      }
      load.through = (await store.read(0, 0)).newest;
    } catch (err) {
      if (this.#load !== load) return;
      logger.warn({ err, topic }, 'mirror not loaded');
      this.#retryAt = clock.now() + retryMs;
      this.#unload();
    }
  }

  #putLoaded({ id, entity }: RememberedRow<T>, load: Load): void {
    if (!load.touched.has(id)) this.#put(id, entity);
  }

  #put(id: string, entity: EntityOf<T>): void {
    const { topic } = this.options;
    const isReadWhole = rulesOf(topic).creationField === null;
    const updated = versionOf(topic, entity) ?? (isReadWhole ? noTime : undefined);
    if (updated === undefined) return this.table.remove(id);
    this.table.put({ id, entity, updated, created: creationOf(topic, entity) ?? (isReadWhole ? updated : noTime) });
    this.options.onRow(entity, updated);
  }
}

/** The feed remembers rows that it did not journal: from a fill begun anew, or from before its earlier beginning. */
function isRefilled(before: FeedState, now: FeedState): boolean {
  const reachesBack = before.coveredFrom !== null && now.coveredFrom !== null && now.coveredFrom < before.coveredFrom;
  return before.start !== now.start || reachesBack;
}
