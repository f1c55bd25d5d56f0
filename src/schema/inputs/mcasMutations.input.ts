import { Field, ID, InputType } from 'type-graphql';
import { MCASAlertClosing, MCASCloseReason } from '../enums/mcasAlert.enums.js';
import { idempotencyKeyDescription } from './mutation.descriptions.js';

@InputType({ description: 'Cloud Apps alerts to close, all the same way.' })
export class CloseMCASAlertsInput {
  @Field(() => [ID], { description: 'The alerts, 1 to 100, with or without `ca`.' })
  ids: string[];

  @Field(() => MCASAlertClosing, { description: 'As what.' })
  as: MCASAlertClosing;

  @Field(() => MCASCloseReason, {
    nullable: true,
    description: 'Why; it has to fit `as`, and `TRUE_POSITIVE` takes none.',
  })
  reason?: MCASCloseReason | null;

  @Field(() => String, { nullable: true, description: 'Comment for the alerts, at most 10,000 characters.' })
  comment?: string | null;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Cloud Apps alerts to mark as read or unread.' })
export class MarkMCASAlertsReadInput {
  @Field(() => [ID], {
    description: 'The alerts, 1 to 20, with or without `ca`; the upstream takes one a call and 30 calls a minute.',
  })
  ids: string[];

  @Field(() => Boolean, { defaultValue: true, description: 'True: read. False: unread.' })
  read: boolean;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({ description: 'Feedback to Microsoft on a Cloud Apps activity.' })
export class GiveMCASActivityFeedbackInput {
  @Field(() => ID, { description: 'The activity.' })
  id: string;

  @Field(() => String, { description: "The upstream's word for the verdict; its documentation lists none." })
  feedback: string;

  @Field(() => String, { nullable: true, description: 'Explanation, at most 10,000 characters.' })
  text?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether Microsoft may get in touch.' })
  allowContact: boolean;

  @Field(() => String, { nullable: true, description: 'Where to; only with `allowContact`.' })
  contactEmail?: string | null;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A log that is going to be uploaded for discovery.' })
export class StartDiscoveryUploadInput {
  @Field(() => String, { description: 'Name of the file, 1 to 255 characters.' })
  filename: string;

  @Field(() => String, {
    description:
      'Device that wrote the log, in the words of the upstream, such as `PALO_ALTO`, `ZSCALER` or `GENERIC_CEF`; the page "Initiate file upload" lists them.',
  })
  source: string;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({ description: 'A log that was uploaded for discovery.' })
export class FinishDiscoveryUploadInput {
  @Field(() => String, {
    description:
      'The address that `startDiscoveryUpload` gave to the same caller within the last day; any other is refused.',
  })
  uploadUrl: string;

  @Field(() => String, { description: 'Report that the log is for; with `uploadAsSnapshot` the name of a new one.' })
  inputStreamName: string;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether to make a report of this log alone.' })
  uploadAsSnapshot: boolean;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}
