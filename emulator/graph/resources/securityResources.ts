import { buildProperties, type FilterModel } from '../../odata/filterModel.js';
import type { EmulatorSwitches } from '../../switches.js';
import type { Paging, Resource } from '../Resource.js';

const identifying = 'eq ne in';
const instants = 'ge gt le lt';

const alertProperties =
  'id actorDisplayName additionalData alertPolicyId alertWebUrl assignedTo categories category classification comments createdDateTime customDetails description detectionSource detectorId determination evidence firstActivityDateTime incidentId incidentWebUrl investigationState lastActivityDateTime lastUpdateDateTime mitreTechniques productName providerAlertId recommendedActions resolvedDateTime serviceSource severity status systemTags tenantId threatDisplayName threatFamilyName title';

const incidentProperties =
  'id assignedTo classification comments createdDateTime customTags description determination displayName incidentWebUrl lastModifiedBy lastUpdateDateTime priorityScore redirectIncidentId resolvingComment severity status summary systemTags tenantId';

/** Evidence members that the migration guide filters by. */
const evidenceFilter: FilterModel = {
  properties: buildProperties([
    [
      'microsoft.graph.security.userEvidence/userAccount/userPrincipalName microsoft.graph.security.deviceEvidence/deviceDnsName',
      'text',
      'eq ne in',
    ],
  ]),
};

/** @see https://learn.microsoft.com/graph/api/security-list-alerts_v2 */
export function buildAlerts(switches: EmulatorSwitches): Resource {
  return {
    path: 'security/alerts_v2',
    typeName: 'microsoft.graph.security.alert',
    rows: (tenant) => tenant.alerts,
    collection: 'alerts',
    properties: alertProperties.split(' '),
    filter: {
      properties: buildProperties([
        ['assignedTo classification determination serviceSource severity status', 'text', identifying],
        ['createdDateTime lastUpdateDateTime', 'instant', instants],
      ]),
      ...(switches.alertsEvidenceFilter ? { lambdas: { evidence: evidenceFilter } } : {}),
    },
    orderBy: ['createdDateTime', 'lastUpdateDateTime', 'severity', 'status', 'title', 'id'],
    defaultOrder: [{ property: 'createdDateTime', descending: true }],
    paging: {
      defaultSize: switches.alertsDefaultPageSize,
      maxTop: 1000,
      overMax: 'clamp',
      maxSkip: 500,
      linksNext: (hasTop) =>
        switches.alertsNextLink === 'always' || (switches.alertsNextLink === 'withoutTop' && !hasTop),
    },
    count: 'everyPage',
    notFoundCode: 'ResourceNotFound',
  };
}

/** @see https://learn.microsoft.com/graph/api/security-list-incidents */
export function buildIncidents(switches: EmulatorSwitches): Resource {
  return {
    path: 'security/incidents',
    typeName: 'microsoft.graph.security.incident',
    rows: (tenant) => tenant.incidents,
    collection: 'incidents',
    properties: incidentProperties.split(' '),
    filter: {
      properties: buildProperties([
        ['assignedTo classification determination severity status', 'text', identifying],
        ['createdDateTime lastUpdateDateTime', 'instant', instants],
      ]),
    },
    orderBy: ['createdDateTime', 'lastUpdateDateTime', 'severity', 'status', 'id'],
    defaultOrder: [{ property: 'createdDateTime', descending: true }],
    paging: {
      defaultSize: switches.incidentsDefaultPageSize,
      maxTop: 50,
      overMax: {
        code: '',
        message: (top) =>
          `The limit of '50' for Top query has been exceeded. The value from the incoming request is '${top}'.`,
      },
      maxSkip: 500,
      linksNext: () => true,
    },
    count: 'everyPage',
    expand: ['alerts'],
    notFoundCode: 'ResourceNotFound',
  };
}

const scorePaging: Paging = {
  defaultSize: 100,
  maxTop: 1000,
  overMax: 'clamp',
  maxSkip: 500,
  linksNext: () => true,
};

/** @see https://learn.microsoft.com/graph/api/security-list-securescores */
export const secureScores: Resource = {
  path: 'security/secureScores',
  typeName: 'microsoft.graph.secureScore',
  rows: (tenant) => tenant.secureScores,
  properties:
    'id activeUserCount averageComparativeScores azureTenantId controlScores createdDateTime currentScore enabledServices licensedUserCount maxScore vendorInformation'.split(
      ' ',
    ),
  filter: {
    properties: buildProperties([
      ['id azureTenantId vendorInformation/provider vendorInformation/vendor', 'text', 'eq ne in'],
      ['createdDateTime', 'instant', 'eq ge gt le lt'],
      ['currentScore maxScore', 'number', 'eq ge gt le lt'],
    ]),
  },
  orderBy: ['createdDateTime', 'currentScore', 'id'],
  defaultOrder: [{ property: 'createdDateTime', descending: true }],
  paging: scorePaging,
  count: 'everyPage',
  notFoundCode: 'ResourceNotFound',
};

/** @see https://learn.microsoft.com/graph/api/security-list-securescorecontrolprofiles */
export const controlProfiles: Resource = {
  path: 'security/secureScoreControlProfiles',
  typeName: 'microsoft.graph.secureScoreControlProfile',
  rows: (tenant) => tenant.secureScoreControlProfiles,
  collection: 'controlProfiles',
  properties:
    'id actionType actionUrl azureTenantId complianceInformation controlCategory controlStateUpdates deprecated implementationCost lastModifiedDateTime maxScore rank remediation remediationImpact service threats tier title userImpact vendorInformation'.split(
      ' ',
    ),
  filter: {
    properties: buildProperties([
      ['id azureTenantId actionType controlCategory service tier title', 'text', 'eq ne in'],
      ['vendorInformation/provider vendorInformation/vendor', 'text', 'eq ne in'],
      ['deprecated', 'boolean', 'eq ne'],
      ['rank maxScore', 'number', 'eq ge gt le lt'],
    ]),
  },
  orderBy: ['rank', 'title', 'id'],
  defaultOrder: [{ property: 'id', descending: false }],
  paging: scorePaging,
  count: 'everyPage',
  notFoundCode: 'ResourceNotFound',
};
