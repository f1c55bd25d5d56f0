import type { Device } from '../../schema/types/device.type.js';
import type { User } from '../../schema/types/user.type.js';
import type { DeviceRow, UserRow } from './wire.js';

/** The user of an upstream row; what the row leaves out is null. */
export function toUser(row: UserRow): User {
  return {
    __typename: 'User',
    id: row.id,
    userPrincipalName: row.userPrincipalName ?? null,
    displayName: row.displayName ?? null,
    givenName: row.givenName ?? null,
    surname: row.surname ?? null,
    jobTitle: row.jobTitle ?? null,
    department: row.department ?? null,
    companyName: row.companyName ?? null,
    employeeId: row.employeeId ?? null,
    mail: row.mail ?? null,
    mobilePhone: row.mobilePhone ?? null,
    businessPhones: row.businessPhones ?? [],
    officeLocation: row.officeLocation ?? null,
    city: row.city ?? null,
    country: row.country ?? null,
    preferredLanguage: row.preferredLanguage ?? null,
    accountEnabled: row.accountEnabled ?? null,
    userType: row.userType ?? null,
    createdDateTime: row.createdDateTime ?? null,
    onPremisesSamAccountName: row.onPremisesSamAccountName ?? null,
    onPremisesSecurityIdentifier: row.onPremisesSecurityIdentifier ?? null,
    onPremisesSyncEnabled: row.onPremisesSyncEnabled ?? null,
    securityIdentifier: row.securityIdentifier ?? null,
  };
}

/** The device of an upstream row; what the row leaves out is null. */
export function toDevice(row: DeviceRow): Device {
  return {
    __typename: 'Device',
    id: row.id,
    deviceId: row.deviceId ?? null,
    displayName: row.displayName ?? null,
    operatingSystem: row.operatingSystem ?? null,
    operatingSystemVersion: row.operatingSystemVersion ?? null,
    trustType: row.trustType ?? null,
    isCompliant: row.isCompliant ?? null,
    isManaged: row.isManaged ?? null,
    isRooted: row.isRooted ?? null,
    accountEnabled: row.accountEnabled ?? null,
    approximateLastSignInDateTime: row.approximateLastSignInDateTime ?? null,
    registrationDateTime: row.registrationDateTime ?? null,
    deviceOwnership: row.deviceOwnership ?? null,
    managementType: row.managementType ?? null,
    manufacturer: row.manufacturer ?? null,
    model: row.model ?? null,
    onPremisesSyncEnabled: row.onPremisesSyncEnabled ?? null,
  };
}
