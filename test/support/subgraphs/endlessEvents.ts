/** A source of events that tells the given ones and then waits, until somebody ends it. */
export interface EndlessEvents<T> extends AsyncIterable<T> {
  /** Resolves when the reader has ended it. */
  readonly ended: Promise<void>;
}

/** An async generator cannot be ended while it waits, so this is none. */
export function endlessEvents<T>(events: readonly T[]): EndlessEvents<T> {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const waiting = [...events];
  const next = async (): Promise<IteratorResult<T>> => {
    const value = waiting.shift();
    if (value !== undefined) return { value, done: false };
    await ended;
    return { value: undefined, done: true };
  };
  const stop = async (): Promise<IteratorResult<T>> => {
    end();
    return { value: undefined, done: true };
  };
  return { ended, [Symbol.asyncIterator]: () => ({ next, return: stop }) };
}
