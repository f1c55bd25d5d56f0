import { ArgsType, Field, Int } from 'type-graphql';

/** Arguments of every connection. Their limits are checked by `readPageArgs` at the edge, with a coded error. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 50, description: 'Rows per page, 1 to 1000.' })
  first: number;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor after which the page begins; exclusive. Only valid with the same filter and order.',
  })
  after?: string | null;
}
