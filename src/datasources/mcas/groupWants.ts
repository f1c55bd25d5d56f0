import { type EpochSpan, maxFilterValues } from './operators.js';
import type { UserWant } from './UserWalk.js';

/**
 * Wants that are worth reading together: the same span of time, or closed spans that overlap, of at most 100 users.
 * Spans that lie apart would make the walk read everything between them.
 */
export function groupWants<W extends UserWant>(wants: readonly W[]): W[][] {
  return groupBySpan(wants).flatMap((group) => splitByUsers(group));
}

function groupBySpan<W extends UserWant>(wants: readonly W[]): W[][] {
  const closed = wants.filter((want) => isClosed(want.span)).sort((a, b) => (b.span.lte ?? 0) - (a.span.lte ?? 0));
  const open = wants.filter((want) => !isClosed(want.span));
  return [...groupBy(open, ({ span }) => `${span.gte ?? ''}..${span.lte ?? ''}`), ...groupOverlapping(closed)];
}

/** @param latestFirst Wants with closed spans, the one that ends last first. */
function groupOverlapping<W extends UserWant>(latestFirst: readonly W[]): W[][] {
  const groups: W[][] = [];
  let start = Number.NEGATIVE_INFINITY;
  for (const want of latestFirst) {
    const current = groups.at(-1);
    if (current !== undefined && (want.span.lte ?? 0) >= start) current.push(want);
    else groups.push([want]);
    const isNewGroup = groups.at(-1)?.length === 1;
    start = isNewGroup ? (want.span.gte ?? 0) : Math.min(start, want.span.gte ?? 0);
  }
  return groups;
}

function splitByUsers<W extends UserWant>(group: readonly W[]): W[][] {
  const byUser = groupBy(group, (want) => want.userPrincipalName.toLowerCase());
  const chunks: W[][] = [];
  for (let from = 0; from < byUser.length; from += maxFilterValues) {
    chunks.push(byUser.slice(from, from + maxFilterValues).flat());
  }
  return chunks;
}

function groupBy<W extends UserWant>(wants: readonly W[], keyOf: (want: W) => string): W[][] {
  const groups = new Map<string, W[]>();
  for (const want of wants) {
    const group = groups.get(keyOf(want));
    if (group === undefined) groups.set(keyOf(want), [want]);
    else group.push(want);
  }
  return [...groups.values()];
}

function isClosed(span: EpochSpan): boolean {
  return span.gte !== undefined && span.lte !== undefined;
}
