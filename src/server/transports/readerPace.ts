import type { EventEmitter } from 'node:events';
import type { Clock } from '../../time/clock.js';

/** The far end of a connection, as far as its pace matters. */
export interface Reader {
  /** Whether so much was sent and not read that nothing should be added. False once the connection is closed. */
  isBehind(): boolean;
  /** Emits `drain` when all that was sent is on its way, and `close` at the end. */
  readonly stream: EventEmitter;
  /** Ends the connection of a client that reads nothing. Its subscriptions can go on from their last cursors. */
  giveUp(): void;
}

/** Feeds a client no faster than it reads, so that what is sent and unread stays bounded, and nobody else waits. */
export class ReaderPace {
  readonly #reader: Reader;
  readonly #clock: Clock;
  readonly #stalledAfterMs: number;
  #drained: Promise<void> | undefined;

  constructor(reader: Reader, { clock, stalledAfterMs }: { readonly clock: Clock; readonly stalledAfterMs: number }) {
    this.#reader = reader;
    this.#clock = clock;
    this.#stalledAfterMs = stalledAfterMs;
  }

  /** Resolves when something may be sent, or when the connection is closed. */
  async ready(): Promise<void> {
    while (this.#drained !== undefined || this.#reader.isBehind()) {
      this.#drained ??= this.#untilDrained();
      await this.#drained;
    }
  }

  /** An answer is handed to the connection. @returns to be called when it is on its way, or of no interest any more. */
  handed(): () => void {
    const sent = new AbortController();
    this.#clock.sleep(this.#stalledAfterMs, sent.signal).then(
      () => this.#reader.giveUp(),
      () => undefined,
    );
    return () => sent.abort();
  }

  async #untilDrained(): Promise<void> {
    const over = new AbortController();
    try {
      await Promise.race([this.#heard(['drain', 'close'], over.signal), this.#stalled(over.signal)]);
    } finally {
      over.abort();
      this.#drained = undefined;
    }
  }

  async #stalled(signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(this.#stalledAfterMs, signal);
    const closed = this.#heard(['close'], signal);
    this.#reader.giveUp();
    await closed;
  }

  #heard(events: readonly string[], signal: AbortSignal): Promise<void> {
    const { stream } = this.#reader;
    return new Promise((resolve) => {
      const onEvent = () => resolve();
      for (const event of events) stream.once(event, onEvent);
      signal.addEventListener('abort', () => {
        for (const event of events) stream.off(event, onEvent);
      });
    });
  }
}
