import { CredentialError } from './tokenProvider.js';

/**
 * Error words with which an authority refuses for good; anything else counts as trouble on the way.
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
 */
const refusals = new Set([
  'invalid_client',
  'invalid_grant',
  'invalid_request',
  'invalid_resource',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
  'access_denied',
  'consent_required',
  'interaction_required',
  'login_required',
]);

/** Longest chain of causes that is followed. */
const deepest = 5;

/** Sorts a failure of `@azure/identity` by what the authority said; its own words stay in the cause. */
export function toCredentialError(error: unknown): CredentialError {
  if (error instanceof CredentialError) return error;
  const code = causes(error)
    .map(wordOf)
    .find((word) => word !== undefined);
  return code !== undefined && refusals.has(code)
    ? new CredentialError('refused', 'The authority refuses the credential of the gateway.', code, error)
    : new CredentialError('unavailable', 'No access token could be obtained.', code, error);
}

function causes(error: unknown): object[] {
  const chain: object[] = [];
  for (let next = error; typeof next === 'object' && next !== null && chain.length < deepest; ) {
    chain.push(next);
    next = 'cause' in next ? next.cause : undefined;
  }
  return chain;
}

/** The OAuth error word: `errorResponse.error` of an AuthenticationError, `errorCode` of MSAL's errors. */
function wordOf(error: object): string | undefined {
  const response = 'errorResponse' in error ? error.errorResponse : undefined;
  if (typeof response === 'object' && response !== null && 'error' in response) return plainWord(response.error);
  return 'errorCode' in error ? plainWord(error.errorCode) : undefined;
}

function plainWord(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.-]{1,60}$/.test(value) ? value : undefined;
}
