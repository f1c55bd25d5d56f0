import { Field, InputType, registerEnumType } from 'type-graphql';
import { incidentStatus } from '../enums/incident.enums.js';
import { AlertClassificationFilter, AlertDeterminationFilter, AlertSeverityFilter } from './alertFilter.input.js';
import {
  createEnumFilter,
  DateTimeFilter,
  type InstantFilter,
  mirrorOnly,
  StringFilter,
  type ValueFilter,
} from './filters.input.js';

export const IncidentStatusFilter = createEnumFilter('IncidentStatus', incidentStatus.type);

@InputType({ description: 'Which incidents; all conditions that are present have to hold.' })
export class IncidentFilter {
  @Field(() => StringFilter, {
    nullable: true,
    description: 'User principal name of the owner; `isNull: true` finds unassigned incidents.',
  })
  assignedTo?: ValueFilter | null;

  @Field(() => AlertClassificationFilter, { nullable: true, description: 'What the analysts decided.' })
  classification?: ValueFilter | null;

  @Field(() => AlertDeterminationFilter, { nullable: true, description: 'Reason of the classification.' })
  determination?: ValueFilter | null;

  @Field(() => AlertSeverityFilter, { nullable: true, description: 'How much it may harm.' })
  severity?: ValueFilter | null;

  @Field(() => IncidentStatusFilter, { nullable: true, description: 'How far work on it is.' })
  status?: ValueFilter | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'When the incident was created.' })
  createdDateTime?: InstantFilter | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'When the incident last changed.' })
  lastUpdateDateTime?: InstantFilter | null;

  @Field(() => String, {
    nullable: true,
    description: `Every word of this text stands, without case, in the name, description, summary, tags or id of the incident. ${mirrorOnly}`,
  })
  search?: string | null;
}

/** Order of a list of incidents; rows with equal times are ordered by id. */
export const IncidentOrder = {
  CREATED_DESC: 'CREATED_DESC',
  CREATED_ASC: 'CREATED_ASC',
  LAST_UPDATE_DESC: 'LAST_UPDATE_DESC',
  LAST_UPDATE_ASC: 'LAST_UPDATE_ASC',
} as const;
export type IncidentOrder = keyof typeof IncidentOrder;

registerEnumType(IncidentOrder, {
  name: 'IncidentOrder',
  description: 'Order of a list of incidents; rows with equal times are ordered by id.',
  valuesConfig: {
    CREATED_DESC: { description: 'Newest created first.' },
    CREATED_ASC: { description: 'Oldest created first.' },
    LAST_UPDATE_DESC: { description: 'Latest changed first; rows that change while you page can be missed.' },
    LAST_UPDATE_ASC: { description: 'Earliest changed first; rows that change while you page come again at the end.' },
  },
});
