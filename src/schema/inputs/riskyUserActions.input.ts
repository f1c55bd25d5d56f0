import { Field, ID, InputType } from 'type-graphql';
import { idempotencyKeyDescription } from './mutation.descriptions.js';

const userIds =
  'Object ids of the users, 1 to 300 GUIDs; an id that comes twice counts once. Each 60 of them are one call of the one a second that the tenant has.';

/** What the three actions on risky users take. */
export interface RiskyUserActionInput {
  readonly userIds: readonly string[];
  readonly idempotencyKey?: string | null;
}

@InputType({ description: 'Users whose accounts are in the hands of somebody else.' })
export class ConfirmUsersCompromisedInput implements RiskyUserActionInput {
  @Field(() => [ID], { description: userIds })
  userIds: string[];

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Users whose risk is not worth pursuing.' })
export class DismissUsersRiskInput implements RiskyUserActionInput {
  @Field(() => [ID], { description: userIds })
  userIds: string[];

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Users whose risk was a false alarm.' })
export class ConfirmUsersSafeInput implements RiskyUserActionInput {
  @Field(() => [ID], { description: userIds })
  userIds: string[];

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}
