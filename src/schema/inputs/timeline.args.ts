import { ArgsType, Field } from 'type-graphql';
import { DateTime } from '../scalars/dateTime.js';
import { TimelineKind } from '../types/timeline.type.js';
import { PageArgs } from './page.args.js';

/** Arguments of a timeline. */
@ArgsType()
export class TimelineArgs extends PageArgs {
  @Field(() => DateTime, { nullable: true, description: 'Only entries at or after this instant.' })
  from?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Only entries before this instant.' })
  to?: string | null;

  @Field(() => [TimelineKind], { nullable: true, description: 'Only these kinds, at least one; absent: all.' })
  kinds?: TimelineKind[] | null;
}
