import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { riskDetail, riskLevel, riskState } from '../enums/risk.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { createConnectionType } from './connection.js';

@ObjectType({ description: 'What changed the risk of a user at one point of its history.', simpleResolvers: true })
export class RiskUserActivity {
  @Field(() => riskDetail.type, { nullable: true, description: 'Why the risk got its state.' })
  detail: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `detail`." })
  rawDetail: string | null;

  @Field(() => [String], { description: "The upstream's words for the kinds of risk found; may be empty." })
  riskEventTypes: readonly string[];
}

@ObjectType({
  description:
    'The risk of a user as it was at one point of time. The gateway reads it with IdentityRiskyUser.Read.All.',
  simpleResolvers: true,
})
export class RiskyUserHistoryItem {
  readonly __typename: 'RiskyUserHistoryItem';

  @Field(() => ID, { description: "The upstream's id of the history item." })
  id: string;

  @Field(() => RiskUserActivity, {
    nullable: true,
    description: 'What changed the risk; null when the upstream leaves it out.',
  })
  activity: RiskUserActivity | null;

  @Field(() => String, { nullable: true, description: 'Who changed it; null when the service itself did.' })
  initiatedBy: string | null;

  @Field(() => String, { nullable: true, description: 'Object id of the user in the directory.' })
  userId: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the account had been deleted.' })
  isDeleted: boolean | null;

  @Field(() => Boolean, { nullable: true, description: "Whether the service was still working on the user's risk." })
  isProcessing: boolean | null;

  @Field(() => riskDetail.type, { nullable: true, description: 'Why the risk had its state.' })
  riskDetail: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `riskDetail`." })
  rawRiskDetail: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the risk changed to this.' })
  riskLastUpdatedDateTime: string | null;

  @Field(() => riskLevel.type, { nullable: true, description: 'How high the risk was.' })
  riskLevel: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `riskLevel`." })
  rawRiskLevel: string | null;

  @Field(() => riskState.type, { nullable: true, description: 'What had become of the risk.' })
  riskState: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `riskState`." })
  rawRiskState: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the user at that time.' })
  userDisplayName: string | null;

  @Field(() => String, { nullable: true, description: 'User principal name at that time.' })
  userPrincipalName: string | null;
}

@Directive('@key(fields: "id")')
@ObjectType({
  description:
    'A user whom Identity Protection holds or held at risk, from Microsoft Graph `identityProtection/riskyUsers`. Needs Security.Read; the gateway reads it with IdentityRiskyUser.Read.All.',
  simpleResolvers: true,
})
export class RiskyUser {
  readonly __typename: 'RiskyUser';

  @Field(() => ID, { description: 'Object id of the user in the directory; equals the id of `User`.' })
  id: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether the account is deleted.' })
  isDeleted: boolean | null;

  @Field(() => Boolean, { nullable: true, description: "Whether the service is still working on the user's risk." })
  isProcessing: boolean | null;

  @Field(() => riskDetail.type, { nullable: true, description: 'Why the risk has its state.' })
  riskDetail: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `riskDetail`." })
  rawRiskDetail: string | null;

  @Field(() => DateTime, { nullable: true, description: "When the user's risk last changed." })
  riskLastUpdatedDateTime: string | null;

  @Field(() => riskLevel.type, { nullable: true, description: 'How high the risk is.' })
  riskLevel: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `riskLevel`." })
  rawRiskLevel: string | null;

  @Field(() => riskState.type, { nullable: true, description: 'What became of the risk.' })
  riskState: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `riskState`." })
  rawRiskState: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the user.' })
  userDisplayName: string | null;

  @Field(() => String, { nullable: true, description: 'User principal name.' })
  userPrincipalName: string | null;
}

export const RiskyUserConnection = createConnectionType('RiskyUser', () => RiskyUser);
