import { SafeIntResolver } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import {
  antispamTeamsDirection,
  teamsDeliveryLocation,
  teamsMessageDeliveryAction,
} from '../../enums/evidence.enums.js';
import { DateTime } from '../../scalars/dateTime.js';
import { AlertEvidence } from './alertEvidence.type.js';
import { FileEvidence } from './endpointEvidence.type.js';
import { UrlEvidence } from './networkEvidence.type.js';
import { EvidenceEmailSender } from './parts.type.js';

@ObjectType({ description: 'A mail message.', implements: AlertEvidence, simpleResolvers: true })
export class AnalyzedMessageEvidence extends AlertEvidence {
  declare readonly __typename: 'AnalyzedMessageEvidence';

  @Field(() => String, { nullable: true, description: 'Direction of the message.' })
  antiSpamDirection: string | null;

  @Field(() => SafeIntResolver, { nullable: true, description: 'Number of attachments.' })
  attachmentsCount: number | null;

  @Field(() => String, { nullable: true, description: 'What was done with it.' })
  deliveryAction: string | null;

  @Field(() => String, { nullable: true, description: 'Where it was put.' })
  deliveryLocation: string | null;

  @Field(() => String, { nullable: true, description: 'Public-facing message id.' })
  internetMessageId: string | null;

  @Field(() => String, { nullable: true, description: 'Language.' })
  language: string | null;

  @Field(() => String, { nullable: true, description: 'Id in Microsoft 365.' })
  networkMessageId: string | null;

  @Field(() => EvidenceEmailSender, { nullable: true, description: 'Sender of the envelope.' })
  p1Sender: EvidenceEmailSender | null;

  @Field(() => EvidenceEmailSender, { nullable: true, description: 'Sender that the reader sees.' })
  p2Sender: EvidenceEmailSender | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was received.' })
  receivedDateTime: string | null;

  @Field(() => String, { nullable: true, description: 'Recipient.' })
  recipientEmailAddress: string | null;

  @Field(() => String, { nullable: true, description: 'Address of the last mail server.' })
  senderIp: string | null;

  @Field(() => String, { nullable: true, description: 'Subject.' })
  subject: string | null;

  @Field(() => [String], { description: 'How the threats were found; may be empty.' })
  threatDetectionMethods: readonly string[];

  @Field(() => [String], { description: 'Threats that were found; may be empty.' })
  threats: readonly string[];

  @Field(() => SafeIntResolver, { nullable: true, description: 'Number of URLs.' })
  urlCount: number | null;

  @Field(() => [String], { description: 'URLs; may be empty.' })
  urls: readonly string[];

  @Field(() => String, { nullable: true, description: 'Id of the item in automated investigation.' })
  urn: string | null;
}

@ObjectType({ description: 'A group of similar mail messages.', implements: AlertEvidence, simpleResolvers: true })
export class MailClusterEvidence extends AlertEvidence {
  declare readonly __typename: 'MailClusterEvidence';

  @Field(() => String, { nullable: true, description: 'What the messages share.' })
  clusterBy: string | null;

  @Field(() => String, { nullable: true, description: 'Its value.' })
  clusterByValue: string | null;

  @Field(() => SafeIntResolver, { nullable: true, description: 'Number of messages.' })
  emailCount: number | null;

  @Field(() => [String], { description: 'Ids of the messages; may be empty.' })
  networkMessageIds: readonly string[];

  @Field(() => String, { nullable: true, description: 'Query that finds them.' })
  query: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the item in automated investigation.' })
  urn: string | null;
}

@ObjectType({ description: 'A mail message that somebody reported.', implements: AlertEvidence, simpleResolvers: true })
export class SubmissionMailEvidence extends AlertEvidence {
  declare readonly __typename: 'SubmissionMailEvidence';

  @Field(() => String, { nullable: true, description: 'Id of the message.' })
  networkMessageId: string | null;

  @Field(() => String, { nullable: true, description: 'Recipient.' })
  recipient: string | null;

  @Field(() => String, { nullable: true, description: 'As what it was reported.' })
  reportType: string | null;

  @Field(() => String, { nullable: true, description: 'Sender.' })
  sender: string | null;

  @Field(() => String, { nullable: true, description: 'Address of the sender.' })
  senderIp: string | null;

  @Field(() => String, { nullable: true, description: 'Subject.' })
  subject: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was reported.' })
  submissionDateTime: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the report.' })
  submissionId: string | null;

  @Field(() => String, { nullable: true, description: 'Who reported it.' })
  submitter: string | null;
}

@ObjectType({ description: 'A message in Microsoft Teams.', implements: AlertEvidence, simpleResolvers: true })
export class TeamsMessageEvidence extends AlertEvidence {
  declare readonly __typename: 'TeamsMessageEvidence';

  @Field(() => String, { nullable: true, description: 'Campaign that it belongs to.' })
  campaignId: string | null;

  @Field(() => String, { nullable: true, description: 'Channel.' })
  channelId: string | null;

  @Field(() => teamsMessageDeliveryAction.type, { nullable: true, description: 'What was done with it.' })
  deliveryAction: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `deliveryAction`." })
  rawDeliveryAction: string | null;

  @Field(() => teamsDeliveryLocation.type, { nullable: true, description: 'Where it was put.' })
  deliveryLocation: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `deliveryLocation`." })
  rawDeliveryLocation: string | null;

  @Field(() => [FileEvidence], { description: 'Files; may be empty.' })
  files: readonly FileEvidence[];

  @Field(() => String, { nullable: true, description: 'Team.' })
  groupId: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it came from outside.' })
  isExternal: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the tenant owns it.' })
  isOwned: boolean | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last changed.' })
  lastModifiedDateTime: string | null;

  @Field(() => antispamTeamsDirection.type, { nullable: true, description: 'Direction.' })
  messageDirection: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `messageDirection`." })
  rawMessageDirection: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the message.' })
  messageId: string | null;

  @Field(() => String, { nullable: true, description: 'Tenant that owns it.' })
  owningTenantId: string | null;

  @Field(() => String, { nullable: true, description: 'Message that it answers.' })
  parentMessageId: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was received.' })
  receivedDateTime: string | null;

  @Field(() => [String], { description: 'Recipients; may be empty.' })
  recipients: readonly string[];

  @Field(() => String, { nullable: true, description: 'Sender.' })
  senderFromAddress: string | null;

  @Field(() => String, { nullable: true, description: 'Address of the sender.' })
  senderIP: string | null;

  @Field(() => String, { nullable: true, description: 'Application that sent it.' })
  sourceAppName: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the source.' })
  sourceId: string | null;

  @Field(() => String, { nullable: true, description: 'Subject.' })
  subject: string | null;

  @Field(() => [String], { description: 'Recipients under suspicion; may be empty.' })
  suspiciousRecipients: readonly string[];

  @Field(() => String, { nullable: true, description: 'Thread.' })
  threadId: string | null;

  @Field(() => String, { nullable: true, description: 'Kind of thread.' })
  threadType: string | null;

  @Field(() => [UrlEvidence], { description: 'URLs; may be empty.' })
  urls: readonly UrlEvidence[];
}
