import { JSONResolver } from 'graphql-scalars';
import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import {
  mcasAlertSeverity,
  mcasAlertStatus,
  mcasIntent,
  mcasResolutionStatus,
  mcasStory,
} from '../enums/mcasAlert.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { createConnectionType } from './connection.js';

@ObjectType({ description: 'Something that a Cloud Apps alert names.', simpleResolvers: true })
export class MCASAlertEntity {
  @Field(() => String, {
    nullable: true,
    description:
      'Kind: `account`, `user`, `ip`, `country`, `service`, `policyRule`, `file`, `device`, `groupTag`, `discovery_stream`, `discovery_service`; an open set.',
  })
  type: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of its kind: object id, IP address, ISO 3166-1 country, number of an app, id of a policy.',
  })
  id: string | null;

  @Field(() => String, { nullable: true, description: 'Name for humans.' })
  label: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the `MCASAccount`; null for kinds other than accounts and when the app is not said.',
  })
  accountId: string | null;

  @Field(() => Int, { nullable: true, description: 'App of an account.' })
  saasId: number | null;

  @Field(() => Int, { nullable: true, description: 'Instance of that app.' })
  instanceId: number | null;

  @Field(() => String, { nullable: true, description: 'Principal name of an account.' })
  principalName: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address of an account.' })
  email: string | null;

  @Field(() => Int, { nullable: true, description: "The upstream's number of the kind of account." })
  entityType: number | null;

  @Field(() => String, { nullable: true, description: 'Part that it plays: `Source` or `Related`; null when unsaid.' })
  entityRole: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Kind of a policy, such as `ANOMALY_DETECTION` or `FILE`; an open set.',
  })
  policyType: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether this IP address raised the alert; null when unsaid.' })
  triggeredAlert: boolean | null;
}

@Directive('@key(fields: "id")')
@ObjectType({
  description:
    'An alert of Microsoft Defender for Cloud Apps (MCAS) in its own words; Microsoft Graph shows the same alert under `ca` and its id. Only `id` is sure to be there. Needs Security.Read; the gateway reads it with Investigation.read.',
  simpleResolvers: true,
})
export class MCASAlert {
  readonly __typename: 'MCASAlert';

  @Field(() => ID, { description: "The upstream's `_id`, 24 hexadecimal digits, without `ca`." })
  id: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of the alert type, such as 15859716 for impossible travel.',
  })
  idValue: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was raised; lists are ordered by it.' })
  timestamp: string | null;

  @Field(() => String, { nullable: true, description: 'Title. Names in it may be chosen by an attacker.' })
  title: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What happened, in words. Passed on as the upstream wrote it: it may hold HTML, the token `__siteIcon__` and names chosen by an attacker, so it is not to be trusted; show it as text or sanitise it.',
  })
  description: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the upstream says that `description` is HTML already.',
  })
  isMarkdown: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the detection is in preview.' })
  isPreview: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is about the product itself.' })
  isSystemAlert: boolean | null;

  @Field(() => [MCASAlertEntity], { description: 'Accounts, addresses, apps, policies and so on; may be empty.' })
  entities: readonly MCASAlertEntity[];

  @Field(() => mcasAlertStatus.type, { nullable: true, description: 'Whether somebody has looked at it.' })
  status: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own number for `status`." })
  rawStatus: string | null;

  @Field(() => mcasAlertSeverity.type, { nullable: true, description: 'Severity.' })
  severity: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own number for `severity`." })
  rawSeverity: string | null;

  @Field(() => mcasResolutionStatus.type, { nullable: true, description: 'How it was closed, if it was.' })
  resolutionStatus: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own number for `resolutionStatus`." })
  rawResolutionStatus: string | null;

  @Field(() => [mcasStory.type], { description: 'Risk categories; may be empty.' })
  stories: readonly string[];

  @Field(() => [String], { description: "The upstream's own numbers for `stories`, in the same order." })
  rawStories: readonly string[];

  @Field(() => [mcasIntent.type], { description: 'Stages of the kill chain; may be empty.' })
  intent: readonly string[];

  @Field(() => [String], { description: "The upstream's own numbers for `intent`, in the same order." })
  rawIntent: readonly string[];

  @Field(() => JSONResolver, {
    nullable: true,
    description: 'Evidence as the upstream has it, templates of titles with their parameters; not to be trusted.',
  })
  evidence: unknown;

  @Field(() => [ID], { description: 'Ids of the activities that raised it; empty when the upstream names none.' })
  audits: readonly string[];

  @Field(() => Float, { nullable: true, description: 'Left over from a retired feature; null in new alerts.' })
  threatScore: number | null;

  @Field(() => String, { nullable: true, description: 'Comment of who closed it.' })
  comment: string | null;

  @Field(() => String, { nullable: true, description: 'Who closed it.' })
  handledByUser: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was closed; null while it is open.' })
  resolveTime: string | null;

  @Field(() => ID, { nullable: true, description: 'Entra tenant; null when the upstream leaves it out.' })
  contextId: string | null;

  @Field(() => String, { nullable: true, description: 'Page of the alert in the portal.' })
  url: string | null;
}

export const MCASAlertConnection = createConnectionType<MCASAlert>('MCASAlert', () => MCASAlert);
