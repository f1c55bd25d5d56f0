import type { OperationContext } from '../../execution/contract.js';
import { isBoundHeader } from './boundHeaders.js';
import { acceptedEncodings } from './decodeBody.js';

/** Named to the subgraphs, so that their owners can tell our requests from others. */
const userAgent = 'security-graph-gateway';

/** All of RFC 9110's field values; anything else could not be sent. */
const sendable = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers of the caller that travel on, as far as they can; names in lower case. */
export function travellingHeaders({ forwardedHeaders }: Pick<OperationContext, 'forwardedHeaders'>): Headers {
  const entries = Object.entries(forwardedHeaders).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(entries.filter(([name, value]) => !isBoundHeader(name) && sendable.test(value)));
}

/** What every request to a subgraph carries: the caller's, then the configured ones, then ours. */
export function commonHeaders(context: OperationContext, configured: Headers = {}): Headers {
  return {
    ...travellingHeaders(context),
    ...ownHeaders(configured),
    'user-agent': userAgent,
    'x-request-id': context.scope.requestId,
  };
}

/** The headers of a query or mutation. */
export function requestHeaders(context: OperationContext, configured: Headers = {}): Headers {
  return {
    ...commonHeaders(context, configured),
    accept: 'application/graphql-response+json, application/json;q=0.9',
    'accept-encoding': acceptedEncodings,
    'content-type': 'application/json',
  };
}

type Headers = Readonly<Record<string, string>>;

/** What an operator may set: a name for the server too, but nothing else that belongs to the connection or the body. */
function ownHeaders(configured: Headers): Headers {
  const entries = Object.entries(configured).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(entries.filter(([name]) => name === 'host' || !isBoundHeader(name)));
}
