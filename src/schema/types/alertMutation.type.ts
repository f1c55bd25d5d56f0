import { Field, ObjectType } from 'type-graphql';
import { Alert } from './alert.type.js';
import { MutationError } from './mutationError.type.js';

@ObjectType({ description: 'What became of a change to an alert.', simpleResolvers: true })
export class UpdateAlertPayload {
  @Field(() => Alert, {
    nullable: true,
    description:
      'The alert as it is now, also after a conflict. Null when it is not found or its id is not acceptable.',
  })
  alert: Alert | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Cursor of the change in `alertUpdated`; null when nothing was written, or when the gateway could not record the change.',
  })
  cursor: string | null;

  @Field(() => [MutationError], { description: 'Empty when everything was done.' })
  errors: readonly MutationError[];
}

@ObjectType({ description: 'What became of a new comment on an alert.', simpleResolvers: true })
export class AddAlertCommentPayload extends UpdateAlertPayload {}

@ObjectType({ description: 'What became of changes to several alerts.', simpleResolvers: true })
export class UpdateAlertsPayload {
  @Field(() => [UpdateAlertPayload], {
    nullable: 'items',
    description:
      'One per item of the input, in its order. An item that failed for missing rights, throttling or an outage is null and has a GraphQL error.',
  })
  results: readonly (UpdateAlertPayload | Error)[];

  @Field(() => [MutationError], { description: 'Errors of the request as a whole; empty otherwise.' })
  errors: readonly MutationError[];
}
