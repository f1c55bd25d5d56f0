import type { Purpose } from '../contract.js';
import type { Heads, Waiting } from './classes.js';

export interface Waiter extends Waiting {
  readonly purpose: Purpose;
}

/** Those who wait, in order of arrival within each class. */
export class Line<W extends Waiter> {
  readonly #byPurpose: Record<Purpose, W[]> = { feed: [], interactive: [], background: [] };

  get length(): number {
    const { feed, interactive, background } = this.#byPurpose;
    return feed.length + interactive.length + background.length;
  }

  /** An earlier arrival that comes back stands before all who came later. */
  add(waiter: W): void {
    const line = this.#byPurpose[waiter.purpose];
    const behind = line.findLastIndex(({ arrival }) => arrival < waiter.arrival);
    line.splice(behind + 1, 0, waiter);
  }

  remove(waiter: W): void {
    const line = this.#byPurpose[waiter.purpose];
    const index = line.indexOf(waiter);
    if (index !== -1) line.splice(index, 1);
  }

  first(purpose: Purpose): W | undefined {
    return this.#byPurpose[purpose][0];
  }

  heads(): Heads {
    const { feed, interactive, background } = this.#byPurpose;
    return {
      ...(feed[0] && { feed: feed[0] }),
      ...(interactive[0] && { interactive: interactive[0] }),
      ...(background[0] && { background: background[0] }),
    };
  }

  /**
   * Those who are surely served before `waiter`, in order. Feed and background may pass others by their guarantee, so
   * only their own class counts.
   */
  ahead(waiter: W): W[] {
    const { feed, interactive } = this.#byPurpose;
    const rivals = waiter.purpose === 'interactive' ? [...feed, ...interactive] : this.#byPurpose[waiter.purpose];
    return rivals.filter(({ arrival }) => arrival < waiter.arrival).sort((a, b) => a.arrival - b.arrival);
  }

  all(): W[] {
    const { feed, interactive, background } = this.#byPurpose;
    return [...feed, ...interactive, ...background];
  }
}
