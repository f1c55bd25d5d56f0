import { Field, InputType, Int } from 'type-graphql';
import { mcasDeviceType, mcasTakenAction } from '../enums/mcas.enums.js';
import {
  createEnumFilter,
  DateTimeFilter,
  type InstantFilter,
  StringFilter,
  type ValueFilter,
} from './filters.input.js';

export const MCASDeviceTypeFilter = createEnumFilter('MCASDeviceType', mcasDeviceType.type);
export const MCASTakenActionFilter = createEnumFilter('MCASTakenAction', mcasTakenAction.type);

/** Conditions on a number; all that are present have to hold. */
@InputType('IntFilter', { description: 'Conditions on a whole number; all that are present have to hold.' })
export class IntFilter {
  @Field(() => [Int], { nullable: true, description: 'The number is one of these. An empty list matches nothing.' })
  in?: number[] | null;

  @Field(() => [Int], { nullable: true, description: 'The number is none of these.' })
  notIn?: number[] | null;
}

@InputType({
  description:
    'Which Cloud Apps activities; all conditions that are present have to hold. The upstream answers for about the last 30 days.',
})
export class MCASActivityFilter {
  @Field(() => StringFilter, { nullable: true, description: 'User principal name of the actor.' })
  userName?: ValueFilter | null;

  @Field(() => StringFilter, {
    nullable: true,
    description:
      'Ids of `MCASAccount` of users or accounts that did it. `isNull` is `BAD_USER_INPUT`: the upstream cannot ask for it.',
  })
  accountId?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'Domain of the actor.' })
  userDomain?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'Organisational unit of the actor.' })
  userOrgUnit?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'Ids of user groups of the actor, as in `userTags`.' })
  userGroupId?: ValueFilter | null;

  @Field(() => IntFilter, { nullable: true, description: 'Id of the app.' })
  appId?: IntFilter | null;

  @Field(() => IntFilter, { nullable: true, description: 'Instance of the app.' })
  instanceId?: IntFilter | null;

  @Field(() => StringFilter, {
    nullable: true,
    description:
      'Category such as `EVENT_CATEGORY_LOGIN`. `isNull` is `BAD_USER_INPUT`: the upstream cannot ask for it.',
  })
  eventTypeName?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'Finer name of the action.' })
  actionType?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'IP address of the client.' })
  ipAddress?: ValueFilter | null;

  @Field(() => IntFilter, { nullable: true, description: "The upstream's number of the IP category." })
  ipCategory?: IntFilter | null;

  @Field(() => StringFilter, {
    nullable: true,
    description: 'Ids of tags of the IP address. `isNull` is `BAD_USER_INPUT`: the upstream cannot ask for it.',
  })
  ipTag?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'Country of the IP address, ISO 3166-1 alpha-2.' })
  countryCode?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'Organisation that the IP address belongs to.' })
  organization?: ValueFilter | null;

  @Field(() => StringFilter, {
    nullable: true,
    description: 'Ids of tags of the user agent. `isNull` is `BAD_USER_INPUT`: the upstream cannot ask for it.',
  })
  userAgentTag?: ValueFilter | null;

  @Field(() => StringFilter, {
    nullable: true,
    description:
      'Ids of objects that the activity touched: files, folders, accounts, apps. `isNull` is `BAD_USER_INPUT`: the upstream cannot ask for it.',
  })
  objectId?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'Ids of policies that the activity matched.' })
  policyId?: ValueFilter | null;

  @Field(() => IntFilter, {
    nullable: true,
    description:
      "The upstream's number of where it heard of the activity: 0 access control, 1 session control, 2 app connector, 3 analysis of what a connector brought, 5 discovery, 6 Defender for Endpoint.",
  })
  source?: IntFilter | null;

  @Field(() => MCASDeviceTypeFilter, {
    nullable: true,
    description: 'Kind of device. `isNull` is `BAD_USER_INPUT`: the upstream cannot ask for it.',
  })
  deviceType?: ValueFilter | null;

  @Field(() => MCASTakenActionFilter, {
    nullable: true,
    description: 'What session or access control did. `isNull` is `BAD_USER_INPUT`: the upstream cannot ask for it.',
  })
  takenAction?: ValueFilter | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is an event of an administrator.' })
  isAdminEvent?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether somebody acted in the name of somebody else.' })
  isImpersonated?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cloud Apps alert (its own id, without `ca`) that the activities belong to.',
  })
  alertId?: string | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'When it happened; compared at milliseconds.' })
  timestamp?: InstantFilter | null;

  @Field(() => DateTimeFilter, {
    nullable: true,
    description: 'When the upstream stored it; compared at milliseconds.',
  })
  created?: InstantFilter | null;
}
