import type { Clock } from '../../time/clock.js';
import { untilDeadline } from '../deadline.js';

/** Lets a fixed number of calls run at the same time, the others in the order of their arrival. */
export interface ConcurrencyGate {
  /**
   * Waits for a place. Resolves with the function that leaves it, or with undefined when the deadline passes first;
   * rejects with the signal's reason when aborted before.
   */
  enter(deadlineAt: number, signal: AbortSignal): Promise<(() => void) | undefined>;
  readonly queueDepth: number;
}

export function createConcurrencyGate(max: number, clock: Clock): ConcurrencyGate {
  return new Gate(max, clock);
}

class Gate implements ConcurrencyGate {
  readonly #max: number;
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(max: number, clock: Clock) {
    this.#max = max;
    this.#clock = clock;
  }

  get queueDepth(): number {
    return this.#waiting.length;
  }

  async enter(deadlineAt: number, signal: AbortSignal): Promise<(() => void) | undefined> {
    signal.throwIfAborted();
    if (this.#inside < this.#max) this.#inside++;
    else if (!(await this.#turn(deadlineAt, signal))) return undefined;
    return this.#leaveOnce();
  }

  #leaveOnce(): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      // The place is handed on, never free in between, so that nobody slips in before those who wait.
      const next = this.#waiting.shift();
      if (next === undefined) this.#inside--;
      else next();
    };
  }

  /** Whether a place was handed to us before the deadline. */
  #turn(deadlineAt: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const timer = new AbortController();
      const called = () => settle(() => resolve(true));
      const settle = (then: () => void) => {
        timer.abort();
        const index = this.#waiting.indexOf(called);
        if (index !== -1) this.#waiting.splice(index, 1);
        then();
      };
      this.#waiting.push(called);
      signal.addEventListener('abort', () => settle(() => reject(signal.reason)), { once: true, signal: timer.signal });
      untilDeadline(this.#clock, deadlineAt, timer.signal).then(
        () => settle(() => resolve(false)),
        () => undefined,
      );
    });
  }
}
