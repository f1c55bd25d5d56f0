import { Field, ID, ObjectType } from 'type-graphql';
import { MutationError } from './mutationError.type.js';

@ObjectType({ description: 'What became of one Cloud Apps alert.', simpleResolvers: true })
export class MCASAlertResult {
  @Field(() => ID, { description: 'The id as the input has it.' })
  id: string;

  @Field(() => Boolean, { description: 'Whether the alert is now as asked.' })
  done: boolean;

  @Field(() => [MutationError], { description: 'Empty when it was done.' })
  errors: readonly MutationError[];
}

@ObjectType({ description: 'What became of Cloud Apps alerts that were to be closed.', simpleResolvers: true })
export class CloseMCASAlertsPayload {
  @Field(() => [MCASAlertResult], { description: 'One per id of the input, in its order.' })
  results: readonly MCASAlertResult[];

  @Field(() => [MutationError], { description: 'Errors of the request as a whole; nothing was written then.' })
  errors: readonly MutationError[];
}

@ObjectType({ description: 'What became of Cloud Apps alerts that were to be marked.', simpleResolvers: true })
export class MarkMCASAlertsReadPayload {
  @Field(() => [MCASAlertResult], {
    nullable: 'items',
    description:
      'One per id of the input, in its order. One that failed for missing rights, throttling or an outage is null and has a GraphQL error.',
  })
  results: readonly (MCASAlertResult | Error)[];

  @Field(() => [MutationError], { description: 'Errors of the request as a whole; nothing was written then.' })
  errors: readonly MutationError[];
}

@ObjectType({ description: 'What became of feedback on a Cloud Apps activity.', simpleResolvers: true })
export class GiveMCASActivityFeedbackPayload {
  @Field(() => Boolean, { description: 'Whether the upstream took it.' })
  done: boolean;

  @Field(() => [MutationError], { description: 'Empty when it was done.' })
  errors: readonly MutationError[];
}

@ObjectType({ description: 'What became of an IP range that was to be created or changed.', simpleResolvers: true })
export class MCASIPRangePayload {
  /** No field: what `ipRange` shows; null when nothing is there. */
  readonly rangeId: string | null;

  @Field(() => [MutationError], { description: 'Empty when it was done.' })
  errors: readonly MutationError[];
}

@ObjectType({ description: 'What became of an IP range that was to be deleted.', simpleResolvers: true })
export class DeleteMCASIPRangePayload {
  @Field(() => ID, { nullable: true, description: 'The deleted range; null when nothing was deleted.' })
  deletedId: string | null;

  @Field(() => [MutationError], { description: 'Empty when it was done.' })
  errors: readonly MutationError[];
}

@ObjectType({ description: 'A header that an upload has to carry.', simpleResolvers: true })
export class MCASUploadHeader {
  @Field(() => String, { description: 'Name of the header.' })
  name: string;

  @Field(() => String, { description: 'Its value.' })
  value: string;
}

@ObjectType({ description: 'Where a log for discovery goes.', simpleResolvers: true })
export class StartDiscoveryUploadPayload {
  @Field(() => String, {
    nullable: true,
    description:
      'Address that the caller itself sends the log to with one HTTP PUT, without any token. It is signed: whoever has it can upload. On `azure` logs of 64 MB and more go in blocks; 5 GB is the most. Null when there are errors.',
  })
  uploadUrl: string | null;

  @Field(() => String, { nullable: true, description: 'Whose storage it is: `azure` or `aws`.' })
  provider: string | null;

  @Field(() => [MCASUploadHeader], { description: 'Headers that the PUT has to carry.' })
  headers: readonly MCASUploadHeader[];

  @Field(() => [MutationError], { description: 'Empty when there is an address.' })
  errors: readonly MutationError[];
}

@ObjectType({ description: 'What became of a log that was uploaded.', simpleResolvers: true })
export class FinishDiscoveryUploadPayload {
  @Field(() => Boolean, {
    description: 'Whether the upstream took the log; it works it in later, and `mcasDiscoveryStreams` shows it then.',
  })
  done: boolean;

  @Field(() => [MutationError], { description: 'Empty when it was done.' })
  errors: readonly MutationError[];
}
