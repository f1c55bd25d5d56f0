import { Field, ID, ObjectType } from 'type-graphql';
import { MutationError } from './mutationError.type.js';

@ObjectType({
  description: 'What became of an action on one user. `riskyUser` is the user as it is now.',
  simpleResolvers: true,
})
export class RiskyUserActionResult {
  readonly __typename: 'RiskyUserActionResult';

  @Field(() => ID, { description: 'Object id of the user, as the input wrote it first.' })
  userId: string;

  @Field(() => [MutationError], {
    description:
      'Empty when it was done. `PARTLY_APPLIED` when other users of the request were acted on and this one was not.',
  })
  errors: readonly MutationError[];
}

@ObjectType({ description: 'What became of an action on risky users.' })
export abstract class RiskyUserActionPayload {
  @Field(() => [RiskyUserActionResult], {
    description: 'One per user, in the order in which the input names them first; empty when the request was refused.',
  })
  results: readonly RiskyUserActionResult[];

  @Field(() => [MutationError], { description: 'Errors of the request as a whole; empty otherwise.' })
  errors: readonly MutationError[];
}

@ObjectType({ description: 'What became of confirming users compromised.', simpleResolvers: true })
export class ConfirmUsersCompromisedPayload extends RiskyUserActionPayload {}

@ObjectType({ description: "What became of dismissing users' risk.", simpleResolvers: true })
export class DismissUsersRiskPayload extends RiskyUserActionPayload {}

@ObjectType({ description: 'What became of confirming users safe.', simpleResolvers: true })
export class ConfirmUsersSafePayload extends RiskyUserActionPayload {}
