import type { Clock } from '../../time/clock.js';

const hourMs = 3_600_000;

/** Lets at most so many calls begin in any hour. */
export class CallPace {
  /** When the calls of the last hour began, oldest first. */
  #begun: number[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly callsPerHour: number,
  ) {}

  /** Waits for a place; rejects with the signal's reason when aborted first. */
  async take(signal: AbortSignal): Promise<void> {
    while (this.usedShare() >= 1) {
      const [oldest = 0] = this.#begun;
      await this.clock.sleep(oldest + hourMs - this.clock.now(), signal);
    }
    signal.throwIfAborted();
    this.#begun.push(this.clock.now());
  }

  /** Of the calls of an hour, 0 to 1. */
  usedShare(): number {
    const hourAgo = this.clock.now() - hourMs;
    this.#begun = this.#begun.filter((at) => at > hourAgo);
    return this.#begun.length / this.callsPerHour;
  }
}
