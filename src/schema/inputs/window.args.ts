import { ArgsType, Field, Int } from 'type-graphql';
import { PageArgs } from './page.args.js';

/** Arguments of a connection to what happened around something. */
@ArgsType()
export class WindowArgs extends PageArgs {
  @Field(() => Int, { defaultValue: 60, description: 'How far before and after to look, 1 to 1440 minutes.' })
  windowMinutes: number;
}
