import type { Purpose } from '../contract.js';

/**
 * Who may draw on one budget, and in which order.
 * The feed goes first within its tenth: a starved feed ages what we answer from, which sends more reads upstream, which
 * starves the feed. Background work has a twentieth for sure and otherwise what is idle, up to half. Interactive calls
 * take the rest in the order of their arrival, together with a feed beyond its tenth.
 */
export const guaranteedShare: Readonly<Record<Purpose, number>> = { feed: 0.1, interactive: 0, background: 0.05 };
export const idleShare = 0.5;

/** Budgets below this hold no units back: a tenth of them is less than one call. */
export const smallestWithHeadroom = 10;

/** Units that a class is sure of, and over which time; small budgets guarantee one call over a longer time. */
export function guarantee(purpose: Purpose, units: number, windowMs: number): { units: number; horizonMs: number } {
  const share = guaranteedShare[purpose];
  const ours = Math.floor(units * share);
  return ours >= 1 || share === 0
    ? { units: ours, horizonMs: windowMs }
    : { units: 1, horizonMs: Math.ceil(windowMs / (units * share)) };
}

/** What the rules need to know of a budget at one moment. */
export interface Usage {
  /** Units of a window, and those not used in the current one; negative after our share shrank. */
  readonly limit: number;
  readonly free: number;
  /** Units that a class may still draw by its guarantee. */
  readonly guaranteed: Readonly<Record<Purpose, number>>;
  /** Units drawn by background work in the current window. */
  readonly backgroundDrawn: number;
}

/** The first in line of each class. */
export interface Waiting {
  readonly units: number;
  readonly arrival: number;
}
export type Heads = Readonly<Partial<Record<Purpose, Waiting>>>;

/** Units kept free for a feed that has not drawn its part yet. */
export function headroom(usage: Usage): number {
  return usage.limit < smallestWithHeadroom ? 0 : usage.guaranteed.feed;
}

/** Most units that a call of this class may draw now. */
export function allowance(purpose: Purpose, usage: Usage): number {
  if (purpose === 'feed') return usage.free;
  const unreserved = usage.free - headroom(usage);
  if (purpose === 'interactive') return unreserved;
  const idle = Math.max(1, Math.floor(usage.limit * idleShare)) - usage.backgroundDrawn;
  return Math.min(unreserved, Math.max(idle, usage.guaranteed.background));
}

/** Largest draw that every class can be granted in an unused window; larger ones are counted as this many. */
export function largestDraw(limit: number): number {
  return Math.max(1, Math.floor(limit * idleShare));
}

/** Whose turn it is; undefined when the one whose turn it is has to wait. Nobody overtakes them meanwhile. */
export function nextInLine(heads: Heads, usage: Usage): Purpose | undefined {
  const purpose = turn(heads, usage);
  return purpose !== undefined && (heads[purpose]?.units ?? 0) <= allowance(purpose, usage) ? purpose : undefined;
}

function turn(heads: Heads, usage: Usage): Purpose | undefined {
  const { feed, interactive, background } = heads;
  if (feed !== undefined && feed.units <= usage.guaranteed.feed) return 'feed';
  if (background !== undefined && background.units <= usage.guaranteed.background) return 'background';
  if (feed !== undefined && (interactive === undefined || feed.arrival < interactive.arrival)) return 'feed';
  if (interactive !== undefined) return 'interactive';
  return background === undefined ? undefined : 'background';
}
