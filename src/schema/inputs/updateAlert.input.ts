import { JSONResolver } from 'graphql-scalars';
import { Field, ID, InputType } from 'type-graphql';
import { alertClassification, alertDetermination, alertStatus } from '../enums/alert.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { expectedLastUpdateDescription, idempotencyKeyDescription } from './mutation.descriptions.js';

const expectedLastUpdate = expectedLastUpdateDescription('alert');
const idempotencyKey = idempotencyKeyDescription;

@InputType({
  description: 'A change to one alert. Absent members stay as they are; null is only meant for `assignedTo`.',
})
export class UpdateAlertInput {
  @Field(() => ID, { description: 'The alert.' })
  id: string;

  @Field(() => alertStatus.type, { nullable: true, description: 'How far work on it is; `UNKNOWN` cannot be set.' })
  status?: string | null;

  @Field(() => alertClassification.type, { nullable: true, description: 'What the analysts decided.' })
  classification?: string | null;

  @Field(() => alertDetermination.type, {
    nullable: true,
    description:
      'Reason of the classification. Not in the legacy dialect. `APT` and `SECURITY_PERSONNEL` cannot be set any more.',
  })
  determination?: string | null;

  @Field(() => String, { nullable: true, description: 'User principal name of the owner; null unassigns.' })
  assignedTo?: string | null;

  @Field(() => JSONResolver, {
    nullable: true,
    description: 'User-defined details, an object of texts that replaces the present one. Not in the legacy dialect.',
  })
  customDetails?: unknown;

  @Field(() => String, {
    nullable: true,
    description: 'A comment to append, at most 10,000 characters. Not in the legacy dialect.',
  })
  comment?: string | null;

  @Field(() => DateTime, { nullable: true, description: expectedLastUpdate })
  expectedLastUpdate?: string | null;

  @Field(() => String, { nullable: true, description: idempotencyKey })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Changes to several alerts. Each succeeds or fails for itself.' })
export class UpdateAlertsInput {
  @Field(() => [UpdateAlertInput], { description: 'The changes, 1 to 50.' })
  alerts: UpdateAlertInput[];

  @Field(() => String, { nullable: true, description: idempotencyKey })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A new comment on an alert.' })
export class AddAlertCommentInput {
  @Field(() => ID, { description: 'The alert.' })
  id: string;

  @Field(() => String, { description: 'The text, 1 to 10,000 characters.' })
  comment: string;

  @Field(() => DateTime, { nullable: true, description: expectedLastUpdate })
  expectedLastUpdate?: string | null;

  @Field(() => String, { nullable: true, description: idempotencyKey })
  idempotencyKey?: string | null;
}
