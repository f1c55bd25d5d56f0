import { odataString } from '../upstream/odata.js';
import type { WantedRegistration } from './contract.js';

/**
 * The providers of legacy alerts that notify; Defender for Endpoint and Office 365 do not. A registration for all alerts
 * is refused as too wide, so there is one for each provider.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/change-notifications-api-overview
 */
const notifyingProviders = ['ASC', 'IPC', 'MCAS', 'Azure Advanced Threat Protection', 'Azure Sentinel'] as const;

const users: WantedRegistration = {
  kind: 'user',
  resource: '/users',
  changeType: 'updated,deleted',
  permission: 'User.Read.All',
};

/**
 * All that Microsoft Graph pushes of what the gateway reads.
 * @param withAlerts Whether alerts are read from the legacy API, the only one that notifies.
 */
export function wantedRegistrations(withAlerts: boolean): readonly WantedRegistration[] {
  if (!withAlerts) return [users];
  const alerts = notifyingProviders.map(
    (provider): WantedRegistration => ({
      kind: 'alert',
      resource: `/security/alerts?$filter=vendorInformation/provider eq ${odataString(provider)}`,
      changeType: 'created,updated',
      permission: 'SecurityEvents.ReadWrite.All',
    }),
  );
  return [...alerts, users];
}
