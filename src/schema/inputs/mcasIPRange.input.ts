import { Field, ID, InputType } from 'type-graphql';
import { mcasIPRangeCategory } from '../enums/mcasInventory.enums.js';
import { DateTime } from '../scalars/dateTime.js';
import { createEnumFilter, StringFilter, type ValueFilter } from './filters.input.js';
import { expectedLastUpdateDescription, idempotencyKeyDescription } from './mutation.descriptions.js';

const noNull = '`isNull` is `BAD_USER_INPUT`: the upstream cannot ask for it.';
const expectedLastUpdate = expectedLastUpdateDescription('range', 'lastModified');

export const MCASIPRangeCategoryFilter = createEnumFilter('MCASIPRangeCategory', mcasIPRangeCategory.type);

@InputType({ description: 'Which IP ranges; all conditions that are present have to hold.' })
export class MCASIPRangeFilter {
  @Field(() => MCASIPRangeCategoryFilter, { nullable: true, description: `What the range is. ${noNull}` })
  category?: ValueFilter | null;

  @Field(() => StringFilter, { nullable: true, description: `Ids or names of tags. ${noNull}` })
  tags?: ValueFilter | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the product made it.' })
  builtIn?: boolean | null;
}

@InputType({ description: 'A new IP range.' })
export class CreateMCASIPRangeInput {
  @Field(() => String, { description: 'Name, 1 to 255 characters, unique in the tenant.' })
  name: string;

  @Field(() => mcasIPRangeCategory.type, { description: 'What the range is; `UNRECOGNIZED` is refused.' })
  category: string;

  @Field(() => [String], {
    description:
      'Blocks such as `192.0.2.0/24` or `2001:db8::/32`, 1 to 1000; an address alone is a block of one. They may not overlap each other or another range.',
  })
  subnets: string[];

  @Field(() => String, { nullable: true, description: 'Registered provider or organisation.' })
  organization?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether `organization` replaces what the product finds out by itself.',
  })
  overrideOrganization?: boolean | null;

  @Field(() => [String], { nullable: true, description: 'Names of tags, new or existing.' })
  tags?: string[] | null;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({
  description:
    'A change to an IP range. Absent members stay as they are: the upstream replaces everything, so the gateway sends them again from a fresh read.',
})
export class UpdateMCASIPRangeInput {
  @Field(() => ID, { description: 'The range.' })
  id: string;

  @Field(() => String, { nullable: true, description: 'Name, 1 to 255 characters, unique in the tenant.' })
  name?: string | null;

  @Field(() => mcasIPRangeCategory.type, {
    nullable: true,
    description: 'What the range is; `UNRECOGNIZED` is refused.',
  })
  category?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'All blocks of the range, 1 to 1000; they replace the present ones.',
  })
  subnets?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Registered provider or organisation; null removes it.' })
  organization?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether `organization` replaces what the product finds out by itself.',
  })
  overrideOrganization?: boolean | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Names of all tags of the range; they replace the present ones.',
  })
  tags?: string[] | null;

  @Field(() => DateTime, { nullable: true, description: expectedLastUpdate })
  expectedLastUpdate?: string | null;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}

@InputType({ description: 'An IP range to delete.' })
export class DeleteMCASIPRangeInput {
  @Field(() => ID, { description: 'The range.' })
  id: string;

  @Field(() => DateTime, { nullable: true, description: expectedLastUpdate })
  expectedLastUpdate?: string | null;

  @Field(() => String, { nullable: true, description: idempotencyKeyDescription })
  idempotencyKey?: string | null;
}
