import { evidenceRemediationStatus, evidenceVerdict } from '../../schema/enums/alert.enums.js';
import { vmCloudProvider } from '../../schema/enums/evidence.enums.js';
import { idText, instant, listOf, number, type Shape, text, texts, wholeNumber, word } from './readers.js';

/**
 * Shapes that several kinds of evidence share.
 * @see https://learn.microsoft.com/en-us/graph/api/resources/security-alertevidence
 */

export const resourceAccessEvent: Shape = {
  accessDateTime: instant,
  accountId: text,
  ipAddress: text,
  resourceIdentifier: text,
};
export const evidenceUserAccount: Shape = {
  accountName: text,
  activeDirectoryObjectGuid: text,
  azureAdUserId: idText,
  displayName: text,
  domainName: text,
  resourceAccessEvents: listOf(resourceAccessEvent),
  tenantId: text,
  userPrincipalName: text,
  userSid: text,
};
export const evidenceFileDetails: Shape = {
  fileName: text,
  filePath: text,
  filePublisher: text,
  fileSize: wholeNumber,
  issuer: text,
  md5: text,
  sha1: text,
  sha256: text,
  sha256Ac: text,
  signer: text,
};
export const evidenceLoggedOnUser: Shape = { accountName: text, domainName: text };
export const evidenceVmMetadata: Shape = {
  cloudProvider: word(vmCloudProvider),
  resourceId: text,
  subscriptionId: text,
  vmId: text,
};
export const evidenceGeoLocation: Shape = {
  city: text,
  countryName: text,
  latitude: number,
  longitude: number,
  state: text,
};
export const evidenceEmailSender: Shape = { displayName: text, domainName: text, emailAddress: text };
export const evidenceStream: Shape = { name: text };

export const evidenceBase: Shape = {
  createdDateTime: instant,
  verdict: word(evidenceVerdict),
  remediationStatus: word(evidenceRemediationStatus),
  remediationStatusDetails: text,
  detailedRoles: texts,
  tags: texts,
};
