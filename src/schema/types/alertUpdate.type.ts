import { Field, ID, ObjectType } from 'type-graphql';
import { alertClassification, alertDetermination, alertSeverity, alertStatus } from '../enums/alert.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { Alert } from './alert.type.js';
import { ChangeEvent, matchesFilterDescription } from './change.type.js';

@ObjectType({ description: 'What was remembered of an alert before a change.' })
export class AlertSnapshot {
  @Field(() => alertStatus.type, { nullable: true, description: 'How far work on it was; null when it had no status.' })
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
    'One change of an alert. Changes between two looks at the upstream arrive as one, with the latest state; the versions of one alert only rise. Needs Security.Read.',
})
export class AlertUpdate extends ChangeEvent {
  @Field(() => ID, { nullable: true, description: 'Id of the alert, also of one that is gone; null with `RESYNC`.' })
  alertId: string | null;

  @Field(() => Alert, {
    nullable: true,
    description:
      'The alert as the change left it; null with `REMOVED` and `RESYNC`. Its joins are made of what the gateway holds and never cost a call: what is not held is null with an error `UPSTREAM_THROTTLED`.',
  })
  alert: Alert | null;

  @Field(() => AlertSnapshot, {
    nullable: true,
    description: 'The alert before the change; null when it was not remembered, and with `CREATED` and `RESYNC`.',
  })
  previous: AlertSnapshot | null;

  @Field(() => Boolean, { description: matchesFilterDescription })
  matchesFilter: boolean;
}
