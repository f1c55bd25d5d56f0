import { type ClassType, Field, InputType } from 'type-graphql';
import { DateTime } from '../scalars/dateTime.js';

/** Conditions on one value; all that are present have to hold. Absent and null mean "no condition". */
export interface ValueFilter<T extends string = string> {
  readonly in?: readonly T[] | null;
  readonly notIn?: readonly T[] | null;
  readonly isNull?: boolean | null;
}

/** A half-open span of time; both ends are optional. */
export interface InstantFilter {
  readonly ge?: string | null;
  readonly lt?: string | null;
}

/** Ends the description of a condition that the upstream cannot filter by. */
export const mirrorOnly =
  'Only the mirror of the recent past can filter by this: a list that reaches beyond it is `BAD_USER_INPUT` with `coveredFrom`, so bound the time with `ge` at or after that; `UPSTREAM_UNAVAILABLE` while the mirror is not caught up. 1 to 256 characters. In subscriptions it works without bounds.';

@InputType({ description: 'Conditions on a text; all that are present have to hold.' })
export class StringFilter implements ValueFilter {
  @Field(() => [String], { nullable: true, description: 'The text is one of these. An empty list matches nothing.' })
  in?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'The text is none of these; rows without a text match.' })
  notIn?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'True: there is no text. False: there is one.' })
  isNull?: boolean | null;
}

@InputType({ description: 'A half-open span of time, compared at 100 ns.' })
export class DateTimeFilter implements InstantFilter {
  @Field(() => DateTime, { nullable: true, description: 'At or after this instant.' })
  ge?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Before this instant.' })
  lt?: string | null;
}

/** Makes the filter input of an enum, named `…Filter`. Call once per enum, at module level. */
export function createEnumFilter(enumName: string, enumType: object): ClassType<ValueFilter> {
  @InputType(`${enumName}Filter`, { description: `Conditions on a ${enumName}; all that are present have to hold.` })
  class EnumFilter implements ValueFilter {
    @Field(() => [enumType], {
      nullable: true,
      description: 'The value is one of these. An empty list matches nothing; `UNRECOGNIZED` is refused.',
    })
    in?: string[] | null;

    @Field(() => [enumType], {
      nullable: true,
      description: 'The value is none of these; rows without a value match. `UNRECOGNIZED` is refused.',
    })
    notIn?: string[] | null;

    @Field(() => Boolean, { nullable: true, description: 'True: there is no value. False: there is one.' })
    isNull?: boolean | null;
  }
  return EnumFilter;
}
