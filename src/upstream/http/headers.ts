import type { CallScope, UpstreamCall, UpstreamName } from '../contract.js';

/** Named to the upstreams, so that their owners can tell our calls from others. */
const userAgent = 'security-graph-gateway';

/**
 * Without it Microsoft Graph hides every enum member that was added after its sentinel.
 * @see https://learn.microsoft.com/en-us/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations
 */
const unknownEnumMembers = 'include-unknown-enum-members';

export function isGraph(upstream: UpstreamName): boolean {
  return upstream !== 'MCAS';
}

/** Text is asked for openly, because a server that has another name for it would refuse with 406. */
const acceptedTypes = { json: 'application/json', text: 'text/plain, */*;q=0.1' } as const;

/** All headers of one request but `Authorization`. */
export function requestHeaders(
  upstream: UpstreamName,
  call: Pick<UpstreamCall<unknown>, 'headers' | 'body' | 'expects'>,
  scope: Pick<CallScope, 'requestId'>,
): Record<string, string> {
  return {
    accept: acceptedTypes[call.expects ?? 'json'],
    'user-agent': userAgent,
    'client-request-id': scope.requestId,
    ...ownHeaders(upstream, call),
  };
}

/** What a call itself needs: also the headers of a `$batch` part. */
export function ownHeaders(
  upstream: UpstreamName,
  { headers, body }: Pick<UpstreamCall<unknown>, 'headers' | 'body'>,
): Record<string, string> {
  const given = Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const prefer = [isGraph(upstream) ? unknownEnumMembers : undefined, given['prefer']].filter(Boolean).join(', ');
  return {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...given,
    ...(prefer === '' ? {} : { prefer }),
  };
}
