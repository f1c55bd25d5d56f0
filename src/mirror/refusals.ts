import type { ChangeTopic } from '../changes/contract.js';
import { type GatewayError, UpstreamError, UserInputError } from '../errors/GatewayError.js';
import { fromTicks } from '../time/instant.js';
import type { UpstreamName } from '../upstream/contract.js';

/** Errors of questions that the mirror alone can answer. */

/** Whom the feed of a topic reads. */
const upstreamOf: Readonly<Record<ChangeTopic, UpstreamName>> = {
  alert: 'GRAPH_SECURITY',
  incident: 'GRAPH_SECURITY',
  riskEvent: 'GRAPH_IDENTITY_PROTECTION',
  riskyUser: 'GRAPH_IDENTITY_PROTECTION',
  secureScore: 'GRAPH_SECURITY',
};

/** @param coveredFrom Where the mirrored window begins, in 100 ns ticks. */
export function outsideMirror(coveredFrom: bigint): GatewayError {
  const from = fromTicks(coveredFrom);
  return new UserInputError(
    `Only what happened since ${from} can be answered here; ask for times at or after that ("ge"), or for fewer rows.`,
    { coveredFrom: from },
  );
}

export function noMirrorKept(): GatewayError {
  return new UserInputError('This gateway keeps no mirror of the recent past, which alone could answer that.', {
    coveredFrom: null,
  });
}

export function bypassedMirror(): GatewayError {
  return new UserInputError(
    'The upstream itself cannot answer that, so it cannot be read fresh; leave out "cache-control: no-cache".',
    { coveredFrom: null },
  );
}

/** It fills or catches up; a moment later it may answer. */
export function behindMirror(topic: ChangeTopic): GatewayError {
  return new UpstreamError(
    'UPSTREAM_UNAVAILABLE',
    'The mirror of the recent past is filling or behind the upstream; try again in a moment.',
    { upstream: upstreamOf[topic] },
  );
}
