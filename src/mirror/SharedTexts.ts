/** Texts of one generation; rows hold what they share, so that a text outlives the pool with the last row that has it. */
const generationSize = 20_000;

/**
 * One copy of texts that many rows have: names of people and devices, titles, what to do. Texts that nobody has brought
 * for two generations leave the pool.
 */
export class SharedTexts {
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  share(text: string): string {
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const shared = this.#old.get(text) ?? text;
    if (this.#young.size >= generationSize) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(shared, shared);
    return shared;
  }
}
