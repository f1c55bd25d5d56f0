import { buildProperties } from '../../odata/filterModel.js';
import type { Paging, Resource } from '../Resource.js';

const paging: Paging = {
  defaultSize: 100,
  maxTop: 999,
  overMax: {
    code: 'Request_UnsupportedQuery',
    message: (top) => `Invalid page size specified: '${top}'. Must be between 1 and 999 inclusive.`,
  },
  linksNext: () => true,
};

const text = 'eq ne in ge le startswith endswith';

/** @see https://learn.microsoft.com/graph/api/user-list */
export const users: Resource = {
  path: 'users',
  typeName: 'microsoft.graph.user',
  rows: (tenant) => tenant.users,
  collection: 'users',
  properties:
    'id accountEnabled businessPhones city companyName country createdDateTime department displayName employeeId employeeType givenName identities jobTitle lastPasswordChangeDateTime mail mailNickname mobilePhone officeLocation onPremisesDomainName onPremisesImmutableId onPremisesLastSyncDateTime onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled onPremisesUserPrincipalName otherMails postalCode preferredLanguage proxyAddresses securityIdentifier signInSessionsValidFromDateTime state streetAddress surname usageLocation userPrincipalName userType'.split(
      ' ',
    ),
  defaultProperties:
    'businessPhones displayName givenName jobTitle mail mobilePhone officeLocation preferredLanguage surname userPrincipalName id'.split(
      ' ',
    ),
  filter: {
    properties: buildProperties([
      [
        'displayName givenName surname mail mailNickname jobTitle department userPrincipalName userType country city',
        'text',
        text,
      ],
      ['id', 'text', 'eq ne in'],
      ['onPremisesSecurityIdentifier securityIdentifier employeeId', 'text', 'eq ne in'],
      ['accountEnabled', 'boolean', 'eq ne in'],
      ['createdDateTime', 'instant', 'eq ne ge le in'],
    ]),
    lambdas: {
      proxyaddresses: { properties: buildProperties([['', 'text', 'eq ge le startswith endswith']]) },
      othermails: { properties: buildProperties([['', 'text', 'eq ge le startswith endswith']]) },
    },
  },
  orderBy: ['displayName', 'userPrincipalName', 'createdDateTime'],
  defaultOrder: [{ property: 'displayName', descending: false }],
  paging,
  count: 'firstPage',
  directory: true,
  notFoundCode: 'Request_ResourceNotFound',
};

/** @see https://learn.microsoft.com/graph/api/device-list */
export const devices: Resource = {
  path: 'devices',
  typeName: 'microsoft.graph.device',
  rows: (tenant) => tenant.devices,
  properties:
    'id accountEnabled approximateLastSignInDateTime deviceCategory deviceId deviceOwnership deviceVersion displayName enrollmentType isCompliant isManaged isRooted managementType manufacturer mdmAppId model onPremisesLastSyncDateTime onPremisesSyncEnabled operatingSystem operatingSystemVersion physicalIds profileType registrationDateTime trustType'.split(
      ' ',
    ),
  filter: {
    properties: buildProperties([
      ['deviceId', 'text', 'eq ne startswith'],
      ['id', 'text', 'eq ne in'],
      ['displayName', 'text', 'eq ne in ge le startswith'],
      ['operatingSystem operatingSystemVersion', 'text', 'eq ne ge le startswith'],
      ['trustType', 'text', 'eq ne in'],
      ['accountEnabled isCompliant isManaged', 'boolean', 'eq ne in'],
      ['approximateLastSignInDateTime', 'instant', 'eq ne ge le'],
    ]),
  },
  orderBy: ['displayName'],
  defaultOrder: [{ property: 'displayName', descending: false }],
  paging,
  count: 'firstPage',
  directory: true,
  notFoundCode: 'Request_ResourceNotFound',
};
