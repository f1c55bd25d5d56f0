import { Field, Float, ID, ObjectType } from 'type-graphql';
import { DateTime } from '../scalars/dateTime.js';
import { ChangeEvent } from './change.type.js';
import { SecureScore } from './secureScore.type.js';

@ObjectType({ description: 'What was remembered of the secure score of a day before it changed.' })
export class SecureScoreSnapshot {
  @Field(() => Float, { nullable: true, description: 'Points that the tenant had; null when unsaid.' })
  currentScore: number | null;

  @Field(() => Float, { nullable: true, description: 'Points that the tenant could have had; null when unsaid.' })
  maxScore: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When that score was taken; null when unsaid.' })
  createdDateTime: string | null;
}

@ObjectType({
  description:
    'The secure score of a new day (`CREATED`), or another score for a day that was known. Needs Security.Read.',
})
export class SecureScoreChange extends ChangeEvent {
  @Field(() => ID, { nullable: true, description: "The upstream's id of the score; null with `RESYNC`." })
  secureScoreId: string | null;

  @Field(() => SecureScore, {
    nullable: true,
    description:
      'The score as the change left it; null with `REMOVED` and `RESYNC`. Its joins are made of what the gateway holds and never cost a call: what is not held is null with an error `UPSTREAM_THROTTLED`.',
  })
  secureScore: SecureScore | null;

  @Field(() => SecureScoreSnapshot, {
    nullable: true,
    description:
      'The score of the same day before the change; null when none was remembered, and with `CREATED` and `RESYNC`.',
  })
  previous: SecureScoreSnapshot | null;
}
