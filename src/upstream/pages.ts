import type { Page, UpstreamAnswer, UpstreamCall } from './contract.js';
import { badResponse, type CallLabel } from './failures.js';

/**
 * Follows the next links of an OData collection. Headers go with every page, because options such as
 * `ConsistencyLevel` are not part of the link. A link that was followed before ends in an error instead of a circle.
 * @see https://learn.microsoft.com/en-us/graph/paging
 */
export async function* followPages<T>(
  first: UpstreamCall<Page<T>>,
  send: (call: UpstreamCall<Page<T>>) => Promise<UpstreamAnswer<Page<T>>>,
  label: CallLabel,
): AsyncGenerator<UpstreamAnswer<Page<T>>, void> {
  const { query: _options, atStart: _completion, ...rest } = first;
  const followed = new Set<string>();
  let call: UpstreamCall<Page<T>> | undefined = first;
  while (call !== undefined) {
    const answer: UpstreamAnswer<Page<T>> = await send(call);
    const { nextLink } = answer.value;
    // Checked before the page is handed out: nobody should work on a page of a list that goes in circles.
    if (nextLink !== undefined && followed.has(nextLink)) throw badResponse(label, 'the next link does not advance');
    yield answer;
    if (nextLink !== undefined) followed.add(nextLink);
    call = nextLink === undefined ? undefined : { ...rest, path: nextLink };
  }
}
