import type { RiskEventTypeName } from '../../schema/types/riskEvent.type.js';

/**
 * Which GraphQL type a `riskEventType` of the upstream becomes. The types are those of Microsoft Graph's retired
 * `identityRiskEvent`; the words are those of today's `riskDetection`. Words that are not here become `OtherRiskEvent`.
 * @see https://learn.microsoft.com/graph/api/resources/riskdetection
 */
const typeOfWord: Readonly<Record<string, RiskEventTypeName>> = {
  impossibleTravel: 'ImpossibleTravelRiskEvent',
  unlikelyTravel: 'ImpossibleTravelRiskEvent',
  anonymizedIPAddress: 'AnonymousIPRiskEvent',
  leakedCredentials: 'LeakedCredentialsRiskEvent',
  malwareInfectedIPAddress: 'MalwareRiskEvent',
  maliciousIPAddress: 'SuspiciousIPRiskEvent',
  suspiciousIPAddress: 'SuspiciousIPRiskEvent',
  riskyIPAddress: 'SuspiciousIPRiskEvent',
  unfamiliarFeatures: 'UnfamiliarLocationRiskEvent',
  newCountry: 'UnfamiliarLocationRiskEvent',
};

/** The other words that the upstream documents, for exact spelling in filters. */
const otherWords = [
  'adminConfirmedUserCompromised',
  'anomalousToken',
  'anomalousUserActivity',
  'generic',
  'investigationsThreatIntelligence',
  'mcasSuspiciousInboxManipulationRules',
  'passwordSpray',
  'suspiciousAPITraffic',
  'suspiciousBrowser',
  'suspiciousInboxForwarding',
  'suspiciousSendingPatterns',
  'tokenIssuerAnomaly',
];

const typeOfLowerWord = new Map(Object.entries(typeOfWord).map(([word, type]) => [word.toLowerCase(), type]));
const spelling = new Map([...Object.keys(typeOfWord), ...otherWords].map((word) => [word.toLowerCase(), word]));

/** The GraphQL type of a risk event, by the upstream's word without case. */
export function riskEventTypeName(word: string): RiskEventTypeName {
  return typeOfLowerWord.get(word.toLowerCase()) ?? 'OtherRiskEvent';
}

/** The word in the upstream's own spelling; unknown words stay as they are. */
export function spellRiskEventType(word: string): string {
  return spelling.get(word.toLowerCase()) ?? word;
}
