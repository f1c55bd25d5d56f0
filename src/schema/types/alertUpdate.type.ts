import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { alertClassification, alertDetermination, alertSeverity, alertStatus } from '../enums/alert.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { Alert } from './alert.type.js';

export const ChangeKind = { CREATED: 'CREATED', UPDATED: 'UPDATED', REMOVED: 'REMOVED', RESYNC: 'RESYNC' } as const;
export type ChangeKind = keyof typeof ChangeKind;

registerEnumType(ChangeKind, {
  name: 'ChangeKind',
  description: 'What happened to an entity.',
  valuesConfig: {
    CREATED: { description: 'It is new: never seen before, and created since the gateway began to watch.' },
    UPDATED: { description: 'It changed, or an older one came back into sight (`previous` is null then).' },
    REMOVED: { description: 'The upstream no longer has it.' },
    RESYNC: {
      description: 'Changes were missed, `reason` says why: read the list again, then go on from `cursor`.',
    },
  },
});

export const DetectedBy = { POLL: 'POLL', NOTIFICATION: 'NOTIFICATION', MUTATION: 'MUTATION' } as const;
export type DetectedBy = keyof typeof DetectedBy;

registerEnumType(DetectedBy, {
  name: 'DetectedBy',
  description: 'How the gateway came to know of a change.',
  valuesConfig: {
    POLL: { description: 'It asked the upstream for what changed.' },
    NOTIFICATION: { description: 'The upstream sent a change notification, and the gateway read the entity.' },
    MUTATION: { description: 'A mutation of this gateway made the change.' },
  },
});

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
export class AlertUpdate {
  @Field(() => String, { description: 'Place of the change in the order of changes; opaque.' })
  cursor: string;

  @Field(() => ChangeKind, { description: 'What happened.' })
  change: ChangeKind;

  @Field(() => Alert, {
    nullable: true,
    description: 'The alert as the change left it; null with `REMOVED` and `RESYNC`.',
  })
  alert: Alert | null;

  @Field(() => [String], {
    description:
      'Names of the fields of `Alert` that differ from `previous`, sorted; empty when nothing was remembered.',
  })
  changedFields: readonly string[];

  @Field(() => AlertSnapshot, {
    nullable: true,
    description: 'The alert before the change; null when it was not remembered, and with `CREATED` and `RESYNC`.',
  })
  previous: AlertSnapshot | null;

  @Field(() => Boolean, {
    description:
      'Whether `alert` matches the filter of the subscription. False: it did before and left the list; also false when there is no alert.',
  })
  matchesFilter: boolean;

  @Field(() => DetectedBy, { description: 'How the gateway came to know of the change.' })
  detectedBy: DetectedBy;

  @Field(() => DateTime, {
    description: "When the gateway came to know of it, by the upstream's clock where that is known.",
  })
  detectedAt: string;

  @Field(() => String, {
    nullable: true,
    description: 'Why the list has to be read again, for humans; null unless `change` is `RESYNC`.',
  })
  reason: string | null;
}
