/**
 * Every `extensions.code` that a client can meet, with its meaning. Codes are API: they are never renamed.
 * The README's table is generated from this list.
 */
export const errorCodes = {
  UNAUTHENTICATED: 'No valid access token was presented (HTTP 401).',
  FORBIDDEN: 'The caller is known but lacks the permission that the operation needs (HTTP 403).',
  RATE_LIMITED: 'The caller sent too many operations (HTTP 429 with Retry-After).',
  BAD_USER_INPUT: 'An argument, variable, filter or cursor is not acceptable; the message says which and why.',
  UPSTREAM_NOT_CONFIGURED: 'The upstream that serves this field has no URL or credential in the settings.',
  UPSTREAM_UNAVAILABLE: 'The upstream refused the connection, answered 5xx or did not resolve.',
  UPSTREAM_THROTTLED: 'The upstream budget is used up; `retryAfterMs` says when to try again.',
  UPSTREAM_TIMEOUT: 'The upstream did not answer before the deadline of the operation.',
  UPSTREAM_FORBIDDEN: 'The gateway may not read this from the upstream; `permission` names what is missing.',
  UPSTREAM_BAD_RESPONSE: 'The upstream answered something that is not what its documentation describes.',
  SUBGRAPH_ERROR:
    'A joined subgraph reported the error; `subgraph` names it, `subgraphCode` is its own code if it gave one.',
  QUERY_TOO_COMPLEX: 'The operation is deeper or costlier than this gateway allows.',
  PERSISTED_OPERATION_REQUIRED: 'Only operations of the trusted-documents manifest are accepted.',
  CURSOR_EXPIRED: 'The list cursor is well-formed but no longer usable; start again without `after`.',
  INTERNAL: 'A fault of the gateway itself; `requestId` finds it in the log.',
  GRAPHQL_PARSE_FAILED: 'The document is not valid GraphQL syntax.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema.',
  OPERATION_RESOLUTION_FAILURE: 'The request names no operation, or one that the document does not hold.',
  PERSISTED_QUERY_NOT_FOUND: 'The automatic persisted query is unknown; send the whole document once.',
  BAD_REQUEST: 'The HTTP request itself is malformed.',
} as const;

export type ErrorCode = keyof typeof errorCodes;
