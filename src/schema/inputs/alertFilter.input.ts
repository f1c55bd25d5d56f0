import { Field, InputType, registerEnumType } from 'type-graphql';
import {
  alertClassification,
  alertDetermination,
  alertSeverity,
  alertStatus,
  serviceSource,
} from '../enums/alert.enums.js';
import {
  createEnumFilter,
  DateTimeFilter,
  type InstantFilter,
  StringFilter,
  type ValueFilter,
} from './filters.input.js';

/** Enum filters that alerts and incidents share. */
export const AlertSeverityFilter = createEnumFilter('AlertSeverity', alertSeverity.type);
export const AlertStatusFilter = createEnumFilter('AlertStatus', alertStatus.type);
export const AlertClassificationFilter = createEnumFilter('AlertClassification', alertClassification.type);
export const AlertDeterminationFilter = createEnumFilter('AlertDetermination', alertDetermination.type);
export const ServiceSourceFilter = createEnumFilter('ServiceSource', serviceSource.type);

@InputType({ description: 'Which alerts; all conditions that are present have to hold.' })
export class AlertFilter {
  @Field(() => StringFilter, {
    nullable: true,
    description: 'User principal name of the owner; `isNull: true` finds unassigned alerts.',
  })
  assignedTo?: ValueFilter | null;

  @Field(() => AlertClassificationFilter, { nullable: true, description: 'What the analysts decided.' })
  classification?: ValueFilter | null;

  @Field(() => AlertDeterminationFilter, {
    nullable: true,
    description: 'Reason of the classification; `BAD_USER_INPUT` in the legacy dialect, which has none.',
  })
  determination?: ValueFilter | null;

  @Field(() => ServiceSourceFilter, { nullable: true, description: 'The product that raised the alert.' })
  serviceSource?: ValueFilter | null;

  @Field(() => AlertSeverityFilter, { nullable: true, description: 'How much it may harm.' })
  severity?: ValueFilter | null;

  @Field(() => AlertStatusFilter, { nullable: true, description: 'How far work on it is.' })
  status?: ValueFilter | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'When the alert was created.' })
  createdDateTime?: InstantFilter | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'When the alert last changed.' })
  lastUpdateDateTime?: InstantFilter | null;

  @Field(() => String, {
    nullable: true,
    description: 'Alerts with an account of this user principal name in their user evidence, compared without case.',
  })
  userPrincipalName?: string | null;
}

/** Order of a list of alerts; rows with equal times are ordered by id. */
export const AlertOrder = {
  CREATED_DESC: 'CREATED_DESC',
  CREATED_ASC: 'CREATED_ASC',
  LAST_UPDATE_DESC: 'LAST_UPDATE_DESC',
  LAST_UPDATE_ASC: 'LAST_UPDATE_ASC',
} as const;
export type AlertOrder = keyof typeof AlertOrder;

registerEnumType(AlertOrder, {
  name: 'AlertOrder',
  description: 'Order of a list of alerts; rows with equal times are ordered by id.',
  valuesConfig: {
    CREATED_DESC: { description: 'Newest created first.' },
    CREATED_ASC: { description: 'Oldest created first.' },
    LAST_UPDATE_DESC: { description: 'Latest changed first; rows that change while you page can be missed.' },
    LAST_UPDATE_ASC: { description: 'Earliest changed first; rows that change while you page come again at the end.' },
  },
});
