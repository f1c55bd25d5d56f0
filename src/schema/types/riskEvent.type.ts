import { JSONResolver } from 'graphql-scalars';
import { Directive, Field, ID, InterfaceType, ObjectType } from 'type-graphql';
import {
  riskActivity,
  riskDetail,
  riskDetectionTimingType,
  riskLevel,
  riskState,
  tokenIssuerType,
} from '../enums/risk.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { createConnectionType } from './connection.js';
import { SignInLocation } from './location.type.js';
import { TimelineEntry } from './timeline.type.js';

/** Names of the object types behind the `RiskEvent` interface. */
export type RiskEventTypeName =
  | 'ImpossibleTravelRiskEvent'
  | 'AnonymousIPRiskEvent'
  | 'LeakedCredentialsRiskEvent'
  | 'MalwareRiskEvent'
  | 'SuspiciousIPRiskEvent'
  | 'UnfamiliarLocationRiskEvent'
  | 'OtherRiskEvent';

@Directive('@key(fields: "id")')
@InterfaceType({
  description:
    'A risk that Identity Protection found on a user or sign-in, from Microsoft Graph `identityProtection/riskDetections`. Needs Security.Read; the gateway reads it with IdentityRiskEvent.Read.All.',
  implements: TimelineEntry,
  resolveType: (value: RiskEvent) => value.__typename,
})
export abstract class RiskEvent {
  readonly __typename: RiskEventTypeName;

  @Field(() => ID, { description: "The upstream's id." })
  id: string;

  @Field(() => String, {
    description: "The upstream's word for the kind of risk, such as `unlikelyTravel`; empty when it sends none.",
  })
  riskEventType: string;

  @Field(() => riskActivity.type, {
    nullable: true,
    description: 'Whether the risk is of a sign-in or of the account.',
  })
  activity: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `activity`." })
  rawActivity: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the risky act happened.' })
  activityDateTime: string | null;

  @Field(() => JSONResolver, {
    nullable: true,
    description:
      'More about the risk: a list of `Key` and `Value` pairs as the upstream sends it. Null when there is none or it is no JSON.',
  })
  additionalInfo: unknown;

  @Field(() => String, { nullable: true, description: 'The text that `additionalInfo` was parsed from, unchanged.' })
  rawAdditionalInfo: string | null;

  @Field(() => String, { nullable: true, description: 'Correlation id of the sign-in; null for risks of the account.' })
  correlationId: string | null;

  @Field(() => String, { nullable: true, description: 'Request id of the sign-in; null for risks of the account.' })
  requestId: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the risk was found.' })
  detectedDateTime: string | null;

  @Field(() => riskDetectionTimingType.type, { nullable: true, description: 'Whether it was found at once or later.' })
  detectionTimingType: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `detectionTimingType`." })
  rawDetectionTimingType: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Address of the client, as the upstream writes it; null when unknown.',
  })
  ipAddress: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the risk last changed.' })
  lastUpdatedDateTime: string | null;

  @Field(() => SignInLocation, { nullable: true, description: 'Where the sign-in came from; null when unknown.' })
  location: SignInLocation | null;

  @Field(() => riskDetail.type, { nullable: true, description: 'Why the risk has its state.' })
  riskDetail: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `riskDetail`." })
  rawRiskDetail: string | null;

  @Field(() => riskLevel.type, { nullable: true, description: 'How sure Identity Protection is.' })
  riskLevel: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `riskLevel`." })
  rawRiskLevel: string | null;

  @Field(() => riskState.type, { nullable: true, description: 'What became of the risk.' })
  riskState: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `riskState`." })
  rawRiskState: string | null;

  @Field(() => String, { nullable: true, description: 'Where the detection comes from, such as `IdentityProtection`.' })
  source: string | null;

  @Field(() => tokenIssuerType.type, { nullable: true, description: 'Who issued the token of the sign-in.' })
  tokenIssuerType: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `tokenIssuerType`." })
  rawTokenIssuerType: string | null;

  @Field(() => String, { nullable: true, description: 'Object id of the user in the directory.' })
  userId: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the user when the risk was found.' })
  userDisplayName: string | null;

  @Field(() => String, { nullable: true, description: 'User principal name when the risk was found.' })
  userPrincipalName: string | null;
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: RiskEvent,
  simpleResolvers: true,
  description:
    'Sign-ins from two places too far apart for the time between them (`impossibleTravel`, `unlikelyTravel`).',
})
export class ImpossibleTravelRiskEvent extends RiskEvent {
  declare readonly __typename: 'ImpossibleTravelRiskEvent';

  @Field(() => SignInLocation, {
    nullable: true,
    description: 'Where the earlier sign-in came from, out of `additionalInfo`; null when it does not tell.',
  })
  previousLocation: SignInLocation | null;

  @Field(() => String, {
    nullable: true,
    description: 'Address of the earlier sign-in, out of `additionalInfo`; null when it does not tell.',
  })
  previousIpAddress: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the earlier sign-in was, out of `additionalInfo`; null when it does not tell.',
  })
  previousDateTime: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'User agent of the earlier sign-in, out of `additionalInfo`; null when it does not tell.',
  })
  previousUserAgent: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'User agent of the later sign-in, out of `additionalInfo`; null when it does not tell.',
  })
  userAgent: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Device of the later sign-in in words, out of `additionalInfo`; null when it does not tell.',
  })
  deviceInformation: string | null;
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: RiskEvent,
  simpleResolvers: true,
  description: 'A sign-in from an anonymising proxy or network (`anonymizedIPAddress`).',
})
export class AnonymousIPRiskEvent extends RiskEvent {
  declare readonly __typename: 'AnonymousIPRiskEvent';
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: RiskEvent,
  simpleResolvers: true,
  description: "The user's valid credentials were found published (`leakedCredentials`).",
})
export class LeakedCredentialsRiskEvent extends RiskEvent {
  declare readonly __typename: 'LeakedCredentialsRiskEvent';
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: RiskEvent,
  simpleResolvers: true,
  description: 'A sign-in from an address that talks to a bot server (`malwareInfectedIPAddress`).',
})
export class MalwareRiskEvent extends RiskEvent {
  declare readonly __typename: 'MalwareRiskEvent';

  @Field(() => String, {
    nullable: true,
    description: 'Name of the malware, out of `additionalInfo`; null when it does not tell.',
  })
  malwareName: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Device of the sign-in in words, out of `additionalInfo`; null when it does not tell.',
  })
  deviceInformation: string | null;
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: RiskEvent,
  simpleResolvers: true,
  description:
    'A sign-in from an address known for attacks (`maliciousIPAddress`, `suspiciousIPAddress`, `riskyIPAddress`).',
})
export class SuspiciousIPRiskEvent extends RiskEvent {
  declare readonly __typename: 'SuspiciousIPRiskEvent';
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: RiskEvent,
  simpleResolvers: true,
  description:
    'A sign-in with properties or from a place that are new for the user (`unfamiliarFeatures`, `newCountry`).',
})
export class UnfamiliarLocationRiskEvent extends RiskEvent {
  declare readonly __typename: 'UnfamiliarLocationRiskEvent';

  @Field(() => [String], {
    description: "What is new, in the upstream's words such as `UnfamiliarASN`, out of `additionalInfo`; may be empty.",
  })
  riskReasons: readonly string[];
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: RiskEvent,
  simpleResolvers: true,
  description: 'Any other kind of risk; `riskEventType` says which.',
})
export class OtherRiskEvent extends RiskEvent {
  declare readonly __typename: 'OtherRiskEvent';
}

export const RiskEventConnection = createConnectionType('RiskEvent', () => RiskEvent);

/** The object types behind the interface; the schema builder reaches them by this list only. */
export const riskEventTypes = [
  ImpossibleTravelRiskEvent,
  AnonymousIPRiskEvent,
  LeakedCredentialsRiskEvent,
  MalwareRiskEvent,
  SuspiciousIPRiskEvent,
  UnfamiliarLocationRiskEvent,
  OtherRiskEvent,
];
