/**
 * Application permissions that the emulated application was granted on Microsoft Graph.
 * @see https://learn.microsoft.com/graph/permissions-reference
 */
export const graphPermissions: readonly string[] = [
  'SecurityAlert.Read.All',
  'SecurityAlert.ReadWrite.All',
  'SecurityIncident.Read.All',
  'SecurityIncident.ReadWrite.All',
  'SecurityEvents.Read.All',
  'SecurityEvents.ReadWrite.All',
  'IdentityRiskEvent.Read.All',
  'IdentityRiskyUser.Read.All',
  'IdentityRiskyUser.ReadWrite.All',
  'User.Read.All',
  'Device.Read.All',
  'Directory.Read.All',
  'Subscription.Read.All',
];

/**
 * Permissions on Microsoft Cloud App Security.
 * @see https://learn.microsoft.com/defender-cloud-apps/api-authentication-application
 */
export const mcasPermissions: readonly string[] = [
  'Investigation.read',
  'Investigation.manage',
  'Discovery.read',
  'Discovery.manage',
  'Settings.read',
  'Settings.manage',
];
