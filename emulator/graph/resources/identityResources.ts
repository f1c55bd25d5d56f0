import { buildProperties } from '../../odata/filterModel.js';
import type { EmulatorSwitches } from '../../switches.js';
import type { Paging, Resource } from '../Resource.js';

const overMax: Paging['overMax'] = {
  code: 'BadRequest',
  message: (top) => `Invalid page size specified: '${top}'. Must be between 1 and 500 inclusive.`,
};

/** @see https://learn.microsoft.com/graph/api/riskdetection-list */
export function buildRiskDetections(switches: EmulatorSwitches): Resource {
  const instants = buildProperties([
    ['activityDateTime detectedDateTime lastUpdatedDateTime', 'instant', 'ge gt le lt'],
  ]);
  const marked = Object.entries(instants).map(([name, rule]) => [
    name,
    { ...rule, gtIsGe: switches.riskDetectionsGtIsGe },
  ]);
  return {
    path: 'identityProtection/riskDetections',
    typeName: 'microsoft.graph.riskDetection',
    rows: (tenant) => tenant.riskDetections,
    collection: 'riskDetections',
    properties:
      'id activity activityDateTime additionalInfo correlationId detectedDateTime detectionTimingType ipAddress lastUpdatedDateTime location requestId riskDetail riskEventType riskLevel riskState source tokenIssuerType userDisplayName userId userPrincipalName'.split(
        ' ',
      ),
    filter: {
      properties: {
        ...buildProperties([
          [
            'riskEventType riskLevel riskState detectionTimingType userId userPrincipalName userDisplayName',
            'text',
            'eq',
          ],
        ]),
        ...Object.fromEntries(marked),
      },
    },
    orderBy: [],
    defaultOrder:
      switches.riskDetectionsOrder === 'newestFirst' ? [{ property: 'detectedDateTime', descending: true }] : [],
    paging: { defaultSize: 20, maxTop: 500, overMax, linksNext: () => true },
    count: 'ignored',
    notFoundCode: 'NotFound',
  };
}

/** @see https://learn.microsoft.com/graph/api/riskyuser-list */
export function buildRiskyUsers(switches: EmulatorSwitches): Resource {
  return {
    path: 'identityProtection/riskyUsers',
    typeName: 'microsoft.graph.riskyUser',
    rows: (tenant) => tenant.riskyUsers,
    collection: 'riskyUsers',
    properties:
      'id isDeleted isProcessing riskDetail riskLastUpdatedDateTime riskLevel riskState userDisplayName userPrincipalName'.split(
        ' ',
      ),
    filter: {
      properties: buildProperties([['riskLevel riskState riskDetail userPrincipalName userDisplayName', 'text', 'eq']]),
    },
    orderBy: [],
    defaultOrder: [],
    paging: { defaultSize: switches.riskyUsersDefaultPageSize, maxTop: 500, overMax, linksNext: () => true },
    count: 'everyPage',
    notFoundCode: 'NotFound',
  };
}
