import type { StreamStart } from '../resolvers/context.js';

/** Decides where a subscription begins, and remembers it for the transport. */
export class AnnouncedStart implements StreamStart {
  readonly #lastEvent: string | undefined;
  #cursor: string | undefined;

  /** @param lastEvent Cursor of the last event that the client had, as the transport knows it. */
  constructor(lastEvent: string | undefined) {
    this.#lastEvent = lastEvent;
  }

  after(asked: string | null | undefined, newest: () => string): string {
    this.#cursor = this.#lastEvent ?? asked ?? newest();
    return this.#cursor;
  }

  /** Undefined while nothing has begun. */
  get cursor(): string | undefined {
    return this.#cursor;
  }
}
