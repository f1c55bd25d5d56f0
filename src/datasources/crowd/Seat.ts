import type { CallScope, Purpose } from '../../upstream/contract.js';

/** The place of one want among those who wait. */
export interface Seat<W, R> {
  readonly want: W;
  readonly scope: CallScope;
  readonly caller: string;
  /** Wants of the same caller that were waiting before. */
  readonly round: number;
  readonly arrival: number;
  /** Calls that it went along with and that brought nothing for it. */
  tries: number;
  isDone: boolean;
  readonly outcome: Promise<R | Error>;
  readonly resolve: (result: R | Error) => void;
}

type Standing = Pick<Seat<never, never>, 'scope' | 'round' | 'arrival'>;

/** Who goes first. */
export const ranks: Readonly<Record<Purpose, number>> = { feed: 0, interactive: 1, background: 2 };

/** By class, then the first want of every caller before the second of any, then by arrival. */
export function inTurn(a: Standing, b: Standing): number {
  return ranks[a.scope.purpose] - ranks[b.scope.purpose] || a.round - b.round || a.arrival - b.arrival;
}
