/** Tells listeners of this process what was done, at once; a listener must not throw. */
export class Notices<T> {
  readonly #listeners = new Set<(notice: T) => void>();

  /** Returns the way out. */
  listen(listener: (notice: T) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(notice: T): void {
    for (const listener of this.#listeners) listener(notice);
  }
}
