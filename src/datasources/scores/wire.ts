import { z } from 'zod';
import type { Page } from '../../upstream/contract.js';
import { parsePage } from '../../upstream/odata.js';
import {
  entityId,
  optionalBoolean,
  optionalInstant,
  optionalNumber,
  optionalText,
  optionalTexts,
} from '../odata/wireKinds.js';

/**
 * Secure scores and control profiles as the wire has them. Both types are open: rows carry members that the schema does
 * not name.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/securescore
 * @see https://learn.microsoft.com/en-us/graph/api/resources/securescorecontrolprofile
 */
const vendorInformation = z
  .looseObject({
    provider: optionalText,
    providerVersion: optionalText,
    subProvider: optionalText,
    vendor: optionalText,
  })
  .nullish()
  .catch(null);

const averageComparativeScore = z.looseObject({ basis: optionalText, averageScore: optionalNumber });
const controlScore = z.looseObject({
  controlName: optionalText,
  controlCategory: optionalText,
  description: optionalText,
  score: optionalNumber,
});

export const secureScoreWire = z.looseObject({
  id: entityId,
  activeUserCount: optionalNumber,
  averageComparativeScores: z.array(averageComparativeScore).nullish(),
  azureTenantId: optionalText,
  controlScores: z.array(controlScore).nullish(),
  createdDateTime: optionalInstant,
  currentScore: optionalNumber,
  enabledServices: optionalTexts,
  licensedUserCount: optionalNumber,
  maxScore: optionalNumber,
  vendorInformation,
});
export type SecureScoreWire = z.infer<typeof secureScoreWire>;

const complianceInformation = z.looseObject({
  certificationName: optionalText,
  certificationControls: z
    .array(z.looseObject({ name: optionalText, url: optionalText }))
    .nullish()
    .catch(null),
});

const controlStateUpdate = z.looseObject({
  assignedTo: optionalText,
  comment: optionalText,
  state: optionalText,
  updatedBy: optionalText,
  updatedDateTime: optionalInstant,
});

export const controlProfileWire = z.looseObject({
  id: entityId,
  actionType: optionalText,
  actionUrl: optionalText,
  azureTenantId: optionalText,
  complianceInformation: z.array(complianceInformation).nullish().catch(null),
  controlCategory: optionalText,
  controlStateUpdates: z.array(controlStateUpdate).nullish().catch(null),
  deprecated: optionalBoolean,
  implementationCost: optionalText,
  lastModifiedDateTime: optionalInstant,
  maxScore: optionalNumber,
  rank: optionalNumber,
  remediation: optionalText,
  remediationImpact: optionalText,
  service: optionalText,
  threats: optionalTexts,
  tier: optionalText,
  title: optionalText,
  userImpact: optionalText,
  vendorInformation,
});
export type ControlProfileWire = z.infer<typeof controlProfileWire>;

/** @throws {z.ZodError} when the body is no page of secure scores. */
export function parseScorePage(body: unknown): Page<SecureScoreWire> {
  return parsePage(body, (row) => secureScoreWire.parse(row));
}

/** @throws {z.ZodError} when the body is no page of control profiles. */
export function parseProfilePage(body: unknown): Page<ControlProfileWire> {
  return parsePage(body, (row) => controlProfileWire.parse(row));
}
