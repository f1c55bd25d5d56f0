import { Field, ID, ObjectType } from 'type-graphql';
import { riskDetail, riskLevel, riskState } from '../enums/risk.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { ChangeEvent, matchesFilterDescription } from './change.type.js';
import { RiskEvent } from './riskEvent.type.js';

@ObjectType({ description: 'What was remembered of a risk event before a change.' })
export class RiskEventSnapshot {
  @Field(() => riskLevel.type, { nullable: true, description: 'How sure Identity Protection was; null when unsaid.' })
  riskLevel: string | null;

  @Field(() => riskState.type, { nullable: true, description: 'What had become of the risk; null when unsaid.' })
  riskState: string | null;

  @Field(() => riskDetail.type, { nullable: true, description: 'Why the risk had its state; null when unsaid.' })
  riskDetail: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the risk had last changed; null when unsaid.' })
  lastUpdatedDateTime: string | null;
}

@ObjectType({
  description:
    'A risk event that was found (`CREATED`), or that changed since. Changes between two looks at the upstream arrive as one, with the latest state. Needs Security.Read.',
})
export class RiskEventDetection extends ChangeEvent {
  @Field(() => ID, {
    nullable: true,
    description: 'Id of the risk event, also of one that is gone; null with `RESYNC`.',
  })
  riskEventId: string | null;

  @Field(() => RiskEvent, {
    nullable: true,
    description:
      'The risk event as the change left it; null with `REMOVED` and `RESYNC`. Its joins are made of what the gateway holds and never cost a call: what is not held is null with an error `UPSTREAM_THROTTLED`.',
  })
  riskEvent: RiskEvent | null;

  @Field(() => RiskEventSnapshot, {
    nullable: true,
    description: 'The risk event before the change; null when it was not remembered, and with `CREATED` and `RESYNC`.',
  })
  previous: RiskEventSnapshot | null;

  @Field(() => Boolean, { description: matchesFilterDescription })
  matchesFilter: boolean;
}
