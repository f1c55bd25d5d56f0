/** Calls everybody who wants to know that something was committed. */
export class NewsBell {
  readonly #listeners = new Set<() => void>();

  /** Returns the way out. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  ring(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
