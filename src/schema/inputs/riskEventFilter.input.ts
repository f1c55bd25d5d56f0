import { Field, InputType } from 'type-graphql';
import { riskDetectionTimingType, riskLevel, riskState } from '../enums/risk.enums.js';
import {
  createEnumFilter,
  DateTimeFilter,
  type InstantFilter,
  StringFilter,
  type ValueFilter,
} from './filters.input.js';

/** Enum filters that risk events and risky users share. */
export const RiskLevelFilter = createEnumFilter('RiskLevel', riskLevel.type);
export const RiskStateFilter = createEnumFilter('RiskState', riskState.type);
const RiskDetectionTimingTypeFilter = createEnumFilter('RiskDetectionTimingType', riskDetectionTimingType.type);

@InputType({ description: 'Which risk events; all conditions that are present have to hold.' })
export class RiskEventFilter {
  @Field(() => StringFilter, {
    nullable: true,
    description: "The upstream's word for the kind of risk, such as `unlikelyTravel`.",
  })
  riskEventType?: ValueFilter | null;

  @Field(() => RiskLevelFilter, { nullable: true, description: 'How sure Identity Protection is.' })
  riskLevel?: ValueFilter | null;

  @Field(() => RiskStateFilter, { nullable: true, description: 'What became of the risk.' })
  riskState?: ValueFilter | null;

  @Field(() => RiskDetectionTimingTypeFilter, { nullable: true, description: 'Whether it was found at once or later.' })
  detectionTimingType?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'Object id of the user in the directory.' })
  userId?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'User principal name when the risk was found.' })
  userPrincipalName?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'Display name of the user when the risk was found.' })
  userDisplayName?: ValueFilter | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'When the risky act happened.' })
  activityDateTime?: InstantFilter | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'When the risk was found.' })
  detectedDateTime?: InstantFilter | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'When the risk last changed.' })
  lastUpdatedDateTime?: InstantFilter | null;
}
