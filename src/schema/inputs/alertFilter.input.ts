import { Field, ID, InputType, registerEnumType } from 'type-graphql';
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
  mirrorOnly,
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

  @Field(() => String, {
    nullable: true,
    description: `Every word of this text stands, without case, in the title, description, category, actor, threat, product, tags or id of the alert. ${mirrorOnly}`,
  })
  search?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: `Alerts whose evidence names the account of this object id: of user, process, mailbox and cloud session evidence. ${mirrorOnly}`,
  })
  userId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: `Alerts whose device evidence has this \`azureAdDeviceId\` (\`Device.deviceId\`, not the object id). ${mirrorOnly}`,
  })
  deviceId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `Alerts of this kill-chain category, compared without case, such as \`InitialAccess\`. ${mirrorOnly}`,
  })
  category?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `Alerts of this MITRE ATT&CK technique, such as \`T1059\`, or of a part of it (\`T1059.001\`). ${mirrorOnly}`,
  })
  mitreTechnique?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `Alerts whose evidence names this IP address, as the upstream writes it. ${mirrorOnly}`,
  })
  ipAddress?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `Alerts whose evidence names a file of this SHA-256, in hexadecimal digits of either case. ${mirrorOnly}`,
  })
  sha256?: string | null;
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
