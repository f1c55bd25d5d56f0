import { CredentialError, type TokenProvider } from '../auth/credentials/tokenProvider.js';
import type { Logger } from '../observability/logger.js';
import type { CallScope } from './contract.js';
import { interruption, type Limits, untilDeadline } from './deadline.js';
import * as failures from './failures.js';

/**
 * The `Authorization` header of a call, within its deadline.
 * @param refused The header that the upstream has just refused, to get another.
 * @throws {UpstreamError} when there is none to be had, or the call ends first.
 */
export async function authorize(
  provider: TokenProvider,
  refused: string | undefined,
  label: failures.CallLabel,
  scope: CallScope,
  deps: Limits & { readonly logger: Logger },
): Promise<string> {
  const done = new AbortController();
  const expired = new AbortController();
  untilDeadline(deps.clock, scope.deadlineAt, done.signal).then(
    () => expired.abort(),
    () => undefined,
  );
  const { callerAssertion } = scope;
  try {
    return await provider.authorization({
      signal: AbortSignal.any([scope.signal, deps.stopping, expired.signal]),
      ...(callerAssertion === undefined ? {} : { callerAssertion }),
      ...(refused === undefined ? {} : { refused }),
    });
  } catch (error) {
    throw error instanceof CredentialError
      ? refusal(error, label, deps.logger)
      : (interruption(label, scope, deps, error) ?? failures.credentialUnavailable(label, error));
  } finally {
    done.abort();
  }
}

function refusal(error: CredentialError, label: failures.CallLabel, logger: Logger): Error {
  const { kind, authorityCode } = error;
  const { upstream, operation, requestId } = label;
  logger.warn({ upstream, operation, requestId, kind, authorityCode }, 'no access token');
  return kind === 'refused'
    ? failures.credentialRefused(label, { authorityCode }, error)
    : failures.credentialUnavailable(label, error);
}
