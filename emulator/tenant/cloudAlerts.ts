import type { PlannedAlert } from './planAttacks.js';
import type { CloudAlertFacts } from './storyBook.js';
import type { Row } from './Tenant.js';

const severityCodes: Readonly<Record<string, number>> = { low: 0, medium: 1, high: 2, informational: 3 };
/** `resolutionStatusValue` for the classification of a resolved alert. */
const closedAs: Readonly<Record<string, number>> = {
  falsePositive: 3,
  informationalExpectedActivity: 4,
  truePositive: 5,
};

/**
 * The Cloud Apps side of an alert that Graph shows with the same id behind the prefix `ca`.
 * @param audits ids of the activities that raised it.
 */
export function buildCloudAlert(
  alert: Row,
  planned: PlannedAlert,
  facts: CloudAlertFacts,
  audits: readonly string[],
): Row {
  const id = String(alert.providerAlertId);
  const { victim, attack } = planned;
  return {
    _id: id,
    contextId: alert.tenantId,
    timestamp: Math.floor(planned.atMs),
    title: alert.title,
    description: alert.description,
    idValue: facts.typeId,
    isMarkdown: false,
    isPreview: false,
    isSystemAlert: false,
    severityValue: severityCodes[String(alert.severity)] ?? 0,
    ...cloudTriage(alert),
    stories: facts.stories,
    intent: facts.intent,
    threatScore: null,
    evidence: [{ title: { template: 'EVIDENCE_IP_ADDRESS', parameters: { ip: attack.attackerIp } } }],
    audits,
    entities: [
      {
        id: victim.id,
        label: victim.displayName,
        type: 'account',
        entityType: 2,
        inst: 0,
        saas: 11161,
        pa: victim.upn,
        em: victim.upn,
      },
      { id: victim.upn, label: victim.upn, type: 'user' },
      { id: attack.attackerIp, label: attack.attackerIp, type: 'ip', triggeredAlert: true },
      { id: attack.attackerPlace.country, label: attack.attackerPlace.countryName, type: 'country' },
      { id: 11161, label: 'Office 365', type: 'service' },
      { id: policyId(facts.typeId), label: facts.policy, type: 'policyRule', policyType: 'ANOMALY_DETECTION' },
    ],
    URL: `https://contoso.portal.cloudappsecurity.com/#/alerts/${id}`,
  };
}

/** State of the alert in Cloud Apps' own codes, taken from Graph's words. */
export function cloudTriage(alert: Row): Row {
  if (alert.status !== 'resolved') {
    return {
      statusValue: alert.status === 'new' ? 0 : 1,
      resolutionStatusValue: 0,
      comment: '',
      handledByUser: null,
      resolveTime: null,
    };
  }
  return {
    statusValue: 2,
    resolutionStatusValue: closedAs[String(alert.classification)] ?? 5,
    comment: '',
    handledByUser: alert.assignedTo,
    resolveTime: toIso(String(alert.resolvedDateTime ?? alert.lastUpdateDateTime)),
  };
}

function toIso(graphTime: string): string {
  return new Date(graphTime).toISOString();
}

function policyId(typeId: number): string {
  return `5bfd18bf${String(typeId).padStart(16, '0')}`;
}
