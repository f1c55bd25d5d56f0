import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../time/clock.js';
import type { CredentialConfig, OnBehalfOfConfig } from './config.js';
import { createCallerCredential, createCredential } from './createCredential.js';
import { createTokenProvider } from './createTokenProvider.js';
import { CredentialError, type TokenProvider } from './tokenProvider.js';

/** Callers whose exchanged tokens are remembered, per upstream. */
const largestCallerCache = 1_000;

/** Caller tokens last about an hour; nothing exchanged for one is kept longer. */
const callerTtlMs = 3_600_000;

/** The token provider for one upstream scope, as the configuration says: the gateway's own, or one for each caller. */
export function createUpstreamCredential(config: CredentialConfig, scope: string, clock: Clock): TokenProvider {
  return config.kind === 'on-behalf-of'
    ? createCallerTokenProvider(config, scope, clock)
    : createTokenProvider(() => createCredential(config), scope, clock);
}

/** Exchanges each caller's token once; remembers by hash, so that no caller's token is kept as a key. */
function createCallerTokenProvider(config: OnBehalfOfConfig, scope: string, clock: Clock): TokenProvider {
  const byAssertion = new LRUCache<string, TokenProvider>({ max: largestCallerCache, ttl: callerTtlMs });
  const providerOf = (assertion: string): TokenProvider => {
    const key = createHash('sha256').update(assertion).digest('base64');
    const known = byAssertion.get(key);
    if (known !== undefined) return known;
    const provider = createTokenProvider(() => createCallerCredential(config, assertion), scope, clock);
    byAssertion.set(key, provider);
    return provider;
  };
  return {
    authorization: async (request) => {
      const { callerAssertion } = request;
      if (callerAssertion !== undefined) return providerOf(callerAssertion).authorization(request);
      throw new CredentialError('refused', 'The call needs the token of a caller, and there is none.');
    },
  };
}
