import type { AlertChange } from './contract.js';

/**
 * One listener's place in the stream of changes. What it has not read yet waits in a bounded buffer; when that is full,
 * everything in it gives way to one `RESYNC`. Not a generator: `return` must end a `next` that is already waiting.
 */
export class ChangeListener implements AsyncIterableIterator<AlertChange> {
  #waiting: AlertChange[] = [];
  #readers: ((result: IteratorResult<AlertChange, undefined>) => void)[] = [];
  /** The unread `RESYNC` that stands for what was missed, and how many that is. */
  #notice: AlertChange | undefined;
  #missed = 0;
  #isEnded = false;

  constructor(
    /** Most changes that wait unread. */
    readonly capacity: number,
    readonly onEnd: (listener: ChangeListener) => void,
  ) {}

  push(change: AlertChange): void {
    if (this.#isEnded) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) return reader({ done: false, value: change });
    if (this.#waiting.length < this.capacity) this.#waiting.push(change);
    else this.#overflow(change);
  }

  /** What waits is still read when `drain` is set; otherwise the listener is over at once. */
  end({ drain }: { readonly drain: boolean }): void {
    if (!drain) this.#waiting = [];
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.onEnd(this);
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined });
  }

  async next(): Promise<IteratorResult<AlertChange, undefined>> {
    const change = this.#waiting.shift();
    if (change !== undefined) {
      if (change === this.#notice) this.#notice = undefined;
      return { done: false, value: change };
    }
    if (this.#isEnded) return { done: true, value: undefined };
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  async return(): Promise<IteratorResult<AlertChange, undefined>> {
    this.end({ drain: false });
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #overflow(newest: AlertChange): void {
    const missedBefore = this.#notice === undefined ? 0 : this.#missed - 1;
    this.#missed = missedBefore + this.#waiting.length + 1;
    this.#notice = {
      cursor: newest.cursor,
      change: 'RESYNC',
      alert: null,
      previous: null,
      changedFields: [],
      detectedBy: newest.detectedBy,
      detectedAt: newest.detectedAt,
      reason: `The listener fell behind and missed ${this.#missed} changes.`,
    };
    this.#waiting = [this.#notice];
  }
}
