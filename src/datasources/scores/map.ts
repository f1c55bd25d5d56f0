import {
  secureScoreComparisonBasis,
  secureScoreControlActionType,
  secureScoreControlCategory,
  secureScoreControlState,
  secureScoreControlTier,
} from '../../schema/enums/secureScore.enums.js';
import type {
  AverageComparativeScore,
  ControlScore,
  SecureScore,
  SecureScoreVendorInformation,
} from '../../schema/types/secureScore.type.js';
import type {
  ComplianceInformation,
  ControlStateUpdate,
  SecureScoreControlProfile,
} from '../../schema/types/secureScoreControlProfile.type.js';
import type { ControlProfileWire, SecureScoreWire } from './wire.js';

/** Microsoft Graph's secure score as ours. */
export function toSecureScore(wire: SecureScoreWire): SecureScore {
  return {
    __typename: 'SecureScore',
    id: wire.id,
    activeUserCount: toInt(wire.activeUserCount),
    averageComparativeScores: (wire.averageComparativeScores ?? []).map(toAverage),
    azureTenantId: wire.azureTenantId ?? null,
    controlScores: (wire.controlScores ?? []).map(toControlScore),
    createdDateTime: wire.createdDateTime ?? null,
    currentScore: wire.currentScore ?? null,
    enabledServices: wire.enabledServices ?? [],
    licensedUserCount: toInt(wire.licensedUserCount),
    maxScore: wire.maxScore ?? null,
    vendorInformation: toVendor(wire.vendorInformation),
  };
}

/** Microsoft Graph's control profile as ours. */
export function toControlProfile(wire: ControlProfileWire): SecureScoreControlProfile {
  return {
    __typename: 'SecureScoreControlProfile',
    id: wire.id,
    ...toKind(wire),
    ...toTexts(wire),
    azureTenantId: wire.azureTenantId ?? null,
    complianceInformation: (wire.complianceInformation ?? []).map(toCompliance),
    controlStateUpdates: (wire.controlStateUpdates ?? []).map(toStateUpdate),
    deprecated: wire.deprecated ?? null,
    lastModifiedDateTime: wire.lastModifiedDateTime ?? null,
    maxScore: wire.maxScore ?? null,
    rank: toInt(wire.rank),
    threats: wire.threats ?? [],
    vendorInformation: toVendor(wire.vendorInformation),
  };
}

/** The upstream writes -1 where it has no average. */
function toAverage(wire: NonNullable<SecureScoreWire['averageComparativeScores']>[number]): AverageComparativeScore {
  const { basis, averageScore, ...others } = wire;
  return {
    basis: secureScoreComparisonBasis.fromWire(basis),
    rawBasis: basis ?? null,
    averageScore: averageScore === -1 ? null : (averageScore ?? null),
    additionalProperties: toAdditional(others),
  };
}

function toControlScore(wire: NonNullable<SecureScoreWire['controlScores']>[number]): ControlScore {
  const { controlName, controlCategory, description, score, ...others } = wire;
  return {
    __typename: 'ControlScore',
    controlName: controlName ?? null,
    controlCategory: secureScoreControlCategory.fromWire(controlCategory),
    rawControlCategory: controlCategory ?? null,
    description: description ?? null,
    score: score ?? null,
    additionalProperties: toAdditional(others),
  };
}

type Kind = 'actionType' | 'rawActionType' | 'controlCategory' | 'rawControlCategory' | 'tier' | 'rawTier';

function toKind(wire: ControlProfileWire): Pick<SecureScoreControlProfile, Kind> {
  return {
    actionType: secureScoreControlActionType.fromWire(wire.actionType),
    rawActionType: wire.actionType ?? null,
    controlCategory: secureScoreControlCategory.fromWire(wire.controlCategory),
    rawControlCategory: wire.controlCategory ?? null,
    tier: secureScoreControlTier.fromWire(wire.tier),
    rawTier: wire.tier ?? null,
  };
}

type Texts =
  | 'actionUrl'
  | 'implementationCost'
  | 'remediation'
  | 'remediationImpact'
  | 'service'
  | 'title'
  | 'userImpact';

function toTexts(wire: ControlProfileWire): Pick<SecureScoreControlProfile, Texts> {
  return {
    actionUrl: wire.actionUrl ?? null,
    implementationCost: wire.implementationCost ?? null,
    remediation: wire.remediation ?? null,
    remediationImpact: wire.remediationImpact ?? null,
    service: wire.service ?? null,
    title: wire.title ?? null,
    userImpact: wire.userImpact ?? null,
  };
}

function toCompliance(wire: NonNullable<ControlProfileWire['complianceInformation']>[number]): ComplianceInformation {
  return {
    certificationName: wire.certificationName ?? null,
    certificationControls: (wire.certificationControls ?? []).map(({ name, url }) => ({
      name: name ?? null,
      url: url ?? null,
    })),
  };
}

function toStateUpdate(wire: NonNullable<ControlProfileWire['controlStateUpdates']>[number]): ControlStateUpdate {
  return {
    assignedTo: wire.assignedTo ?? null,
    comment: wire.comment ?? null,
    state: secureScoreControlState.fromWire(wire.state),
    rawState: wire.state ?? null,
    updatedBy: wire.updatedBy ?? null,
    updatedDateTime: wire.updatedDateTime ?? null,
  };
}

function toVendor(wire: SecureScoreWire['vendorInformation']): SecureScoreVendorInformation | null {
  if (!wire) return null;
  return {
    provider: wire.provider ?? null,
    providerVersion: wire.providerVersion ?? null,
    subProvider: wire.subProvider ?? null,
    vendor: wire.vendor ?? null,
  };
}

/** Members that the schema does not name, without OData's own. */
function toAdditional(others: Readonly<Record<string, unknown>>): Record<string, unknown> | null {
  const entries = Object.entries(others).filter(([name]) => !name.includes('@odata.'));
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** Numbers that do not fit GraphQL's 32-bit `Int` are null. */
function toInt(value: number | null | undefined): number | null {
  return typeof value === 'number' && value === (Math.trunc(value) | 0) ? value : null;
}
