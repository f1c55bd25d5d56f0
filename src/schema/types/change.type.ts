import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../scalars/dateTime.js';

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

/** What every event of a subscription says, whatever it is about. The schema holds its descendants only. */
@ObjectType()
export class ChangeEvent {
  @Field(() => String, {
    description:
      'Place of the change in the one order of all changes; opaque. Pass the last one that you handled as `after` to go on behind it.',
  })
  cursor: string;

  @Field(() => ChangeKind, { description: 'What happened.' })
  change: ChangeKind;

  @Field(() => [String], {
    description:
      'GraphQL names of the fields that differ from what was remembered, sorted; empty unless `change` is `UPDATED`, and when nothing was remembered.',
  })
  changedFields: readonly string[];

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

/** Description of `matchesFilter`, the same for every kind of entity. */
export const matchesFilterDescription =
  'Whether the entity, as the change left it, matches the filter of the subscription. False: it did before, or may have, and left the list; also false with `REMOVED` and `RESYNC`.';
