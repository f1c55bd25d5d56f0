import { fromTicks } from '../../time/instant.js';
import type { FeedGap } from '../changeStore.js';
import type { TieOutcome } from './tieReader.js';

/**
 * What a feed remembers of instants with more rows than a page holds, among the marks of its state: `tie:<ticks>` for one
 * that was read whole, `gap:<ticks>` for one that paging could not reach, with the count of its rows where there is one.
 */
export type Marks = Readonly<Record<string, string>>;

const tiePrefix = 'tie:';
const gapPrefix = 'gap:';

/** What came of reading the rows of an instant, remembered. */
export function withTie(marks: Marks, { at, count, isWhole }: TieOutcome): Marks {
  const { [tiePrefix + at]: _tie, [gapPrefix + at]: _gap, ...others } = marks;
  if (!isWhole) return { ...others, [gapPrefix + at]: count === null ? '' : String(count) };
  return count === null ? others : { ...others, [tiePrefix + at]: String(count) };
}

/** Without what lies too far back: ties that no sweep will meet again, gaps whose rows are forgotten. */
export function withoutPast(marks: Marks, tiesBefore: bigint, gapsBefore: bigint): Marks {
  const kept = Object.entries(marks).filter(
    ([name]) => !isBefore(name, tiePrefix, tiesBefore) && !isBefore(name, gapPrefix, gapsBefore),
  );
  return Object.fromEntries(kept);
}

/** What came of an instant that was dealt with, `undefined` for others. */
export function tieAt(marks: Marks, at: bigint): Pick<TieOutcome, 'isWhole' | 'count'> | undefined {
  const [whole, gap] = [marks[tiePrefix + at], marks[gapPrefix + at]];
  const text = whole ?? gap;
  if (text === undefined) return undefined;
  return { isWhole: whole !== undefined, count: text === '' ? null : Number(text) };
}

export function hasGap(marks: Marks): boolean {
  return Object.keys(marks).some((name) => name.startsWith(gapPrefix));
}

/** The gap to declare when paging could not reach every row of an instant. */
export function gapOf({ at, count, reached, isWhole }: TieOutcome): { readonly gap?: FeedGap } {
  if (isWhole) return {};
  const number = count === null ? `At least ${reached}` : String(count);
  const reason = `${number} rows were last updated at ${fromTicks(at)}; the upstream lets ${reached} of them be read.`;
  return { gap: { at, count, reason } };
}

function isBefore(name: string, prefix: string, before: bigint): boolean {
  return name.startsWith(prefix) && BigInt(name.slice(prefix.length)) < before;
}
