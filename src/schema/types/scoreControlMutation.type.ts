import { Field, ObjectType } from 'type-graphql';
import { MutationError } from './mutationError.type.js';
import { SecureScoreControlProfile } from './secureScoreControlProfile.type.js';

@ObjectType({ description: 'What became of a decision about a secure score control.', simpleResolvers: true })
export class UpdateSecureScoreControlPayload {
  @Field(() => SecureScoreControlProfile, {
    nullable: true,
    description:
      'The control as it is now, the decision at the end of `controlStateUpdates`; null when it is not found. Until the upstream shows the decision its `updatedBy` is null.',
  })
  profile: SecureScoreControlProfile | null;

  @Field(() => [MutationError], { description: 'Empty when everything was done.' })
  errors: readonly MutationError[];
}
