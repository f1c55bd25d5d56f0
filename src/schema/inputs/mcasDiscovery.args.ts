import { ArgsType, Field, ID, Int, registerEnumType } from 'type-graphql';

/** Order of the categories of a discovery report. */
export const MCASDiscoveryCategoryOrder = { TOTAL_DESC: 'TOTAL_DESC', TOTAL_ASC: 'TOTAL_ASC' } as const;
export type MCASDiscoveryCategoryOrder = keyof typeof MCASDiscoveryCategoryOrder;

registerEnumType(MCASDiscoveryCategoryOrder, {
  name: 'MCASDiscoveryCategoryOrder',
  description: 'Order of the categories of a discovery report; rows with equal totals are ordered by id.',
  valuesConfig: {
    TOTAL_DESC: { description: 'Most apps first.' },
    TOTAL_ASC: { description: 'Fewest apps first.' },
  },
});

/** Arguments of the categories of a discovery report. */
@ArgsType()
export class MCASDiscoveryCategoriesArgs {
  @Field(() => ID, { description: '`id` of an MCASDiscoveryStream.' })
  streamId: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'Days before the last use of the report that count, 1 to 90; reports are usually made for 7, 30 and 90. Absent: what the upstream takes.',
  })
  timeFrame?: number | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Only the categories with these ids; absent: all. The upstream is asked for all either way.',
  })
  ids?: string[] | null;

  @Field(() => MCASDiscoveryCategoryOrder, {
    defaultValue: MCASDiscoveryCategoryOrder.TOTAL_DESC,
    description: 'Order of the list.',
  })
  orderBy: MCASDiscoveryCategoryOrder;

  @Field(() => Int, { defaultValue: 100, description: 'Most rows, 1 to 100.' })
  first: number;

  @Field(() => Int, { defaultValue: 0, description: 'Rows to leave out at the start, 0 or more.' })
  skip: number;
}
