import { UpstreamError } from '../../errors/GatewayError.js';
import type { UpstreamName } from '../../upstream/contract.js';
import type { ListPage } from './listContract.js';

export interface ListWalkDeps<R> {
  readonly upstream: UpstreamName;
  /** The first page, or the one behind a link. */
  readonly read: (next: string | undefined) => Promise<ListPage<R>>;
  /** Our clock, in milliseconds. */
  readonly now: () => number;
  /** Most pages that are read. Default: all. */
  readonly maxPages?: number;
}

export interface ListWalkPage<R> extends ListPage<R> {
  /** Our clock, in milliseconds, when the request began. */
  readonly observedAt: number;
  /** How many pages were read, this one too. */
  readonly pages: number;
  readonly isLast: boolean;
  /** False when the most pages were read and there are more. */
  readonly isWhole: boolean;
}

/**
 * Reads a list page by page, each with a call and a deadline of its own, to its end. Pages may be empty, overlap, and show
 * rows as they were at different times. @throws {UpstreamError} when the links go in a circle.
 */
export async function* walkList<R>(deps: ListWalkDeps<R>): AsyncGenerator<ListWalkPage<R>, void> {
  const { maxPages = Number.POSITIVE_INFINITY } = deps;
  const followed = new Set<string>();
  let next: string | undefined;
  for (let pages = 1; ; pages += 1) {
    const observedAt = deps.now();
    const page = await deps.read(next);
    if (page.next !== undefined && followed.has(page.next)) throw goesInCircles(deps.upstream);
    const isWhole = page.next === undefined || pages < maxPages;
    const isLast = page.next === undefined || !isWhole;
    yield { ...page, observedAt, pages, isLast, isWhole };
    if (isLast || page.next === undefined) return;
    followed.add(page.next);
    next = page.next;
  }
}

function goesInCircles(upstream: UpstreamName): UpstreamError {
  return new UpstreamError('UPSTREAM_BAD_RESPONSE', 'The next link of a list does not advance.', { upstream });
}
