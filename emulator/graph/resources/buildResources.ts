import type { EmulatorSwitches } from '../../switches.js';
import type { Resource } from '../Resource.js';
import { devices, users } from './directoryResources.js';
import { buildRiskDetections, buildRiskyUsers } from './identityResources.js';
import { buildLegacyAlerts } from './legacyAlerts.js';
import { buildAlerts, buildIncidents, controlProfiles, secureScores } from './securityResources.js';

/** Every collection that the emulated Graph serves. */
export interface Resources {
  readonly alerts: Resource;
  readonly legacyAlerts: Resource;
  readonly incidents: Resource;
  readonly riskDetections: Resource;
  readonly riskyUsers: Resource;
  readonly secureScores: Resource;
  readonly controlProfiles: Resource;
  readonly users: Resource;
  readonly devices: Resource;
}

export function buildResources(switches: EmulatorSwitches): Resources {
  return {
    alerts: buildAlerts(switches),
    legacyAlerts: buildLegacyAlerts(switches),
    incidents: buildIncidents(switches),
    riskDetections: buildRiskDetections(switches),
    riskyUsers: buildRiskyUsers(switches),
    secureScores,
    controlProfiles,
    users,
    devices,
  };
}
