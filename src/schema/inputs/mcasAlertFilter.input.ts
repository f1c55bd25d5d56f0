import { Field, ID, InputType } from 'type-graphql';
import { mcasAlertSeverity, mcasAlertSource, mcasResolutionStatus, mcasStory } from '../enums/mcasAlert.enums.js';
import {
  createEnumFilter,
  DateTimeFilter,
  type InstantFilter,
  StringFilter,
  type ValueFilter,
} from './filters.input.js';
import { IntFilter } from './mcasActivityFilter.input.js';

const noNull = '`isNull` is `BAD_USER_INPUT`: the upstream cannot ask for it.';

export const MCASAlertSeverityFilter = createEnumFilter('MCASAlertSeverity', mcasAlertSeverity.type);
export const MCASResolutionStatusFilter = createEnumFilter('MCASResolutionStatus', mcasResolutionStatus.type);
export const MCASStoryFilter = createEnumFilter('MCASStory', mcasStory.type);

@InputType({
  description:
    'Which Cloud Apps alerts; all conditions that are present have to hold, lists take at most 100 values. A condition on text or number takes no `isNull`.',
})
export class MCASAlertFilter {
  @Field(() => [ID], { nullable: true, description: 'One of these alerts, with or without `ca`.' })
  ids?: string[] | null;

  @Field(() => MCASAlertSeverityFilter, { nullable: true, description: `Severity. ${noNull}` })
  severity?: ValueFilter | null;

  @Field(() => MCASResolutionStatusFilter, { nullable: true, description: `How it was closed. ${noNull}` })
  resolutionStatus?: ValueFilter | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is open.' })
  isOpen?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether somebody has read it.' })
  isRead?: boolean | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'When it was raised; compared at milliseconds.' })
  timestamp?: InstantFilter | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'When it was closed; compared at milliseconds.' })
  resolveTime?: InstantFilter | null;

  @Field(() => MCASStoryFilter, { nullable: true, description: `Risk categories. ${noNull}` })
  stories?: ValueFilter | null;

  @Field(() => IntFilter, { nullable: true, description: 'Number of the alert type.' })
  idValue?: IntFilter | null;

  @Field(() => mcasAlertSource.type, { nullable: true, description: 'What raised it; `UNRECOGNIZED` is refused.' })
  source?: string | null;

  @Field(() => StringFilter, { nullable: true, description: `Ids of \`MCASAccount\` that it names. ${noNull}` })
  accountId?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: `IP addresses that it names. ${noNull}` })
  ipAddress?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: `Ids of policies that raised it. ${noNull}` })
  policyId?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: `Ids of files that it names. ${noNull}` })
  fileId?: ValueFilter | null;

  @Field(() => IntFilter, { nullable: true, description: 'Ids of apps that it names.' })
  appId?: IntFilter | null;

  @Field(() => IntFilter, { nullable: true, description: 'Instances of apps that it names.' })
  instanceId?: IntFilter | null;
}
