import { Field, ID, ObjectType } from 'type-graphql';
import { alertClassification, alertDetermination, alertSeverity } from '../enums/alert.enums.js';
import { incidentStatus } from '../enums/incident.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { ChangeEvent, matchesFilterDescription } from './change.type.js';
import { Incident } from './incident.type.js';

@ObjectType({ description: 'What was remembered of an incident before a change.' })
export class IncidentSnapshot {
  @Field(() => incidentStatus.type, { nullable: true, description: 'How far work on it was; null when unsaid.' })
  status: string | null;

  @Field(() => alertSeverity.type, { nullable: true, description: 'Its severity; null when it had none.' })
  severity: string | null;

  @Field(() => String, { nullable: true, description: 'User principal name of the owner; null when unassigned.' })
  assignedTo: string | null;

  @Field(() => alertClassification.type, { nullable: true, description: 'The classification; null when undecided.' })
  classification: string | null;

  @Field(() => alertDetermination.type, { nullable: true, description: 'The determination; null when undecided.' })
  determination: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it had last changed; null when the upstream did not say.',
  })
  lastUpdateDateTime: string | null;
}

@ObjectType({
  description:
    'One change of an incident. Changes between two looks at the upstream arrive as one, with the latest state; the versions of one incident only rise. Needs Security.Read.',
})
export class IncidentUpdate extends ChangeEvent {
  @Field(() => ID, { nullable: true, description: 'Id of the incident, also of one that is gone; null with `RESYNC`.' })
  incidentId: string | null;

  @Field(() => Incident, {
    nullable: true,
    description:
      'The incident as the change left it; null with `REMOVED` and `RESYNC`. Its joins are made of what the gateway holds and never cost a call: what is not held is null with an error `UPSTREAM_THROTTLED`.',
  })
  incident: Incident | null;

  @Field(() => IncidentSnapshot, {
    nullable: true,
    description: 'The incident before the change; null when it was not remembered, and with `CREATED` and `RESYNC`.',
  })
  previous: IncidentSnapshot | null;

  @Field(() => Boolean, { description: matchesFilterDescription })
  matchesFilter: boolean;
}
