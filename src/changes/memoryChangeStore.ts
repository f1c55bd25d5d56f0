import type { Clock } from '../time/clock.js';
import { planStep } from './applyStep.js';
import {
  type ChangeStore,
  type FeedState,
  type FeedStep,
  initialFeedState,
  type RememberedRow,
  type StepResult,
  type TailPage,
} from './changeStore.js';
import { type Change, type ChangeTopic, changeTopics } from './contract.js';
import { printCursor } from './cursor.js';
import { makeEpoch } from './epoch.js';
import { type Head, headKey } from './head.js';
import { NewsBell } from './newsBell.js';
import { defaultRetention, type JournalRetention } from './retention.js';
import { type StepPlan, toChange } from './stepPlan.js';

export interface MemoryChangeStoreOptions {
  readonly clock: Clock;
  /** Default: a week, 200,000 entries. */
  readonly retention?: JournalRetention;
}

const rowsPerPage = 500;

interface KeptEntry {
  readonly change: Change;
  /** Our clock, in milliseconds. */
  readonly committedAt: number;
}

/** The journal without durability, for tests: what the others do, in its shortest form. */
export function createMemoryChangeStore(options: MemoryChangeStoreOptions): ChangeStore {
  return new MemoryChangeStore(options);
}

class MemoryChangeStore implements ChangeStore {
  readonly #epoch: string;
  readonly #heads = new Map<string, Head>();
  readonly #gaps = new Map<ChangeTopic, Map<bigint, number | null>>(changeTopics.map((topic) => [topic, new Map()]));
  readonly #feeds = new Map<ChangeTopic, FeedState>(changeTopics.map((topic) => [topic, initialFeedState]));
  readonly #news = new NewsBell();
  readonly #entries: KeptEntry[] = [];
  #newest = 0;

  constructor(private readonly options: MemoryChangeStoreOptions) {
    this.#epoch = makeEpoch(options.clock.now());
  }

  async commit(step: FeedStep): Promise<StepResult> {
    const reads = {
      head: (topic: ChangeTopic, id: string) => this.#heads.get(headKey({ topic, id })),
      feed: (topic: ChangeTopic) => this.#feedOf(topic),
      gapCount: (at: bigint) => this.#gapsOf(step.topic).get(at),
    };
    const plan = planStep(reads, step);
    const entries = this.#journal(plan, step);
    this.#move(plan, step.topic);
    this.#news.ring();
    return { entries };
  }

  async feed(topic: ChangeTopic): Promise<FeedState> {
    return this.#feedOf(topic);
  }

  async read(sequence: number, limit: number): Promise<TailPage> {
    const oldest = this.#newest - this.#entries.length + 1;
    const from = Math.max(0, sequence - oldest + 1);
    return {
      epoch: this.#epoch,
      oldest,
      newest: this.#newest,
      entries: this.#entries.slice(from, from + limit).map(({ change }) => change),
      feeds: Object.fromEntries(this.#feeds) as TailPage['feeds'],
    };
  }

  async *rows<T extends ChangeTopic>(topic: T): AsyncGenerator<readonly RememberedRow<T>[]> {
    const heads = [...this.#heads.values()].filter((head) => head.topic === topic) as Head<T>[];
    for (let from = 0; from < heads.length; from += rowsPerPage) {
      yield heads.slice(from, from + rowsPerPage).map(toRow);
    }
  }

  async remembered<T extends ChangeTopic>(topic: T, ids: readonly string[]): Promise<RememberedRow<T>[]> {
    const heads = ids.flatMap((id) => this.#heads.get(headKey({ topic, id })) ?? []) as Head<T>[];
    return heads.map(toRow);
  }

  async versions(topic: ChangeTopic, from: bigint, to: bigint): Promise<ReadonlyMap<string, bigint>> {
    const heads = [...this.#heads.values()].filter((head) => head.topic === topic);
    const meant = heads.filter(({ version }) => version >= from && version < to);
    return new Map(meant.map(({ id, version }) => [id, version]));
  }

  onNews(listener: () => void): () => void {
    return this.#news.listen(listener);
  }

  async close(): Promise<void> {}

  #journal({ drafts }: StepPlan, step: FeedStep): Change[] {
    const { clock, retention = defaultRetention } = this.options;
    const committedAt = clock.now();
    const epoch = this.#epoch;
    const entries = drafts.map((draft) => toChange(draft, step, printCursor({ epoch, sequence: (this.#newest += 1) })));
    this.#entries.push(...entries.map((change) => ({ change, committedAt })));
    const young = this.#entries.findIndex((entry) => entry.committedAt >= committedAt - retention.maxAgeMs);
    const old = young === -1 ? this.#entries.length : young;
    this.#entries.splice(0, Math.max(old, this.#entries.length - retention.maxEntries));
    return entries;
  }

  #move(plan: StepPlan, topic: ChangeTopic): void {
    for (const head of plan.heads) this.#heads.set(headKey(head), head);
    for (const head of plan.deletedHeads) this.#heads.delete(headKey(head));
    for (const { at, count } of plan.gaps) this.#gapsOf(topic).set(at, count);
    if (plan.feed !== undefined) this.#feeds.set(topic, plan.feed);
    if (plan.forgetBefore !== undefined) this.#forget(topic, plan.forgetBefore);
  }

  #forget(topic: ChangeTopic, before: bigint): void {
    for (const [key, head] of this.#heads) {
      if (head.topic === topic && head.version < before) this.#heads.delete(key);
    }
    const gaps = this.#gapsOf(topic);
    for (const at of gaps.keys()) if (at < before) gaps.delete(at);
  }

  #feedOf(topic: ChangeTopic): FeedState {
    return this.#feeds.get(topic) ?? initialFeedState;
  }

  #gapsOf(topic: ChangeTopic): Map<bigint, number | null> {
    return this.#gaps.get(topic) as Map<bigint, number | null>;
  }
}

function toRow<T extends ChangeTopic>({ id, version, entity }: Head<T>): RememberedRow<T> {
  return { id, version, entity };
}
