import type { CachePolicy } from '../../cache/contract.js';

/** With one call a second for the whole tenant, two minutes old is fresh and an hour old beats nothing. */
const base = {
  upstream: 'GRAPH_IDENTITY_PROTECTION',
  ttlMs: 120_000,
  staleWhileRevalidateMs: 60_000,
  staleIfErrorMs: 3_600_000,
  negativeTtlMs: 60_000,
} as const;

/** How long after the mirror last kept up its rows stand in for an upstream that is away. */
export const mirroredStaleMs = base.staleIfErrorMs;

export const riskEventPolicy: CachePolicy = { ...base, resource: 'riskEvent' };
export const riskEventsPolicy: CachePolicy = { ...base, resource: 'riskEvents' };
export const userRiskEventsPolicy: CachePolicy = { ...base, resource: 'riskEvents.ofUser' };
/** How many pages the whole tenant took when it was last read to its end; only chooses between two right ways. */
export const tenantSizePolicy: CachePolicy = {
  ...base,
  resource: 'riskEvents.size',
  ttlMs: 3_600_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  negativeTtlMs: 1_000,
};
/** Rows of the whole tenant, from which users are answered: young, because what is taken from them lives on by itself. */
const tenantRows = { ...base, ttlMs: 60_000, staleWhileRevalidateMs: 0, negativeTtlMs: 0 } as const;
export const tenantRiskEventsPolicy: CachePolicy = { ...tenantRows, resource: 'riskEvents.tenant' };
export const tenantRiskyUsersPolicy: CachePolicy = { ...tenantRows, resource: 'riskyUsers.tenant' };
export const riskyUserPolicy: CachePolicy = { ...base, resource: 'riskyUser' };
export const riskyUsersPolicy: CachePolicy = { ...base, resource: 'riskyUsers' };
export const riskyUserHistoryPolicy: CachePolicy = { ...base, resource: 'riskyUser.history' };
