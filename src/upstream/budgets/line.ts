import type { Purpose } from '../contract.js';
import type { Heads, Waiting } from './classes.js';

export interface Waiter extends Waiting {
  readonly purpose: Purpose;
  /** Who shares the interactive class fairly with others. */
  readonly callerKey: string;
  /** Comes back with the place of an earlier grant. */
  readonly returns: boolean;
}

/**
 * Those who wait. Feed and background stand in order of arrival. In the interactive class callers take turns by units
 * drawn (start-time fair queueing): whoever asks for much queues behind himself, not before others.
 */
export class Line<W extends Waiter> {
  readonly #byPurpose: Record<Purpose, W[]> = { feed: [], interactive: [], background: [] };
  /** The turn at which each waiter stands. */
  readonly #turns = new Map<W, number>();
  /** The turn after the last that each caller has taken a place for; forgotten once it lies behind. */
  readonly #nextTurns = new Map<string, number>();
  #turn = 0;

  get length(): number {
    const { feed, interactive, background } = this.#byPurpose;
    return feed.length + interactive.length + background.length;
  }

  /** An earlier arrival that comes back stands before all who came later. */
  add(waiter: W): void {
    const line = this.#byPurpose[waiter.purpose];
    this.#turns.set(waiter, waiter.purpose === 'interactive' ? this.#takeTurn(waiter) : 0);
    const behind = line.findLastIndex((other) => this.#isBefore(other, waiter));
    line.splice(behind + 1, 0, waiter);
  }

  /** Leaves unserved. */
  remove(waiter: W): void {
    const line = this.#byPurpose[waiter.purpose];
    const index = line.indexOf(waiter);
    if (index !== -1) line.splice(index, 1);
    this.#turns.delete(waiter);
  }

  /** Leaves because it is served. */
  take(waiter: W): void {
    this.#turn = Math.max(this.#turn, this.#turns.get(waiter) ?? 0);
    this.remove(waiter);
    for (const [caller, next] of this.#nextTurns) if (next <= this.#turn) this.#nextTurns.delete(caller);
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
    const own = this.#byPurpose[waiter.purpose].filter((other) => this.#isBefore(other, waiter));
    const passing = waiter.purpose === 'interactive' ? this.#byPurpose.feed : [];
    return [...passing.filter(({ arrival }) => arrival < waiter.arrival), ...own];
  }

  all(): W[] {
    const { feed, interactive, background } = this.#byPurpose;
    return [...feed, ...interactive, ...background];
  }

  #takeTurn({ callerKey, units, returns }: W): number {
    if (returns) return this.#turn;
    const turn = Math.max(this.#turn, this.#nextTurns.get(callerKey) ?? 0);
    this.#nextTurns.set(callerKey, turn + units);
    return turn;
  }

  /** One who was refused has no turn yet: it would stand last. */
  #isBefore(a: W, b: W): boolean {
    const last = Number.POSITIVE_INFINITY;
    const turns = (this.#turns.get(a) ?? last) - (this.#turns.get(b) ?? last);
    return turns < 0 || ((turns === 0 || Number.isNaN(turns)) && a.arrival < b.arrival);
  }
}
