import { JSONResolver } from 'graphql-scalars';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import {
  alertClassification,
  alertDetermination,
  alertSeverity,
  alertStatus,
  detectionSource,
  investigationState,
  serviceSource,
} from '../enums/alert.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { createConnectionType } from './connection.js';
import { AlertEvidence } from './evidence/alertEvidence.type.js';
import { TimelineEntry } from './timeline.type.js';

@ObjectType({ description: 'A comment on an alert or incident. Comments are appended, never changed.' })
export class AlertComment {
  @Field(() => String, { nullable: true, description: 'The text.' })
  comment: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Who wrote it: a person or an application; null in the legacy dialect.',
  })
  createdByDisplayName: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was written; null in the legacy dialect.' })
  createdDateTime: string | null;
}

@ObjectType({ description: 'The vendor, product and part of it that raised a legacy alert.' })
export class AlertVendorInformation {
  @Field(() => String, { nullable: true, description: 'Product, such as `IPC` or `MCAS`.' })
  provider: string | null;

  @Field(() => String, { nullable: true, description: 'Version of the product or subproduct.' })
  providerVersion: string | null;

  @Field(() => String, { nullable: true, description: 'Part of the product.' })
  subProvider: string | null;

  @Field(() => String, { nullable: true, description: 'Vendor, such as `Microsoft`.' })
  vendor: string | null;
}

@Directive('@key(fields: "id")')
@ObjectType({
  description:
    'A suspected security problem in the tenant. From Microsoft Graph `security/alerts_v2`, or `security/alerts` in the legacy dialect. Needs Security.Read.',
  implements: TimelineEntry,
  simpleResolvers: true,
})
export class Alert {
  readonly __typename: 'Alert';

  @Field(() => ID, { description: "The upstream's id: two letters for the source, then the product's own id." })
  id: string;

  @Field(() => String, { nullable: true, description: 'Adversary or activity group; null when none is known.' })
  actorDisplayName: string | null;

  @Field(() => JSONResolver, {
    nullable: true,
    description: 'Other properties of the alert, user-defined ones included; null when there are none.',
  })
  additionalData: unknown;

  @Field(() => String, {
    nullable: true,
    description: 'Id of the policy that made the alert; null when no policy did.',
  })
  alertPolicyId: string | null;

  @Field(() => String, { nullable: true, description: 'Page of the alert in the Microsoft Defender portal.' })
  alertWebUrl: string | null;

  @Field(() => String, { nullable: true, description: 'User principal name of the owner; null when unassigned.' })
  assignedTo: string | null;

  @Field(() => [String], { description: 'Kill-chain categories, such as `DefenseEvasion`; may be empty.' })
  categories: readonly string[];

  @Field(() => String, {
    nullable: true,
    description:
      'Kill-chain category. The upstream deprecated it in favour of `categories` and removes it in March 2028.',
  })
  category: string | null;

  @Field(() => alertClassification.type, {
    nullable: true,
    description: 'What the analysts decided; null when undecided.',
  })
  classification: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The upstream's own word for `classification` (legacy: `feedback`).",
  })
  rawClassification: string | null;

  @Field(() => [AlertComment], { description: 'Comments, oldest first as the upstream lists them; may be empty.' })
  comments: readonly AlertComment[];

  @Field(() => DateTime, { nullable: true, description: 'When the alert was created.' })
  createdDateTime: string | null;

  @Field(() => JSONResolver, {
    nullable: true,
    description: 'User-defined details, text by text; null when there are none and in the legacy dialect.',
  })
  customDetails: unknown;

  @Field(() => String, { nullable: true, description: 'What happened, in words.' })
  description: string | null;

  @Field(() => detectionSource.type, { nullable: true, description: 'The detector; null in the legacy dialect.' })
  detectionSource: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `detectionSource`." })
  rawDetectionSource: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the detector or rule.' })
  detectorId: string | null;

  @Field(() => alertDetermination.type, {
    nullable: true,
    description: 'Reason of the classification; null when undecided and in the legacy dialect.',
  })
  determination: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `determination`." })
  rawDetermination: string | null;

  @Field(() => [AlertEvidence], { description: 'Everything that the alert names; may be empty.' })
  evidence: readonly AlertEvidence[];

  @Field(() => DateTime, {
    nullable: true,
    description: 'First activity that belongs to the alert (legacy: the event).',
  })
  firstActivityDateTime: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Last activity that belongs to the alert (legacy: the event).',
  })
  lastActivityDateTime: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Id of the incident that the alert belongs to; null when it has none.',
  })
  incidentId: string | null;

  @Field(() => String, { nullable: true, description: 'Page of the incident in the Microsoft Defender portal.' })
  incidentWebUrl: string | null;

  @Field(() => investigationState.type, {
    nullable: true,
    description: 'State of automated investigation; null in the legacy dialect.',
  })
  investigationState: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `investigationState`." })
  rawInvestigationState: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the alert last changed; pass it as `expectedLastUpdate`.',
  })
  lastUpdateDateTime: string | null;

  @Field(() => [String], { description: 'MITRE ATT&CK techniques, such as `T1059.001`; may be empty.' })
  mitreTechniques: readonly string[];

  @Field(() => String, { nullable: true, description: 'Name of the product for humans (legacy: the provider).' })
  productName: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The product's own id, without the prefix; null in the legacy dialect.",
  })
  providerAlertId: string | null;

  @Field(() => String, { nullable: true, description: 'What to do, one text with line breaks.' })
  recommendedActions: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was resolved; null while it is not.' })
  resolvedDateTime: string | null;

  @Field(() => serviceSource.type, { nullable: true, description: 'The product that raised the alert.' })
  serviceSource: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The upstream's own word for `serviceSource` (legacy: the provider).",
  })
  rawServiceSource: string | null;

  @Field(() => alertSeverity.type, { nullable: true, description: 'How much it may harm.' })
  severity: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `severity`." })
  rawSeverity: string | null;

  @Field(() => alertStatus.type, { nullable: true, description: 'How far work on it is.' })
  status: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The upstream's own word for `status`, such as the legacy `dismissed`.",
  })
  rawStatus: string | null;

  @Field(() => [String], { description: 'Tags that the service sets, such as `Defender Experts`; may be empty.' })
  systemTags: readonly string[];

  @Field(() => String, { nullable: true, description: 'Entra tenant of the alert.' })
  tenantId: string | null;

  @Field(() => String, { nullable: true, description: 'Threat that the alert is about; null when none is known.' })
  threatDisplayName: string | null;

  @Field(() => String, { nullable: true, description: 'Family of that threat; null when none is known.' })
  threatFamilyName: string | null;

  @Field(() => String, { nullable: true, description: 'Short name of what happened.' })
  title: string | null;

  @Field(() => AlertVendorInformation, { nullable: true, description: 'Legacy dialect only; null otherwise.' })
  vendorInformation: AlertVendorInformation | null;

  @Field(() => [String], { description: 'Labels that users set; legacy dialect only, empty otherwise.' })
  tags: readonly string[];

  @Field(() => Int, {
    nullable: true,
    description: 'Confidence of the detector in percent; legacy dialect only, null otherwise.',
  })
  confidence: number | null;
}

export const AlertConnection = createConnectionType<Alert>('Alert', () => Alert);
