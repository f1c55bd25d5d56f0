import { z } from 'zod';
import { entityId, optionalBoolean, optionalInstant, optionalText, optionalTexts } from '../odata/wireKinds.js';

/**
 * What Microsoft Graph's directory sends. Only selected properties arrive: without `$select` it leaves most of them out.
 * @see https://learn.microsoft.com/graph/api/resources/user
 * @see https://learn.microsoft.com/graph/api/resources/device
 */
export const userRow = z.object({
  id: entityId,
  userPrincipalName: optionalText,
  displayName: optionalText,
  givenName: optionalText,
  surname: optionalText,
  jobTitle: optionalText,
  department: optionalText,
  companyName: optionalText,
  employeeId: optionalText,
  mail: optionalText,
  mobilePhone: optionalText,
  businessPhones: optionalTexts,
  officeLocation: optionalText,
  city: optionalText,
  country: optionalText,
  preferredLanguage: optionalText,
  accountEnabled: optionalBoolean,
  userType: optionalText,
  createdDateTime: optionalInstant,
  onPremisesSamAccountName: optionalText,
  onPremisesSecurityIdentifier: optionalText,
  onPremisesSyncEnabled: optionalBoolean,
  securityIdentifier: optionalText,
});
export type UserRow = z.infer<typeof userRow>;

export const deviceRow = z.object({
  id: entityId,
  deviceId: optionalText,
  displayName: optionalText,
  operatingSystem: optionalText,
  operatingSystemVersion: optionalText,
  trustType: optionalText,
  isCompliant: optionalBoolean,
  isManaged: optionalBoolean,
  isRooted: optionalBoolean,
  accountEnabled: optionalBoolean,
  approximateLastSignInDateTime: optionalInstant,
  registrationDateTime: optionalInstant,
  deviceOwnership: optionalText,
  managementType: optionalText,
  manufacturer: optionalText,
  model: optionalText,
  onPremisesSyncEnabled: optionalBoolean,
});
export type DeviceRow = z.infer<typeof deviceRow>;
