import type { FeedState } from '../changeStore.js';
import type { Marks } from './feedMarks.js';
import { later, msToTicks } from './timedRows.js';

/** A part of the window that is read again at an interval. */
export interface ReconcileSpan {
  readonly name: 'day' | 'window';
  readonly everyMs: number;
  /** How far back from the present it reaches. */
  readonly reachMs: number;
}

/** A reading that is on its way; it goes on there after a restart. Instants are 100 ns ticks, both ends inclusive. */
export interface ReconcileRun {
  readonly span: ReconcileSpan;
  readonly from: bigint;
  readonly end: bigint;
}

/** More ids that are missing once are not remembered; they are met again. */
const maxAbsent = 200;
const absentMark = 'absent';
/** What changed in the last minutes is still the sweep's to find. */
const settledTicks = msToTicks(300_000);

/** The run of a span that is on its way or due at `now`, the upstream's clock; `undefined` while there is nothing to do. */
export function runOf(
  span: ReconcileSpan,
  { marks, start, coveredFrom }: FeedState,
  now: bigint,
): ReconcileRun | undefined {
  const [from, end] = (marks[`${span.name}.run`] ?? '').split(' ');
  if (from && end) return { span, from: BigInt(from), end: BigInt(end) };
  const last = BigInt(marks[`${span.name}.begun`] ?? start ?? 0n);
  if (now - last < msToTicks(span.everyMs)) return undefined;
  return { span, from: later(now - msToTicks(span.reachMs), coveredFrom ?? 0n), end: now - settledTicks };
}

/** The run goes on from `next`; past its end it is over and was begun at `begun`, when what it covers ended. */
export function withRun(marks: Marks, { span, end }: ReconcileRun, next: bigint): Marks {
  const { [`${span.name}.run`]: _run, ...others } = marks;
  if (next <= end) return { ...others, [`${span.name}.run`]: `${next} ${end}` };
  return { ...others, [`${span.name}.begun`]: String(end + settledTicks) };
}

/** Ids that the last reading of their time did not show. */
export function absentIds(marks: Marks): ReadonlySet<string> {
  return new Set(JSON.parse(marks[absentMark] ?? '[]') as string[]);
}

export function withAbsent(
  marks: Marks,
  { found, missing }: { found: Iterable<string>; missing: Iterable<string> },
): Marks {
  const { [absentMark]: _absent, ...others } = marks;
  const ids = new Set(absentIds(marks));
  for (const id of found) ids.delete(id);
  for (const id of missing) ids.add(id);
  return ids.size === 0 ? others : { ...others, [absentMark]: JSON.stringify([...ids].slice(-maxAbsent)) };
}
