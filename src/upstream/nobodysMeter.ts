import type { CallMeter } from './contract.js';

/** The meter of work that belongs to no answer: refreshes behind an answer, and the change feed. */
export const nobodysMeter: CallMeter = {
  upstreamCall: () => undefined,
  subgraphRequest: () => undefined,
  cacheHit: () => undefined,
  mirrorHit: () => undefined,
  waited: () => undefined,
  stale: () => undefined,
  dataAsOf: () => undefined,
  warning: () => undefined,
};
