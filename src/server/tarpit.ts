import type { Clock } from '../time/clock.js';

export interface TarpitOptions {
  /** How long an answer is held back at least, in milliseconds. */
  readonly holdMs: number;
  /** Answers that are held back at the same time. */
  readonly capacity: number;
  readonly clock: Clock;
}

interface Held {
  readonly dueAt: number;
  readonly release: () => void;
}

/** The least time between two answers: a crowd that was answered together would hold up everybody else together. */
const apartMs = 5;

/**
 * Holds answers back, so that whoever waits for them sends less. All are held equally long, so one timer, for the one
 * that is due first, serves them all, one after the other; of a crowd that is due together, most are held longer.
 * Nothing of the request is kept.
 */
export class Tarpit {
  readonly #held: Held[] = [];
  readonly #ended = new AbortController();
  #isTicking = false;

  constructor(private readonly options: TarpitOptions) {}

  /** Answers that are held back now. */
  get size(): number {
    return this.#held.length;
  }

  /** Resolves when the answer may be given; at once after `end`. @returns false, at once, when there is no room. */
  async hold(): Promise<boolean> {
    const { capacity, clock, holdMs } = this.options;
    if (this.#ended.signal.aborted) return true;
    if (this.#held.length >= capacity) return false;
    const over = new Promise<void>((release) => this.#held.push({ dueAt: clock.now() + holdMs, release }));
    if (!this.#isTicking) void this.#tick();
    await over;
    return true;
  }

  /** Lets all go, and holds nobody from now on. */
  end(): void {
    this.#ended.abort();
    for (const { release } of this.#held.splice(0)) release();
  }

  async #tick(): Promise<void> {
    this.#isTicking = true;
    const { clock } = this.options;
    for (let first = this.#held[0]; first !== undefined; first = this.#held[0]) {
      const waitMs = Math.max(apartMs, first.dueAt - clock.now());
      await clock.sleep(waitMs, this.#ended.signal).catch(() => undefined);
      this.#held.shift()?.release();
    }
    this.#isTicking = false;
  }
}
