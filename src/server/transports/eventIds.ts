/**
 * Adds the `id` lines to one event stream, by which an EventSource resumes. graphql-sse words events without them, in
 * the order of the answers, with heartbeats between.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class EventIds {
  readonly #expected: (string | undefined)[] = [];
  #started: string | undefined;
  #write: ((text: string) => void) | undefined;

  /** The subscription begins behind this cursor. */
  start(cursor: string): void {
    this.#started = toIdOnly(cursor);
    this.#write?.(this.#started);
  }

  /** @param write Given the event that tells the start, now or when there is one. */
  whenStarted(write: (text: string) => void): void {
    this.#write = write;
    if (this.#started !== undefined) write(this.#started);
  }

  /** The next answer is on its way to being worded. @param id Of the entry that it is about; undefined: none. */
  expect(id: string | undefined): void {
    this.#expected.push(id);
  }

  /** What graphql-sse worded, with the id of its answer. */
  complete(text: string): string {
    if (!text.startsWith('event: next')) return text;
    const id = this.#expected.shift();
    return id === undefined ? text : `id: ${id}\n${text}`;
  }
}

/** An event without data is no event for clients; they only keep its id. */
function toIdOnly(id: string): string {
  return `id: ${id}\n\n`;
}
