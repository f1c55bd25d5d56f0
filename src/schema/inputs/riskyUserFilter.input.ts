import { Field, InputType } from 'type-graphql';
import { riskDetail } from '../enums/risk.enums.js';
import { createEnumFilter, StringFilter, type ValueFilter } from './filters.input.js';
import { RiskLevelFilter, RiskStateFilter } from './riskEventFilter.input.js';

const RiskDetailFilter = createEnumFilter('RiskDetail', riskDetail.type);

@InputType({ description: 'Which risky users; all conditions that are present have to hold.' })
export class RiskyUserFilter {
  @Field(() => RiskLevelFilter, { nullable: true, description: 'How high the risk is.' })
  riskLevel?: ValueFilter | null;

  @Field(() => RiskStateFilter, { nullable: true, description: 'What became of the risk.' })
  riskState?: ValueFilter | null;

  @Field(() => RiskDetailFilter, { nullable: true, description: 'Why the risk has its state.' })
  riskDetail?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'User principal name.' })
  userPrincipalName?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'Display name of the user.' })
  userDisplayName?: ValueFilter | null;
}
