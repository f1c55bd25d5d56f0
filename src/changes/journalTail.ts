import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from '../observability/logger.js';
import type { Clock } from '../time/clock.js';
import type { ChangeStore, TailPage } from './changeStore.js';
import type { Change } from './contract.js';
import { type JournalPosition, printCursor, sequenceOf } from './cursor.js';
import type { JournalApplier, JournalBatch } from './journalApplier.js';
import { RecentEntries, type RecentEntriesBound } from './recentEntries.js';

export interface JournalTailDeps {
  /** Stays open after `close`; whoever made it closes it. */
  readonly store: ChangeStore;
  /** In the order in which they hear of a batch. */
  readonly appliers: readonly JournalApplier[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** The journal is looked at this often even when nobody says that there is news. Default 2 seconds. */
  readonly pollIntervalMs?: number;
  /** How far a live reader may fall behind. Default 5,000 entries or 16 MB. */
  readonly recent?: RecentEntriesBound;
}

const defaultPollIntervalMs = 2_000;
const defaultRecent: RecentEntriesBound = { maxEntries: 5_000, maxBytes: 16 * 1_024 * 1_024 };
const entriesPerLook = 200;

/**
 * The one reader of the journal in this process. It goes through the entries in order, gives each batch to the appliers,
 * and only then lets followers see it, so that what they read next is never older than what they were told.
 */
export class JournalTail {
  readonly #recent: RecentEntries;
  readonly #closing = new AbortController();
  #position: JournalPosition = { epoch: '', sequence: 0 };
  #moved = buildSignal();
  #looked = buildSignal();
  #running: Promise<void> | undefined;
  #leaveNews: (() => void) | undefined;
  #nap = new AbortController();
  #failures = 0;
  #generation = 0;

  constructor(private readonly deps: JournalTailDeps) {
    this.#recent = new RecentEntries(deps.recent ?? defaultRecent);
  }

  /** Stands at the newest entry and follows from there. @throws when the journal cannot be read. */
  async start(): Promise<void> {
    const { epoch, newest } = await this.deps.store.read(0, 0);
    this.#position = { epoch, sequence: newest };
    this.#leaveNews = this.deps.store.onNews(() => this.#nap.abort());
    this.#running ??= this.#run();
  }

  /** Ends after the batch that is being applied. Followers end once they have read what was made visible. */
  async close(): Promise<void> {
    this.#leaveNews?.();
    this.#closing.abort();
    this.#nap.abort();
    await this.#running;
    this.#moved.give();
    this.#looked.give();
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Failed looks at the journal in a row; 0 while all is well. */
  get failures(): number {
    return this.#failures;
  }

  /** The newest entry that is applied. */
  get position(): JournalPosition {
    return this.#position;
  }

  /** Rises when the tail starts over: places from before are worth nothing, even where sequences look alike. */
  get generation(): number {
    return this.#generation;
  }

  /** An entry that is applied, while it is among the recent ones. */
  recent(sequence: number): Change | undefined {
    return this.#recent.get(sequence);
  }

  /** Entries as the store has them, which may be further than `position`. */
  read(sequence: number, limit: number): Promise<TailPage> {
    return this.deps.store.read(sequence, limit);
  }

  /** Resolves when `position` moves next, and when the tail closes. */
  moved(): Promise<void> {
    return this.#moved.given;
  }

  /** Resolves after the next look at the journal, whether or not it could be read. */
  looked(): Promise<void> {
    return this.#looked.given;
  }

  /** Resolves when an entry is applied here, and when the tail closes. */
  async applied({ epoch, sequence }: JournalPosition): Promise<void> {
    while (!this.isClosed && (epoch !== this.#position.epoch || sequence > this.#position.sequence)) await this.moved();
  }

  async #run(): Promise<void> {
    for (const applier of this.deps.appliers) await this.#restart(applier);
    while (!this.isClosed) {
      this.#nap = new AbortController();
      const isBehind = await this.#tryAdvance();
      this.#tellLooked();
      if (isBehind) await nextTurn();
      else await this.#rest();
    }
  }

  async #rest(): Promise<void> {
    const { clock, pollIntervalMs = defaultPollIntervalMs } = this.deps;
    if (!this.isClosed) await clock.sleep(pollIntervalMs, this.#nap.signal).catch(() => undefined);
  }

  /** @returns whether there is more to read. */
  async #tryAdvance(): Promise<boolean> {
    try {
      const isBehind = await this.#advance();
      if (this.#failures > 0) this.deps.logger.info({ failures: this.#failures }, 'journal of changes is read again');
      this.#failures = 0;
      return isBehind;
    } catch (error) {
      this.#failures += 1;
      if (this.#failures === 1) this.deps.logger.error({ err: error }, 'journal of changes could not be read');
      return false;
    }
  }

  async #advance(): Promise<boolean> {
    const page = await this.deps.store.read(this.#position.sequence, entriesPerLook);
    if (page.epoch !== this.#position.epoch || page.newest < this.#position.sequence) {
      await this.#startOver(page, 'the journal is another one');
      return true;
    }
    const entries = densePart(page.entries, this.#position.sequence);
    if (entries.length === 0 && page.newest > this.#position.sequence) {
      await this.#startOver(page, 'entries of the journal are missing');
      return true;
    }
    await this.#show({ entries, feeds: page.feeds, newest: page.newest });
    return page.newest > this.#position.sequence;
  }

  async #show(batch: JournalBatch): Promise<void> {
    for (const applier of this.deps.appliers) await this.#apply(applier, batch);
    if (batch.entries.length === 0) return;
    const { epoch } = this.#position;
    const first = this.#position.sequence + 1;
    for (const [index, entry] of batch.entries.entries()) this.#recent.push(first + index, entry);
    this.#moveTo({ epoch, sequence: this.#position.sequence + batch.entries.length });
  }

  async #startOver({ epoch, newest }: TailPage, why: string): Promise<void> {
    const from = printCursor(this.#position);
    this.deps.logger.warn({ from, to: printCursor({ epoch, sequence: newest }) }, `starting over: ${why}`);
    for (const applier of this.deps.appliers) await this.#restart(applier);
    this.#recent.clear();
    this.#generation += 1;
    this.#moveTo({ epoch, sequence: newest });
  }

  #moveTo(position: JournalPosition): void {
    this.#position = position;
    const moved = this.#moved;
    this.#moved = buildSignal();
    moved.give();
  }

  #tellLooked(): void {
    const looked = this.#looked;
    this.#looked = buildSignal();
    looked.give();
  }

  /** The entries are committed: an applier that fails must not keep them from everybody else. */
  async #apply(applier: JournalApplier, batch: JournalBatch): Promise<void> {
    try {
      await applier.apply(batch);
    } catch (error) {
      this.deps.logger.error({ err: error, applier: applier.name }, 'changes could not be applied');
      await this.#restart(applier);
    }
  }

  async #restart(applier: JournalApplier): Promise<void> {
    try {
      await applier.restart();
    } catch (error) {
      this.deps.logger.error({ err: error, applier: applier.name }, 'an applier of changes could not start over');
    }
  }
}

/** The entries that follow `sequence` one by one, up to the first hole. */
export function densePart(entries: readonly Change[], sequence: number): readonly Change[] {
  const hole = entries.findIndex((entry, index) => sequenceOf(entry) !== sequence + index + 1);
  return hole === -1 ? entries : entries.slice(0, hole);
}

function buildSignal(): { readonly given: Promise<void>; give(): void } {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}
