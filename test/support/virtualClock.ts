import type { Clock } from '../../src/time/clock.js';

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** Time in whole milliseconds that moves from one sleeper to the next, and only while nothing is being worked on. */
export class VirtualClock implements Clock {
  readonly #sleepers = new Set<Sleeper>();
  #now: number;
  #working = 0;
  #workDone = () => undefined as void;

  constructor(startMs: number) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const onAbort = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      const wake = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const sleeper: Sleeper = { wakeAt: this.#now + Math.ceil(Math.max(0, delayMs)), wake };
      this.#sleepers.add(sleeper);
      return signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Real work, such as a call over a socket, during which time stands still. */
  async standStillFor<T>(work: () => Promise<T>): Promise<T> {
    this.#working += 1;
    try {
      return await work();
    } finally {
      this.#working -= 1;
      this.#workDone();
    }
  }

  /** Moves time until `untilMs`, waking sleepers in the order of their times, each after everything before it is done. */
  async runUntil(untilMs: number): Promise<void> {
    for (;;) {
      await this.#idle();
      const next = this.#earliest();
      if (next === undefined || next.wakeAt > untilMs) break;
      this.#now = Math.max(this.#now, next.wakeAt);
      next.wake();
    }
    this.#now = untilMs;
  }

  #earliest(): Sleeper | undefined {
    let earliest: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (earliest === undefined || sleeper.wakeAt < earliest.wakeAt) earliest = sleeper;
    }
    return earliest;
  }

  /** Until no work is left and everything that it set in motion has come to rest. */
  async #idle(): Promise<void> {
    const quietTurns = 6;
    for (let turn = 0; turn < quietTurns; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#working === 0) continue;
      await new Promise<void>((resolve) => {
        this.#workDone = resolve;
      });
      turn = -1;
    }
  }
}
