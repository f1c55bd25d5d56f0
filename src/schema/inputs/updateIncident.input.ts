import { Field, ID, InputType } from 'type-graphql';
import { alertClassification, alertDetermination, alertSeverity } from '../enums/alert.enums.js';
import { incidentStatus } from '../enums/incident.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { expectedLastUpdateDescription, idempotencyKeyDescription } from './mutation.descriptions.js';

const expectedLastUpdate = expectedLastUpdateDescription('incident');

@InputType({
  description: 'A change to one incident. Absent members stay as they are; null is only meant for `assignedTo`.',
})
export class UpdateIncidentInput {
  @Field(() => ID, { description: 'The incident.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'User principal name of the owner; null unassigns.' })
  assignedTo?: string | null;

  @Field(() => alertClassification.type, { nullable: true, description: 'What the analysts decided.' })
  classification?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Tags that replace the present ones, at most 100; an empty list takes all away.',
  })
  customTags?: string[] | null;

  @Field(() => String, { nullable: true, description: 'What happened, at most 10,000 characters.' })
  description?: string | null;

  @Field(() => alertDetermination.type, {
    nullable: true,
    description: 'Reason of the classification. `APT` and `SECURITY_PERSONNEL` cannot be set any more.',
  })
  determination?: string | null;

  @Field(() => String, { nullable: true, description: 'Short name of what happened, at most 512 characters.' })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was resolved, at most 10,000 characters.' })
  resolvingComment?: string | null;

  @Field(() => alertSeverity.type, { nullable: true, description: 'How much it may harm; `UNKNOWN` cannot be set.' })
  severity?: string | null;

  @Field(() => incidentStatus.type, {
    nullable: true,
    description: 'How far work on it is; `REDIRECTED` and `AWAITING_ACTION` cannot be set.',
  })
  status?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Overview of the attack, the affected assets and the actions, at most 10,000 characters.',
  })
  summary?: string | null;

  @Field(() => String, { nullable: true, description: 'A comment to append, at most 10,000 characters.' })
  comment?: string | null;

  @Field(() => DateTime, { nullable: true, description: expectedLastUpdate })
  expectedLastUpdate?: string | null;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A new comment on an incident.' })
export class AddIncidentCommentInput {
  @Field(() => ID, { description: 'The incident.' })
  id: string;

  @Field(() => String, { description: 'The text, 1 to 10,000 characters.' })
  comment: string;

  @Field(() => DateTime, { nullable: true, description: expectedLastUpdate })
  expectedLastUpdate?: string | null;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}
