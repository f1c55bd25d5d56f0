import type { Tenant } from './Tenant.js';

/** A tenant without any row. */
export function buildEmptyTenant(tenantId: string, captured = false): Tenant {
  return {
    tenantId,
    captured,
    users: new Map(),
    devices: new Map(),
    alerts: new Map(),
    legacyAlerts: new Map(),
    incidents: new Map(),
    riskDetections: new Map(),
    riskyUsers: new Map(),
    riskyUserHistory: new Map(),
    secureScores: new Map(),
    secureScoreControlProfiles: new Map(),
    activities: new Map(),
    mcasAlerts: new Map(),
    mcasEntities: new Map(),
    subnets: new Map(),
    files: new Map(),
    streams: new Map(),
    serial: 0,
  };
}
