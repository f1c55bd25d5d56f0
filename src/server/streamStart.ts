import type { StreamStart } from '../resolvers/context.js';

/** Decides where a subscription begins, and remembers it for the transport. */
export class AnnouncedStart implements StreamStart {
  readonly #lastEvent: string | undefined;
  readonly #newest: () => string;
  #cursor: string | undefined;

  /**
   * @param lastEvent Cursor of the last event that the client had, as the transport knows it.
   * @param newest Asked only when neither the transport nor the operation names a place.
   */
  constructor(lastEvent: string | undefined, newest: () => string) {
    this.#lastEvent = lastEvent;
    this.#newest = newest;
  }

  after(asked: string | null | undefined): string {
    this.#cursor = this.#lastEvent ?? asked ?? this.#newest();
    return this.#cursor;
  }

  /** Undefined while nothing has begun. */
  get cursor(): string | undefined {
    return this.#cursor;
  }
}
