import type { ListPage } from '../../changes/feeds/listContract.js';
import type { CallScope, Page, Purpose, Upstream, UpstreamCall } from '../../upstream/contract.js';

export interface IdentityFeedSourceDeps {
  readonly upstream: Upstream;
  /** Makes the scope of one read; it ends when the given signal does. */
  readonly makeScope: (signal: AbortSignal, purpose: Purpose) => CallScope;
}

/** One page of a list: the first, or the one behind a link. */
export async function readListPage<R>(
  upstream: Upstream,
  first: UpstreamCall<Page<R>>,
  next: string | undefined,
  scope: CallScope,
): Promise<ListPage<R>> {
  const { query: _options, ...rest } = first;
  const answer = await upstream.send(next === undefined ? first : { ...rest, path: next }, scope);
  const { rows, nextLink } = answer.value;
  return { rows, upstreamDate: answer.asOf, ...(nextLink === undefined ? {} : { next: nextLink }) };
}
