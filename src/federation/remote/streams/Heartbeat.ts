import type { Clock } from '../../../time/clock.js';

const pingIntervalMs = 30_000;
const pongWithinMs = 10_000;

export interface HeartbeatDeps {
  readonly clock: Clock;
  readonly ping: () => void;
  /** The far end has been silent for too long. */
  readonly onDead: () => void;
}

/** Finds out that the far end of a connection is gone without a word; nothing else would end its subscriptions. */
export class Heartbeat {
  readonly #stopping = new AbortController();
  #answered = new AbortController();

  constructor(deps: HeartbeatDeps) {
    void this.#beat(deps);
  }

  pong(): void {
    this.#answered.abort();
  }

  stop(): void {
    this.#stopping.abort();
    this.#answered.abort();
  }

  async #beat({ clock, ping, onDead }: HeartbeatDeps): Promise<void> {
    const { signal } = this.#stopping;
    for (let isAlive = true; isAlive; ) {
      const isDue = await elapses(clock, pingIntervalMs, signal);
      if (!isDue) return;
      this.#answered = new AbortController();
      ping();
      isAlive = !(await elapses(clock, pongWithinMs, this.#answered.signal));
    }
    onDead();
  }
}

/** False when the signal came first. */
function elapses(clock: Clock, delayMs: number, signal: AbortSignal): Promise<boolean> {
  return clock.sleep(delayMs, signal).then(
    () => true,
    () => false,
  );
}
