import type { Change, ChangeTopic } from './contract.js';
import { type JournalPosition, printCursor, sequenceOf } from './cursor.js';
import { densePart, type JournalTail } from './journalTail.js';

export interface FollowerDeps<T extends ChangeTopic> {
  readonly topic: T;
  readonly tail: JournalTail;
  /** Place to go on from; absent = the present. */
  readonly from?: JournalPosition | undefined;
  readonly signal: AbortSignal;
  /** RFC 3339; dates what the follower itself declares. */
  readonly now: () => string;
  readonly onEnd?: () => void;
}

/** Held by each reader that replays. */
const entriesPerReplay = 50;
/** A journal that was away may come back between a read and the tail's. */
const failuresInPassing = 2;

/**
 * One reader's place in the journal. Replay and live are the same walk: what is recent comes from the tail, what is older
 * from the store, never further than the tail has applied. Not a generator: `return` must end a `next` that is waiting.
 */
export class ChangeFollower<T extends ChangeTopic> implements AsyncIterableIterator<Change<T>> {
  readonly #tail: JournalTail;
  #at: JournalPosition;
  /** Of the tail when the two were first in the same journal. */
  #generation: number | undefined;
  /** Read from the store and still to be handed out; `#at` is behind them already. */
  #replayed: Change<T>[] = [];
  /** Once it has been at the newest entry, the bound of live readers holds. */
  #isLive: boolean;
  /** Failed reads in a row while the tail could read. */
  #failures = 0;
  #isEnded = false;
  #leave: () => void = () => undefined;
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(private readonly deps: FollowerDeps<T>) {
    this.#tail = deps.tail;
    this.#at = deps.from ?? deps.tail.position;
    this.#generation = this.#at.epoch === deps.tail.position.epoch ? deps.tail.generation : undefined;
    this.#isLive = deps.from === undefined;
    if (deps.signal.aborted) this.#end();
    else deps.signal.addEventListener('abort', this.#end, { once: true });
  }

  /**
   * Calls are answered in their order. While the journal is away they wait for it.
   * @throws when it can be read and still not from this place on; the place is kept.
   */
  next(): Promise<IteratorResult<Change<T>, undefined>> {
    const turn = this.#lastTurn.then(() => this.#pull());
    this.#lastTurn = turn.catch(() => undefined);
    return turn;
  }

  async return(): Promise<IteratorResult<Change<T>, undefined>> {
    this.#end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #pull(): Promise<IteratorResult<Change<T>, undefined>> {
    while (!this.#isEnded) {
      const change = await this.#walk();
      if (change !== undefined && !this.#isEnded) return { done: false, value: change };
    }
    return { done: true, value: undefined };
  }

  /** One move at most; `undefined` means to look again. */
  async #walk(): Promise<Change<T> | undefined> {
    const { epoch, sequence } = this.#tail.position;
    if (this.#at.epoch !== epoch) return this.#leaveJournal();
    this.#generation ??= this.#tail.generation;
    if (this.#generation !== this.#tail.generation) return this.#resync('Changes were lost.');
    if (this.#replayed.length > 0) return this.#replayed.shift();
    if (this.#at.sequence === sequence) return this.#waitForMore();
    if (this.#at.sequence > sequence) return this.#catchUpWithTail();
    if (this.#tail.recent(this.#at.sequence + 1) !== undefined) return this.#nextRecent();
    if (this.#isLive) return this.#resync(`The reader fell ${sequence - this.#at.sequence} changes behind.`);
    return this.#replay(sequence);
  }

  /**
   * The tail went on to another journal, or the cursor was brought from one: a former one, or the present one that only
   * the tail has not come to yet. Then there is nothing to declare, and a `RESYNC` would lead back.
   */
  async #leaveJournal(): Promise<Change<T> | undefined> {
    if (this.#generation === undefined) {
      const moved = this.#tail.moved();
      const page = await this.#read(0);
      if (page === undefined) return undefined;
      const { epoch } = this.#tail.position;
      if (page.epoch === this.#at.epoch || page.epoch !== epoch) return this.#waitFor(moved);
    }
    return this.#resync('The journal of changes began anew.');
  }

  #waitForMore(): Promise<undefined> {
    this.#isLive = true;
    return this.#waitFor(this.#tail.moved());
  }

  async #waitFor(moved: Promise<void>): Promise<undefined> {
    if (this.#tail.isClosed) this.#end();
    else await this.#orEnd(moved);
  }

  #nextRecent(): Change<T> | undefined {
    for (;;) {
      const change = this.#tail.recent(this.#at.sequence + 1);
      if (change === undefined) return undefined;
      this.#at = { ...this.#at, sequence: this.#at.sequence + 1 };
      if (this.#concerns(change)) return change;
    }
  }

  async #replay(applied: number): Promise<Change<T> | undefined> {
    const moved = this.#tail.moved();
    const page = await this.#read(entriesPerReplay);
    if (page === undefined) return undefined;
    if (page.epoch !== this.#at.epoch) return this.#orEnd(moved).then(() => undefined);
    const visible = densePart(page.entries, this.#at.sequence).filter((entry) => sequenceOf(entry) <= applied);
    const last = visible.at(-1);
    if (last === undefined) return this.#resync('Changes since the cursor are not kept any more.');
    this.#at = { ...this.#at, sequence: sequenceOf(last) };
    this.#replayed = visible.filter((change) => this.#concerns(change));
    return undefined;
  }

  /** The cursor came from an instance that is further, or from entries that were lost. */
  async #catchUpWithTail(): Promise<Change<T> | undefined> {
    const moved = this.#tail.moved();
    const page = await this.#read(0);
    if (page === undefined) return undefined;
    if (page.epoch === this.#at.epoch && page.newest < this.#at.sequence) {
      return this.#resync('The journal does not reach as far as the cursor.');
    }
    return this.#waitFor(moved);
  }

  /** `undefined` when nobody wants the answer any more. */
  async #read(limit: number) {
    if (this.#tail.isClosed) {
      this.#end();
      return undefined;
    }
    const looked = this.#tail.looked();
    try {
      const page = await this.#orEnd(this.#tail.read(this.#at.sequence, limit));
      this.#failures = 0;
      return page;
    } catch (error) {
      await this.#orEnd(looked);
      this.#failures = this.#tail.failures === 0 ? this.#failures + 1 : 0;
      if (this.#failures > failuresInPassing) throw error;
      return undefined;
    }
  }

  #resync(reason: string): Change<T> {
    this.#at = this.#tail.position;
    this.#generation = this.#tail.generation;
    this.#replayed = [];
    this.#isLive = true;
    return Object.freeze({
      cursor: printCursor(this.#at),
      topic: this.deps.topic,
      id: null,
      change: 'RESYNC',
      entity: null,
      before: null,
      changedFields: [],
      detectedBy: 'POLL',
      detectedAt: this.deps.now(),
      reason,
      isSilent: false,
    });
  }

  #concerns(change: Change): change is Change<T> {
    return change.topic === this.deps.topic && !change.isSilent;
  }

  /** The outcome of the work, or `undefined` as soon as the follower ends. */
  #orEnd<R>(work: Promise<R>): Promise<R | undefined> {
    return new Promise((resolve, reject) => {
      this.#leave = () => resolve(undefined);
      work.then(resolve, reject);
    });
  }

  readonly #end = (): void => {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#replayed = [];
    this.deps.signal.removeEventListener('abort', this.#end);
    this.deps.onEnd?.();
    this.#leave();
  };
}
