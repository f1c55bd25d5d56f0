/** Gives the `Authorization` header for calls to one upstream. */
export interface TokenProvider {
  /**
   * @throws {CredentialError} when there is no token to be had.
   * Rejects with the signal's reason when aborted; what was started goes on for others.
   */
  authorization(request: TokenRequest): Promise<string>;
}

export interface TokenRequest {
  readonly signal: AbortSignal;
  /** The caller's own token, which on-behalf-of exchanges. */
  readonly callerAssertion?: string;
  /** The header value that the upstream has just refused; a new one is wanted. */
  readonly refused?: string;
}

/**
 * No token could be obtained. `refused`: the authority, or the machine, says no and will say so again until somebody
 * changes a setting; `unavailable`: the authority could not be asked. The message is safe for callers; the cause is for
 * the log.
 */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';

  constructor(
    readonly kind: 'refused' | 'unavailable',
    message: string,
    /** The authority's error word, such as `invalid_client`. */
    readonly authorityCode?: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** A fixed token, such as the legacy Cloud Apps API token; there is no new one when it is refused. */
export function buildStaticToken(scheme: 'Token' | 'Bearer', token: string): TokenProvider {
  const header = `${scheme} ${token}`;
  return {
    authorization: async ({ refused }) => {
      if (refused === header) throw new CredentialError('refused', 'The configured API token was refused.');
      return header;
    },
  };
}
