import { hash } from 'node:crypto';
import type { ScoreSource } from '../../changes/feeds/listContract.js';
import { UpstreamError } from '../../errors/GatewayError.js';
import type { CallScope, Purpose, Upstream } from '../../upstream/contract.js';
import { type ReadRows, readControlProfiles, readNewestScores } from './readScores.js';

export interface ScoreFeedSourceDeps {
  readonly upstream: Upstream;
  /** Makes the scope of one read; it ends when the given signal does. */
  readonly makeScope: (signal: AbortSignal, purpose: Purpose) => CallScope;
}

/**
 * Reads secure scores and their control profiles for the change feed. What a part of the providers leaves out is not
 * gone, so an answer that is not whole says nothing.
 * @see https://learn.microsoft.com/graph/api/security-list-securescores
 */
export function createScoreFeedSource({ upstream, makeScope }: ScoreFeedSourceDeps): ScoreSource {
  return {
    upstream: upstream.name,
    newest: async (count, purpose, signal) => {
      const read = await readNewestScores(upstream, makeScope(signal, purpose), count);
      return { rows: wholeRows(read, upstream), upstreamDate: read.asOf };
    },
    profiles: async (signal) => {
      const read = await readControlProfiles(upstream, makeScope(signal, 'feed'));
      const texts = wholeRows(read, upstream).map((profile) => JSON.stringify(profile));
      return { digest: hash('sha256', texts.sort().join('\n'), 'base64url'), upstreamDate: read.asOf };
    },
  };
}

function wholeRows<T>({ rows, warnings }: ReadRows<T>, { name }: Upstream): readonly T[] {
  if (warnings.length === 0) return rows;
  throw new UpstreamError('UPSTREAM_BAD_RESPONSE', 'Only a part of the providers answered.', { upstream: name });
}
