import { buildProperties } from '../../odata/filterModel.js';
import type { EmulatorSwitches } from '../../switches.js';
import type { Resource } from '../Resource.js';

const properties =
  'id activityGroupName alertDetections assignedTo azureSubscriptionId azureTenantId category closedDateTime cloudAppStates comments confidence createdDateTime description detectionIds eventDateTime feedback fileStates historyStates hostStates incidentIds investigationSecurityStates lastEventDateTime lastModifiedDateTime malwareStates messageSecurityStates networkConnections processes recommendedActions registryKeyStates riskScore securityResources severity sourceMaterials status tags title triggers uriClickSecurityStates userStates vendorInformation vulnerabilityStates';

/** The retired federation of alert providers. @see https://learn.microsoft.com/graph/api/alert-list */
export function buildLegacyAlerts(switches: EmulatorSwitches): Resource {
  const text = 'eq ne in startswith';
  return {
    path: 'security/alerts',
    typeName: 'microsoft.graph.alert',
    rows: (tenant) => tenant.legacyAlerts,
    collection: 'legacyAlerts',
    properties: properties.split(' '),
    filter: {
      properties: buildProperties([
        [
          'id title category severity status assignedTo feedback azureTenantId azureSubscriptionId activityGroupName',
          'text',
          text,
        ],
        ['vendorInformation/provider vendorInformation/vendor vendorInformation/subProvider', 'text', text],
        ['createdDateTime eventDateTime lastModifiedDateTime closedDateTime', 'instant', 'eq ge gt le lt'],
        ['confidence', 'number', 'eq ge gt le lt'],
      ]),
      lambdas: {
        userstates: {
          properties: buildProperties([['userPrincipalName aadUserId accountName domainName logonIp', 'text', text]]),
        },
        hoststates: {
          properties: buildProperties([['fqdn netBiosName privateIpAddress publicIpAddress os', 'text', text]]),
        },
        networkconnections: {
          properties: buildProperties([
            ['destinationAddress destinationDomain destinationUrl sourceAddress', 'text', text],
          ]),
        },
        filestates: { properties: buildProperties([['name path fileHash/hashValue', 'text', text]]) },
        cloudappstates: {
          properties: buildProperties([['destinationServiceName destinationServiceIp', 'text', text]]),
        },
        tags: { properties: buildProperties([['', 'text', text]]) },
      },
    },
    orderBy: [
      'createdDateTime',
      'eventDateTime',
      'lastModifiedDateTime',
      'severity',
      'status',
      'title',
      'category',
      'id',
    ],
    defaultOrder: [{ property: 'createdDateTime', descending: true }],
    paging: {
      defaultSize: switches.legacyDefaultPageSize,
      maxTop: 1000,
      overMax: 'clamp',
      maxSkip: 500,
      linksNext: () => true,
    },
    count: 'everyPage',
    notFoundCode: 'ResourceNotFound',
  };
}
