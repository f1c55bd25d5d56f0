import type { RiskEventSource } from '../../changes/feeds/listContract.js';
import { fromTicks } from '../../time/instant.js';
import { riskDetectionCall, riskDetectionsCall } from './calls.js';
import { type IdentityFeedSourceDeps, readListPage } from './readListPage.js';
import { unlessUnknown } from './unlessUnknown.js';

/**
 * Reads risk detections by their last update for the change feed, with `ge`: it is the only comparison of times that is
 * documented and does what it says.
 * @see https://learn.microsoft.com/graph/api/riskdetection-list
 */
export function createRiskEventFeedSource({ upstream, makeScope }: IdentityFeedSourceDeps): RiskEventSource {
  return {
    upstream: upstream.name,
    read: ({ from, top, next, purpose, signal }) => {
      const call = riskDetectionsCall(`lastUpdatedDateTime ge ${fromTicks(from)}`);
      const query = { ...call.query, ...(top === undefined ? {} : { $top: String(top) }) };
      const first = { ...call, query, operation: 'riskDetections.feed' };
      return readListPage(upstream, first, next, makeScope(signal, purpose));
    },
    byId: async (id, signal) => {
      const answer = await unlessUnknown(upstream.send(riskDetectionCall(id), makeScope(signal, 'background')));
      return answer?.value ?? null;
    },
  };
}
