import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { alertClassification, alertDetermination, alertSeverity } from '../enums/alert.enums.js';
import { incidentStatus } from '../enums/incident.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { AlertComment } from './alert.type.js';
import { createConnectionType } from './connection.js';

@Directive('@key(fields: "id")')
@ObjectType({
  description:
    'Alerts that belong together, and the work on them. From Microsoft Graph `security/incidents`. Needs Security.Read; the gateway reads it with SecurityIncident.Read.All.',
  simpleResolvers: true,
})
export class Incident {
  readonly __typename: 'Incident';

  @Field(() => ID, { description: "The upstream's id, a decimal number as text." })
  id: string;

  @Field(() => String, { nullable: true, description: 'User principal name of the owner; null when unassigned.' })
  assignedTo: string | null;

  @Field(() => alertClassification.type, {
    nullable: true,
    description: 'What the analysts decided; null when undecided.',
  })
  classification: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `classification`." })
  rawClassification: string | null;

  @Field(() => [AlertComment], { description: 'Comments in the order of the upstream; may be empty.' })
  comments: readonly AlertComment[];

  @Field(() => DateTime, { nullable: true, description: 'When the incident was created.' })
  createdDateTime: string | null;

  @Field(() => [String], { description: 'Tags that people set; may be empty.' })
  customTags: readonly string[];

  @Field(() => String, { nullable: true, description: 'What happened, in words.' })
  description: string | null;

  @Field(() => alertDetermination.type, {
    nullable: true,
    description: 'Reason of the classification; null when undecided.',
  })
  determination: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `determination`." })
  rawDetermination: string | null;

  @Field(() => String, { nullable: true, description: 'Short name of what happened.' })
  displayName: string | null;

  @Field(() => String, { nullable: true, description: 'Page of the incident in the Microsoft Defender portal.' })
  incidentWebUrl: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Who changed it last: a user principal name, or an application with the prefix `API-App:`.',
  })
  lastModifiedBy: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the incident last changed; pass it as `expectedLastUpdate`.',
  })
  lastUpdateDateTime: string | null;

  @Field(() => Int, { nullable: true, description: 'Priority from 0 to 100; null when the upstream did not rate it.' })
  priorityScore: number | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The incident that this one was merged into; null unless `status` is `REDIRECTED`.',
  })
  redirectIncidentId: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was resolved; null while it is not, or when unsaid.' })
  resolvingComment: string | null;

  @Field(() => alertSeverity.type, { nullable: true, description: 'How much it may harm.' })
  severity: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `severity`." })
  rawSeverity: string | null;

  @Field(() => incidentStatus.type, { nullable: true, description: 'How far work on it is.' })
  status: string | null;

  @Field(() => String, { nullable: true, description: "The upstream's own word for `status`." })
  rawStatus: string | null;

  @Field(() => String, { nullable: true, description: 'Overview of the attack, the affected assets and the actions.' })
  summary: string | null;

  @Field(() => [String], { description: 'Tags that the service sets, such as `Defender Experts`; may be empty.' })
  systemTags: readonly string[];

  @Field(() => String, { nullable: true, description: 'Entra tenant of the incident.' })
  tenantId: string | null;
}

export const IncidentConnection = createConnectionType<Incident>('Incident', () => Incident);
