import { Field, InputType } from 'type-graphql';
import { mcasAccountStatus, mcasAccountType } from '../enums/mcasInventory.enums.js';
import { createEnumFilter, StringFilter, type ValueFilter } from './filters.input.js';
import { IntFilter } from './mcasActivityFilter.input.js';

const noNull = '`isNull` is `BAD_USER_INPUT`: the upstream cannot ask for it.';

export const MCASAccountTypeFilter = createEnumFilter('MCASAccountType', mcasAccountType.type);
export const MCASAccountStatusFilter = createEnumFilter('MCASAccountStatus', mcasAccountStatus.type);

@InputType({
  description:
    'Which users and accounts of Cloud Apps; all conditions that are present have to hold, lists take at most 100 values.',
})
export class MCASAccountFilter {
  @Field(() => StringFilter, {
    nullable: true,
    description: `Ids of \`MCASAccount\`; the id of a user brings its accounts too. ${noNull}`,
  })
  id?: ValueFilter | null;

  @Field(() => MCASAccountTypeFilter, { nullable: true, description: `Users or accounts. ${noNull}` })
  type?: ValueFilter | null;

  @Field(() => MCASAccountStatusFilter, { nullable: true, description: `State in the app. ${noNull}` })
  status?: ValueFilter | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it administers the app.' })
  isAdmin?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is outside the organisation.' })
  isExternal?: boolean | null;

  @Field(() => IntFilter, { nullable: true, description: 'Id of the app.' })
  saasId?: IntFilter | null;

  @Field(() => IntFilter, { nullable: true, description: 'Instance of the app.' })
  instanceId?: IntFilter | null;

  @Field(() => StringFilter, { nullable: true, description: `Ids of user groups. ${noNull}` })
  userGroupId?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'Domain.' })
  domain?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'Organisation.' })
  organization?: ValueFilter | null;
}
