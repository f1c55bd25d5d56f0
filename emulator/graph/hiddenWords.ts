import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Row } from '../tenant/Tenant.js';
import { prefers } from './preferences.js';

const riskDetails = words(
  'm365DAdminDismissedDetection adminConfirmedServicePrincipalCompromised adminDismissedAllRiskForServicePrincipal userChangedPasswordOnPremises adminDismissedRiskForSignIn adminConfirmedAccountSafe microsoftRevokedSessions',
);

/**
 * Members that come after `unknownFutureValue` in their enumeration, by property name in lower case. Without
 * `Prefer: include-unknown-enum-members` the service writes the sentinel in their place.
 * @see https://learn.microsoft.com/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations
 */
const wordsByProperty: Readonly<Record<string, ReadonlySet<string>>> = {
  servicesource: words(
    'microsoftDefenderForCloud microsoftSentinel microsoftInsiderRiskManagement microsoftThreatIntelligence microsoftSecurityForAI',
  ),
  detectionsource: words(
    'microsoftDefenderForCloud microsoftDefenderForIoT microsoftDefenderForServers microsoftDefenderForStorage microsoftDefenderForDNS microsoftDefenderForDatabases microsoftDefenderForContainers microsoftDefenderForNetwork microsoftDefenderForAppService microsoftDefenderForKeyVault microsoftDefenderForResourceManager microsoftDefenderForApiManagement nrtAlerts scheduledAlerts microsoftDefenderThreatIntelligenceAnalytics builtInMl microsoftInsiderRiskManagement microsoftThreatIntelligence microsoftDefenderForAIServices securityCopilot microsoftSentinel',
  ),
  remediationstatus: words('active pendingApproval declined unremediated running partiallyRemediated'),
  status: words('awaitingAction'),
  activity: words('servicePrincipal'),
  riskdetail: riskDetails,
  detail: riskDetails,
};

function words(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().split(' '));
}

/** How rows are worded for this caller: as they are when it prefers every member, else with the sentinel. */
export function wording(request: FastifyRequest, reply: FastifyReply): (row: Row) => Row {
  return prefers(request, reply, 'include-unknown-enum-members') ? (row) => row : hideWords;
}

/** A copy of the row, evidence included, in which hidden members read `unknownFutureValue`. */
function hideWords(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, hideValue(name, value)]));
}

function hideValue(name: string, value: unknown): unknown {
  if (typeof value === 'string') {
    return wordsByProperty[name.toLowerCase()]?.has(value.toLowerCase()) === true ? 'unknownFutureValue' : value;
  }
  if (Array.isArray(value)) return value.map((item) => hideValue('', item));
  return value !== null && typeof value === 'object' ? hideWords(value as Row) : value;
}
