import { type AccessToken, getBearerTokenProvider, type TokenCredential } from '@azure/identity';
import type { Clock } from '../../time/clock.js';
import { toCredentialError } from './credentialFailure.js';
import { CredentialError, type TokenProvider } from './tokenProvider.js';

/** Longest that a call waits for the authority; the request itself goes on for whoever comes next. */
const tokenTimeoutMs = 10_000;

/** A request that has been without an answer for so long is left behind; who comes next starts another. */
const abandonAfterMs = 3 * tokenTimeoutMs;

/** A token that is refused again so soon after it was renewed will not be helped by another renewal. */
const renewalPauseMs = 10_000;

/**
 * Tokens of one credential for one scope: fetched once for all who wait, renewed before they expire, fetched anew when
 * the upstream refuses one. A failure is told to those who wait and forgotten.
 * @param credential Makes the credential; a new one is made to get past its own cache after a refusal.
 */
export function createTokenProvider(credential: () => TokenCredential, scope: string, clock: Clock): TokenProvider {
  let source = createSource(credential(), scope);
  let current: string | undefined;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let pendingSince: number | undefined;

  const replaceSource = (): void => {
    source = createSource(credential(), scope);
    pendingSince = undefined;
  };

  const renew = (refused: string): void => {
    // Many calls are refused with the same token; only the first of them may throw it away.
    if (refused !== current || clock.now() - renewedAt < renewalPauseMs) return;
    renewedAt = clock.now();
    current = undefined;
    replaceSource();
  };

  const nextToken = (): Promise<string> => {
    if (pendingSince !== undefined && clock.now() - pendingSince >= abandonAfterMs) replaceSource();
    pendingSince ??= clock.now();
    const asked = source;
    const answered = () => {
      if (asked === source) pendingSince = undefined;
    };
    const token = asked();
    token.then(answered, answered);
    return token;
  };

  return {
    authorization: async ({ signal, refused }) => {
      if (refused !== undefined) renew(refused);
      const header = `Bearer ${await inTime(nextToken(), clock, signal)}`;
      current = header;
      return header;
    },
  };
}

function createSource(credential: TokenCredential, scope: string): () => Promise<string> {
  const guarded = new GuardedCredential(credential);
  const fetchToken = getBearerTokenProvider(guarded, scope);
  return async () => {
    try {
      return await fetchToken();
    } catch (error) {
      throw toCredentialError(guarded.lastError ?? error);
    }
  };
}

/**
 * Keeps a failed early renewal from ending the process. `getBearerTokenProvider` renews in the background and, when that
 * still fails as the old token expires, rejects a promise that nobody holds. Here an expired token is handed over
 * instead, which every later request takes as none.
 */
class GuardedCredential implements TokenCredential {
  lastError: unknown;
  readonly #inner: TokenCredential;
  #expiresAt = 0;

  constructor(inner: TokenCredential) {
    this.#inner = inner;
  }

  async getToken(...request: Parameters<TokenCredential['getToken']>): Promise<AccessToken | null> {
    try {
      const token = await this.#inner.getToken(...request);
      this.#expiresAt = token?.expiresOnTimestamp ?? 0;
      this.lastError = undefined;
      return token;
    } catch (error) {
      this.lastError = error;
      // While the old token lasts the failure may show, so that it is kept and the renewal tried again.
      if (Date.now() < this.#expiresAt) throw error;
      return { token: '', expiresOnTimestamp: 0 };
    }
  }
}

/** `work`, or a rejection when the caller goes away or the authority takes too long. */
async function inTime(work: Promise<string>, clock: Clock, signal: AbortSignal): Promise<string> {
  const timer = new AbortController();
  const tooLate = clock.sleep(tokenTimeoutMs, AbortSignal.any([timer.signal, signal])).then(() => {
    throw new CredentialError('unavailable', 'The authority did not issue a token in time.');
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    timer.abort();
  }
}
