import { Field, ID, InputType } from 'type-graphql';
import { secureScoreControlState } from '../enums/secureScore.enums.js';
import { idempotencyKeyDescription } from './mutation.descriptions.js';

@InputType({
  description:
    'A decision about a secure score control. Absent members stay as the latest decision has them, but for the comment; null is only meant for `assignedTo`.',
})
export class UpdateSecureScoreControlInput {
  @Field(() => ID, { description: 'The profile of the control, which is its `controlName`.' })
  id: string;

  @Field(() => secureScoreControlState.type, { nullable: true, description: 'What is decided.' })
  state?: string | null;

  @Field(() => String, { nullable: true, description: 'Who is to work on the control; null when nobody.' })
  assignedTo?: string | null;

  @Field(() => String, { nullable: true, description: 'Why, at most 10,000 characters.' })
  comment?: string | null;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}
