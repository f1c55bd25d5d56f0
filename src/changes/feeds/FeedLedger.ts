import type { ChangeStore, FeedState, FeedStep, StepResult } from '../changeStore.js';
import type { ChangeTopic } from '../contract.js';
import { hasGap, type Marks } from './feedMarks.js';

/** A step of the feed of one topic. */
export interface LedgerStep extends Omit<FeedStep, 'topic' | 'feed'> {
  readonly feed?: Partial<Omit<FeedState, 'isComplete' | 'marks'>>;
  /** What becomes of the marks. */
  readonly marks?: (marks: Marks) => Marks;
}

/**
 * Where the feeds of one topic write. Sweep and reconcile run side by side and share the marks of the state, so their
 * steps are taken one after another. The feed is complete while no mark speaks of a gap.
 */
export class FeedLedger {
  #lastStep: Promise<unknown> = Promise.resolve();
  #known: FeedState | undefined;

  constructor(
    readonly store: ChangeStore,
    readonly topic: ChangeTopic,
  ) {}

  async state(): Promise<FeedState> {
    this.#known = await this.store.feed(this.topic);
    return this.#known;
  }

  /** The state when it was last looked at; `undefined` before. */
  lastKnown(): FeedState | undefined {
    return this.#known;
  }

  /** @throws {FencedError} */
  commit(step: LedgerStep): Promise<StepResult> {
    const done = this.#lastStep.then(() => this.#commitNow(step));
    this.#lastStep = done.catch(() => undefined);
    return done;
  }

  async #commitNow({ feed, marks: change, ...step }: LedgerStep): Promise<StepResult> {
    const before = await this.state();
    const marks = change?.(before.marks) ?? before.marks;
    const state = { ...feed, marks, isComplete: !hasGap(marks) };
    const result = await this.store.commit({ ...step, topic: this.topic, feed: state });
    this.#known = { ...before, ...state };
    return result;
  }
}
