import { Field, ID, ObjectType } from 'type-graphql';
import { riskDetail, riskLevel, riskState } from '../enums/risk.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { ChangeEvent, matchesFilterDescription } from './change.type.js';
import { RiskyUser } from './riskyUser.type.js';

@ObjectType({ description: 'What was remembered of a risky user before a change.' })
export class RiskyUserSnapshot {
  @Field(() => riskLevel.type, { nullable: true, description: 'How high the risk was; null when unsaid.' })
  riskLevel: string | null;

  @Field(() => riskState.type, { nullable: true, description: 'What had become of the risk; null when unsaid.' })
  riskState: string | null;

  @Field(() => riskDetail.type, { nullable: true, description: 'Why the risk had its state; null when unsaid.' })
  riskDetail: string | null;

  @Field(() => DateTime, { nullable: true, description: "When the user's risk had last changed; null when unsaid." })
  riskLastUpdatedDateTime: string | null;
}

@ObjectType({
  description:
    'One change of the risk of a user. The upstream is compared with what was remembered every few minutes, and sooner for users whom a risk event names; changes between two looks arrive as one. Needs Security.Read.',
})
export class RiskyUserUpdate extends ChangeEvent {
  @Field(() => ID, {
    nullable: true,
    description: 'Object id of the user, also of one who is no longer listed; null with `RESYNC`.',
  })
  riskyUserId: string | null;

  @Field(() => RiskyUser, {
    nullable: true,
    description:
      'The risky user as the change left it; null with `REMOVED` and `RESYNC`. Its joins are made of what the gateway holds and never cost a call: what is not held is null with an error `UPSTREAM_THROTTLED`.',
  })
  riskyUser: RiskyUser | null;

  @Field(() => RiskyUserSnapshot, {
    nullable: true,
    description: 'The risky user before the change; null when it was not remembered, and with `CREATED` and `RESYNC`.',
  })
  previous: RiskyUserSnapshot | null;

  @Field(() => Boolean, { description: matchesFilterDescription })
  matchesFilter: boolean;
}
