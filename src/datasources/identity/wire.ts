import { z } from 'zod';
import {
  entityId,
  optionalBoolean,
  optionalInstant,
  optionalNumber,
  optionalText,
  optionalTexts,
} from '../odata/wireKinds.js';

/**
 * What Microsoft Graph's Identity Protection sends.
 * @see https://learn.microsoft.com/graph/api/resources/riskdetection
 * @see https://learn.microsoft.com/graph/api/resources/riskyuser
 */
const geoCoordinates = z
  .object({ altitude: optionalNumber, latitude: optionalNumber, longitude: optionalNumber })
  .nullish()
  .catch(null);

const signInLocation = z
  .object({ city: optionalText, state: optionalText, countryOrRegion: optionalText, geoCoordinates })
  .nullish()
  .catch(null);
export type SignInLocationRow = z.infer<typeof signInLocation>;

export const riskDetectionRow = z.object({
  id: entityId,
  activity: optionalText,
  activityDateTime: optionalInstant,
  /** Documented as a text that holds JSON; the JSON itself is taken too. */
  additionalInfo: z.unknown().optional(),
  correlationId: optionalText,
  detectedDateTime: optionalInstant,
  detectionTimingType: optionalText,
  ipAddress: optionalText,
  lastUpdatedDateTime: optionalInstant,
  location: signInLocation,
  requestId: optionalText,
  riskDetail: optionalText,
  riskEventType: optionalText,
  /** Rows from before v1.0 name the kind here. */
  riskType: optionalText,
  riskLevel: optionalText,
  riskState: optionalText,
  source: optionalText,
  tokenIssuerType: optionalText,
  userDisplayName: optionalText,
  userId: optionalText,
  userPrincipalName: optionalText,
});
export type RiskDetectionRow = z.infer<typeof riskDetectionRow>;

const riskFields = {
  isDeleted: optionalBoolean,
  isProcessing: optionalBoolean,
  riskDetail: optionalText,
  riskLastUpdatedDateTime: optionalInstant,
  riskLevel: optionalText,
  riskState: optionalText,
  userDisplayName: optionalText,
  userPrincipalName: optionalText,
};

export const riskyUserRow = z.object({ id: entityId, ...riskFields });
export type RiskyUserRow = z.infer<typeof riskyUserRow>;

/** Published examples spell the list of words `eventTypes`. */
const riskUserActivity = z
  .object({ detail: optionalText, riskEventTypes: optionalTexts, eventTypes: optionalTexts })
  .nullish()
  .catch(null);

export const riskyUserHistoryRow = z.object({
  id: entityId,
  ...riskFields,
  activity: riskUserActivity,
  initiatedBy: optionalText,
  userId: optionalText,
});
export type RiskyUserHistoryRow = z.infer<typeof riskyUserHistoryRow>;
