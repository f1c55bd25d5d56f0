import type { UpstreamConfig } from '../config.js';
import type { UpstreamName } from '../contract.js';
import type { LimitRow } from './contract.js';

/**
 * The limits that Microsoft documents per upstream, with our share of those that count per tenant.
 * Incidents have no row of their own and are assumed to draw on that of alerts. The directory row is that of the smallest tenant.
 * @see https://learn.microsoft.com/en-us/graph/throttling-limits
 * @see https://learn.microsoft.com/en-us/defender-cloud-apps/api-introduction
 */
export function limitRows(config: Pick<UpstreamConfig, 'identityShare' | 'mcasShare'>): Record<UpstreamName, LimitRow> {
  return {
    GRAPH_SECURITY: { name: 'requests', units: 150, windowMs: 60_000, share: 1, shared: false },
    GRAPH_IDENTITY_PROTECTION: {
      name: 'requests',
      units: 1,
      windowMs: 1_000,
      share: config.identityShare,
      shared: true,
    },
    GRAPH_DIRECTORY: { name: 'resourceUnits', units: 3_500, windowMs: 10_000, share: 1, shared: false },
    MCAS: { name: 'requests', units: 30, windowMs: 60_000, share: config.mcasShare, shared: true },
  };
}

/** Calls that Microsoft lets run only a few at a time, whatever the window says: secure scores and their profiles, four. */
export const concurrencyCap = {
  max: 4,
  applies: (path: string): boolean => /^\/(v1\.0|beta)\/security\/secureScore/i.test(path),
} as const;
