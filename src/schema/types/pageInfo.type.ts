import { Directive, Field, ObjectType } from 'type-graphql';

@Directive('@shareable')
@ObjectType({
  description:
    'Where a page lies in its list, as the Relay connection specification defines it. Lists page forward only.',
})
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more rows follow `endCursor`.' })
  hasNextPage: boolean;

  @Field(() => Boolean, { description: 'Always false: lists page forward only.' })
  hasPreviousPage: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the first row of the page; null when the page is empty.',
  })
  startCursor: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last row; pass it as `after` for the next page. Null when the page is empty.',
  })
  endCursor: string | null;
}
