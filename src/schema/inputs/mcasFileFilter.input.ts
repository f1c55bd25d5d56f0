import { Field, InputType } from 'type-graphql';
import { mcasFileAccessLevel, mcasFileType } from '../enums/mcasInventory.enums.js';
import {
  createEnumFilter,
  DateTimeFilter,
  type InstantFilter,
  StringFilter,
  type ValueFilter,
} from './filters.input.js';
import { IntFilter } from './mcasActivityFilter.input.js';

const noNull = '`isNull` is `BAD_USER_INPUT`: the upstream cannot ask for it.';

export const MCASFileTypeFilter = createEnumFilter('MCASFileType', mcasFileType.type);
export const MCASFileAccessLevelFilter = createEnumFilter('MCASFileAccessLevel', mcasFileAccessLevel.type);

@InputType({
  description:
    'Which files; all conditions that are present have to hold, lists take at most 100 values. The upstream is slow on wide questions.',
})
export class MCASFileFilter {
  @Field(() => IntFilter, { nullable: true, description: 'Id of the app.' })
  appId?: IntFilter | null;

  @Field(() => IntFilter, { nullable: true, description: 'Instance of the app.' })
  instanceId?: IntFilter | null;

  @Field(() => MCASFileTypeFilter, { nullable: true, description: `Kind of file. ${noNull}` })
  fileType?: ValueFilter | null;

  @Field(() => MCASFileAccessLevelFilter, { nullable: true, description: `Who can read it. ${noNull}` })
  fileAccessLevel?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: `Ids of \`MCASAccount\` of owners. ${noNull}` })
  ownerAccountId?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: `Ids of \`MCASAccount\` of collaborators. ${noNull}` })
  collaboratorAccountId?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: `Domains that it is shared with. ${noNull}` })
  collaboratorDomain?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: `Ids of groups that it is shared with. ${noNull}` })
  collaboratorGroupId?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: `Ids in the app. ${noNull}` })
  idInApp?: ValueFilter | null;

  @Field(() => String, { nullable: true, description: 'Name of the file.' })
  name?: string | null;

  @Field(() => StringFilter, { nullable: true, description: `Ending of the name, without a dot. ${noNull}` })
  fileExtension?: ValueFilter | null;

  @Field(() => String, { nullable: true, description: 'Media type.' })
  mimeType?: string | null;

  @Field(() => StringFilter, { nullable: true, description: `Ids of folders. ${noNull}` })
  parentId?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'Labels.' })
  labels?: ValueFilter | null;

  @Field(() => String, { nullable: true, description: 'Id of a policy that it matched.' })
  matchedPolicyId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is in the bin; absent leaves those out.' })
  trashed?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is a folder.' })
  isFolder?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is in quarantine.' })
  quarantined?: boolean | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'When it was made; compared at milliseconds.' })
  createdDate?: InstantFilter | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'When it was changed; compared at milliseconds.' })
  modifiedDate?: InstantFilter | null;
}
